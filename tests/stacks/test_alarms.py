from __future__ import annotations

from typing import Any

import pytest

from xyztf.environment.model import Environment
from xyztf.facts.alarms import Kind
from xyztf.stacks.alarms import Watch, alarm_ids, alarms, slow_queries
from xyztf.stacks.things import GIBIBYTE, names_of, things

DATABASE = {
    "instance_class": "db.m6g.large",
    "replicas": {
        "us-west-2": {"instance_class": "db.t4g.micro"},
        "us-east-2": {"instance_class": "db.r6g.xlarge", "role": "promoted"},
    },
}


def environment(**parts: Any) -> Environment:
    regions = {
        region: {"cidr": f"10.{number}.0.0/16"} for number, region in enumerate(("us-east-1", "us-west-2", "us-east-2"))
    }
    base = {"name": "prod", "project": "xyz", "account_id": "123456789012", "primary_region": "us-east-1"}
    return Environment.model_validate({**base, "regions": regions, **parts})


def watch(env: Environment, kind: Kind, alarm_id: str) -> Watch | None:
    return next((found for found in alarms(env, kind) if found.alarm.id == alarm_id), None)


def found(env: Environment, kind: Kind, alarm_id: str) -> Watch:
    result = watch(env, kind, alarm_id)
    assert result is not None
    return result


def test_nothing_is_watched_where_there_is_nothing() -> None:
    env = environment()
    assert things(env) == []
    assert alarms(env, "database") == []
    assert slow_queries(env) is None


def test_a_promoted_replica_is_a_database() -> None:
    env = environment(database=DATABASE)
    assert names_of(env, "database") == ["xyz-prod-primary-db", "xyz-prod-replica-us-east-2"]
    assert names_of(env, "database", "us-east-1") == ["xyz-prod-primary-db"]
    assert names_of(env, "replica") == ["xyz-prod-replica-us-west-2"]


def test_names_of_cache_nodes_are_the_same_in_each_region() -> None:
    env = environment(cache={"nodes": 2})
    assert names_of(env, "cache") == ["xyz-prod-cache-001", "xyz-prod-cache-002"]
    assert names_of(env, "cache", "us-west-2") == names_of(env, "cache")


def test_a_computed_threshold_is_a_share_of_each_thing() -> None:
    storage = found(environment(database=DATABASE), "database", "database-storage")
    assert storage.threshold == 2 * GIBIBYTE
    load = found(environment(database=DATABASE), "database", "database-load")
    assert load.threshold is None
    assert load.thresholds == {"xyz-prod-primary-db": 2, "xyz-prod-replica-us-east-2": 4}


@pytest.mark.parametrize(
    ("written", "expected"), [(500, 450), ("500", 450), ("{DBInstanceClassMemory/12582880}", None)]
)
def test_connections_are_counted_against_the_environments_maximum(written: object, expected: float | None) -> None:
    env = environment(database={"parameters": {"max_connections": written}})
    default = found(environment(database={}), "database", "database-connections").threshold
    assert found(env, "database", "database-connections").threshold == (expected or default)


def test_some_alarms_are_for_some_classes_only() -> None:
    env = environment(database=DATABASE)
    assert watch(env, "database", "database-cpu-credits") is None
    assert found(env, "replica", "database-cpu-credits").everything
    assert watch(env, "replica", "database-load") is None
    mixed = environment(database={**DATABASE, "instance_class": "db.t4g.medium"})
    credits_left = found(mixed, "database", "database-cpu-credits")
    assert list(credits_left.thresholds) == ["xyz-prod-primary-db"]
    assert not credits_left.everything


def test_the_environment_has_the_last_word() -> None:
    settings = {
        "database-cpu": {"enabled": False},
        "database-load": {"threshold": 9},
        "replica-lag": {"evaluation_periods": 3},
        "database-slow-queries": {"threshold": 100},
    }
    env = environment(database=DATABASE, alarms=settings)
    assert watch(env, "database", "database-cpu") is None
    assert found(env, "database", "database-load").threshold == 9
    lag = found(env, "replica", "replica-lag").alarm
    assert (lag.evaluation_periods, lag.datapoints_to_alarm) == (3, 3)
    slow = slow_queries(env)
    assert slow is not None
    assert slow.threshold == 100
    assert set(settings) <= alarm_ids()


def test_the_timeout_of_each_function_counts() -> None:
    processors = {
        name: {"processor": {"table": "t", "timeout_seconds": seconds}} for name, seconds in {"a": 30, "b": 100}.items()
    }
    env = environment(streams=processors, tables={"t": {"partition_key": {"name": "Id"}}})
    assert found(env, "function", "function-duration").thresholds == {
        "xyz-prod-a-processor": 24000,
        "xyz-prod-b-processor": 80000,
    }


def test_resources_have_different_labels() -> None:
    env = environment(
        database=DATABASE,
        cache={"node_type": "cache.t4g.micro"},
        streams={"a": {"processor": {"table": "t"}}},
        tables={"t": {"partition_key": {"name": "Id"}}},
    )
    kinds: tuple[Kind, ...] = ("database", "replica", "cache", "stream", "table", "function", "queue")
    labels = [each.label for kind in kinds for each in alarms(env, kind)]
    assert len(labels) == len(set(labels))
    assert "replica_connections" in labels
