from __future__ import annotations

from datetime import date

import pytest

from xyztf.facts import rds


def test_the_seeds_version_is_refused_with_the_date_and_a_way_out() -> None:
    refusal = rds.why_not("8.0.35")
    assert refusal is not None
    assert "2026-07-31" in refusal.reason
    assert rds.newest_creatable("8.4") in refusal.way_out
    assert "cfn-lint" in refusal.source


@pytest.mark.parametrize("version", ["8.4.10", "8.0.46", "8.0.46-rds.20260908"])
def test_creatable_versions(version: str) -> None:
    assert rds.creatable(version)
    assert rds.why_not(version) is None


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("8.4", "names no minor version"),
        ("8.4.3", "no longer creates MySQL 8.4.3"),
        ("9.9.9", "does not know"),
        ("nonsense", "does not know"),
        ("5.7.44", "ended on 2024-02-29"),
    ],
)
def test_other_refusals(version: str, reason: str) -> None:
    refusal = rds.why_not(version)
    assert refusal is not None
    assert reason in refusal.reason
    assert rds.newest_creatable("8.4") in refusal.way_out


def test_minors_compare_as_numbers() -> None:
    assert rds.newest_creatable("8.4") == "8.4.11"
    assert rds.newest_major() == "8.4"


def test_families() -> None:
    assert rds.family("8.4.10") == "mysql8.4"
    assert rds.family("8.0.46-rds.20260908") == "mysql8.0"
    with pytest.raises(KeyError):
        rds.family("9.9.9")


def test_extended_support_bills_from_the_day_after() -> None:
    assert not rds.in_extended_support("8.0.46", date(2026, 7, 31))
    assert rds.in_extended_support("8.0.46", date(2026, 8, 1))
    assert not rds.in_extended_support("8.4.11", date(2026, 11, 21))


def test_instance_classes() -> None:
    assert rds.runs_on("db.t4g.medium") and rds.runs_on("db.r6g.large", "us-east-2")
    assert not rds.runs_on("db.t2.micro")
    assert not rds.runs_on("db.serverless")
    assert not rds.runs_on("db.m9g.large", "us-west-1")
    assert rds.memory_mib("db.t4g.medium") == 4096
    assert rds.vcpus("db.r6g.large") == 2
    assert rds.burstable("db.t3.medium") and not rds.burstable("db.m6g.large")


def test_insights() -> None:
    assert not rds.insights_available("db.t4g.micro")
    assert rds.insights_available("db.t4g.medium")
    assert {7, 31, 465, 713, 731} <= set(rds.insights_retentions())
    assert 94 not in rds.insights_retentions()


def test_gp3_is_fixed_below_400_gib() -> None:
    small = rds.gp3(399)
    assert not small.adjustable and small.iops == (3000, 3000) and small.throughput_mibps == (125, 125)
    big = rds.gp3(400)
    assert big.adjustable and big.iops == (12000, 64000) and big.throughput_mibps == (500, 4000)


def test_ranges() -> None:
    assert rds.storage_range("gp3") == (20, 65536)
    assert rds.backup_retention_range() == (0, 35)
    assert rds.backup_retention_range(source_of_replicas=True) == (1, 35)
    assert "slowquery" in rds.log_exports()
    assert 60 in rds.monitoring_intervals()
    assert 300 < rds.default_max_connections("db.t4g.medium") < 400
