"""The model by itself: strictness, defaults, and what it works out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from xyztf.environment.expected import EXPECTED
from xyztf.environment.model import Environment
from xyztf.environment.model.parts import Part

LEAST: dict[str, Any] = {
    "name": "dev",
    "project": "xyz-corp",
    "account_id": "123456789012",
    "primary_region": "us-east-1",
    "regions": {"us-east-1": {"cidr": "10.0.0.0/16"}, "us-west-2": {"cidr": "10.1.0.0/16"}},
}


def environment(**parts: Any) -> Environment:
    return Environment.model_validate({**LEAST, **parts})


def test_the_defaults_give_a_secure_system():
    env = environment(database={}, cache={}, tables={"t": {"partition_key": {"name": "Id"}}})
    assert env.database is not None
    assert env.cache is not None
    assert env.database.multi_az
    assert env.database.deletion_protection
    assert env.database.final_snapshot
    assert env.database.backup_retention_days >= 1
    assert env.cache.multi_az
    assert env.cache.nodes >= 2
    assert env.network.nat == "none"
    assert not env.network.public_subnets
    assert env.tables["t"].deletion_protection
    assert env.tables["t"].recovery_days == 35
    assert env.log_retention_days == 365


def test_capitals_in_a_weekly_window_become_small():
    env = environment(database={"maintenance_window": "Sun:03:00-Mon:04:00"})
    assert env.database is not None
    assert env.database.maintenance_window == "sun:03:00-mon:04:00"


@pytest.mark.parametrize("value", [True, 60.0, "60"])
def test_true_is_not_one(value):
    with pytest.raises(ValidationError):
        environment(database={"monitoring_interval_seconds": value})
    with pytest.raises(ValidationError):
        environment(log_retention_days=value)


@pytest.mark.parametrize(
    ("storage", "limit"),
    [({}, 40), ({"size_gb": 100, "max_size_gb": 110}, 110), ({"size_gb": 40000}, 65536), ({"size_gb": 65536}, 0)],
)
def test_where_storage_stops_to_grow(storage, limit):
    env = environment(database={"storage": storage})
    assert env.database is not None
    assert env.database.max_size_gb == limit


def test_what_follows_from_the_database():
    env = environment(database={"replicas": {"us-west-2": {}, "eu-west-1": {"instance_class": "db.t3.small"}}})
    assert env.database is not None
    assert env.database.major_version == "8.4"
    assert env.database.replica_class("us-west-2") == env.database.instance_class
    assert env.database.replica_class("eu-west-1") == "db.t3.small"


def test_regions():
    env = environment(primary_region="us-west-2")
    assert env.other_regions == ["us-east-1"]
    assert env.cache_regions == []
    assert environment(cache={}).cache_regions == ["us-east-1", "us-west-2"]
    assert environment(cache={"regions": ["us-west-2"]}).cache_regions == ["us-west-2"]


def test_attributes_of_a_table():
    table = environment(
        tables={
            "t": {
                "partition_key": {"name": "Id"},
                "sort_key": {"name": "Time", "type": "N"},
                "indexes": {"by-kind": {"partition_key": {"name": "Kind"}, "sort_key": {"name": "Time", "type": "N"}}},
            },
        }
    ).tables["t"]
    assert table.keys == {"Id": "S", "Time": "N"}
    assert table.index_keys == {"Kind": "S"}
    assert table.attributes == {"Id": "S", "Time": "N", "Kind": "S"}
    assert table.time_attribute == "Time"
    assert environment(tables={"t": {"partition_key": {"name": "Id"}}}).tables["t"].time_attribute == ""


def models(model: type[BaseModel] = Part) -> Iterator[type[BaseModel]]:
    for part in model.__subclasses__():
        yield part
        yield from models(part)


@pytest.mark.parametrize(
    "model", sorted(set(models()), key=lambda model: model.__name__), ids=lambda model: model.__name__
)
def test_every_part_is_strict_closed_and_told_about(model):
    assert model.model_config.get("extra") == "forbid"
    assert model.model_config.get("strict")
    assert model.model_config.get("frozen")
    assert model.__doc__


def patterns(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("pattern"), str):
            yield value["pattern"]
        yield from value.get("patternProperties", {})
        for inner in value.values():
            yield from patterns(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from patterns(inner)


def test_every_pattern_has_words_and_all_words_are_used():
    assert set(patterns(Environment.model_json_schema())) == set(EXPECTED)


@pytest.mark.parametrize("pattern", EXPECTED)
def test_every_pattern_means_the_same_to_any_engine(pattern):
    assert pattern.startswith("^")
    assert pattern.endswith("$")
    assert "\\d" not in pattern
    assert "(?" not in pattern
