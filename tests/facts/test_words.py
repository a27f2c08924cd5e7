"""Regions, names, superseded words, runtimes and computed thresholds."""

from __future__ import annotations

import re
from datetime import date

import pytest

from xyztf.facts import alarms, lambda_runtimes, names, regions
from xyztf.facts.superseded import superseded
from xyztf.facts.tables import table


def test_regions() -> None:
    ohio = regions.region("us-east-2")
    assert ohio is not None
    assert ohio.name == "US East (Ohio)"
    assert ohio.zones == ("us-east-2a", "us-east-2b", "us-east-2c")
    assert not ohio.opt_in
    tokyo, canada = regions.region("ap-northeast-1"), regions.region("ca-central-1")
    assert tokyo is not None and [zone[-1] for zone in tokyo.zones] == ["a", "c", "d"]
    assert canada is not None and [zone[-1] for zone in canada.zones] == ["a", "b", "d"]
    assert regions.region("us-central-1") is None


@pytest.mark.parametrize("code", regions.codes())
def test_every_region_has_two_zones(code: str) -> None:
    found = regions.region(code)
    assert found is not None
    assert len(found.zones) >= 2


@pytest.mark.parametrize(
    ("code", "partition"), [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_partitions(code: str, partition: str) -> None:
    assert regions.partition(code) == partition


@pytest.mark.parametrize("kind", names.kinds())
def test_every_limit_can_be_asked(kind: str) -> None:
    limit = names.limit(kind)
    assert re.compile(limit.pattern)
    assert limit.source.startswith("https://")
    prefix = "alias/" if kind == "kms_alias" else ""
    assert limit.why_not(prefix + "xyz") is None
    refusal = limit.why_not(prefix + "x" * limit.longest)
    assert (refusal is None) is (not prefix)
    assert limit.why_not("x" * (limit.longest + 1)) is not None


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("rds_instance", "xyz--db"),
        ("rds_instance", "xyz-db-"),
        ("rds_instance", "1xyz"),
        ("rds_subnet_group", "default"),
        ("elasticache_replication_group", "xyz_cache"),
        ("s3_bucket", "xyz..state"),
        ("s3_bucket", "Xyz"),
        ("security_group", "sg-xyz"),
        ("kms_alias", "alias/aws/rds"),
        ("lambda_function", "a.b"),
        ("alarm", "line\nbreak"),
    ],
)
def test_bad_names(kind: str, name: str) -> None:
    assert names.limit(kind).why_not(name) is not None


@pytest.mark.parametrize(
    ("field", "value", "action", "becomes"),
    [
        ("billing_mode", "ON_DEMAND", "translate", "PAY_PER_REQUEST"),
        ("billing_mode", "on-demand", "translate", "PAY_PER_REQUEST"),
        ("region", "us-central", "refuse", "us-east-2"),
        ("region", "us-central (Ohio)", "refuse", "us-east-2"),
        ("region", "us-east-1a", "refuse", None),
        ("storage_gib", "100GB", "translate", "100"),
        ("cache_family", "redis7.x", "translate", "redis7"),
        ("maintenance_window", "Sun:03:00-Sun:04:00", "translate", "sun:03:00-sun:04:00"),
    ],
)
def test_superseded_words(field: str, value: str, action: str, becomes: str | None) -> None:
    found = superseded(field, value)
    assert found is not None
    assert (found.action, found.becomes) == (action, becomes)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("billing_mode", "PAY_PER_REQUEST"),
        ("region", "us-east-2"),
        ("region", "us-gov-west-1"),
        ("storage_gib", "100"),
        ("storage_type", "gp3"),
        ("maintenance_window", "sun:03:00-sun:04:00"),
        ("no_such_field", "x"),
    ],
)
def test_right_words_pass(field: str, value: str) -> None:
    assert superseded(field, value) is None


def test_patterns_compile() -> None:
    assert all(re.compile(entry["pattern"]) for entry in table("superseded")["words"])


def test_runtimes() -> None:
    today = date(2026, 11, 21)
    for old in ("python3.9", "python3.10"):
        refusal = lambda_runtimes.why_not(old, today)
        assert refusal is not None and "deprecated" in refusal.reason and "python3.14" in refusal.way_out
    assert lambda_runtimes.why_not("python3.13", today) is None
    assert lambda_runtimes.why_not("python4.0", today) is not None
    assert [runtime.name for runtime in lambda_runtimes.runtimes()][-1] == lambda_runtimes.newest_runtime()


def test_a_computed_threshold_is_a_share_of_what_it_is_of() -> None:
    storage = next(alarm.computed for alarm in alarms.catalogue() if alarm.id == "database-storage")
    assert storage is not None
    assert str(storage) == "10% of storage"
    assert storage.threshold(100 * 1024**3) == 10 * 1024**3


def test_the_seeds_alarm_is_as_the_seeds_say() -> None:
    cpu = next(alarm for alarm in alarms.catalogue() if alarm.id == "database-cpu")
    assert (cpu.threshold, cpu.period_seconds, cpu.evaluation_periods, cpu.statistic) == (80, 300, 2, "Average")
