from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xyztf.facts import endings, rds
from xyztf.facts.endings import Ending, is_near
from xyztf.facts.tables import table


@pytest.mark.parametrize(
    ("engine", "version", "ends", "subject"),
    [
        ("mysql", "5.7.44-rds.20260902", "2024-02-29", "RDS for MySQL 5.7"),
        ("mysql", "8.0", "2026-07-31", "RDS for MySQL 8.0"),
        ("mysql", "8.0.35", "2026-07-31", "RDS for MySQL 8.0"),
        ("mysql", "8.4.11", "2029-07-31", "RDS for MySQL 8.4"),
        ("postgres", "13.7", "2026-02-28", "RDS for PostgreSQL 13"),
        ("postgres", "14", "2027-02-28", "RDS for PostgreSQL 14"),
        ("postgres", "9.6.22", "2022-04-30", "RDS for PostgreSQL 9.6"),
        ("postgres", "11.22-rds.20260514", "2024-02-29", "RDS for PostgreSQL 11"),
        ("mariadb", "10.6.27", "2026-12-31", "RDS for MariaDB 10.6"),
        ("mariadb", "10.11.18", "2028-02-29", "RDS for MariaDB 10.11"),
        ("aurora-mysql", "8.0.mysql_aurora.3.02.0", "2028-04-30", "Aurora MySQL 8.0"),
        ("aurora-mysql", "5.7.mysql_aurora.2.11.2", "2024-10-31", "Aurora MySQL 5.7"),
        ("aurora", "5.6.10a", "2023-02-28", "Aurora MySQL 5.6"),
        ("aurora-postgresql", "16.4-limitless", "2029-02-28", "Aurora PostgreSQL 16"),
        ("docdb", "3.6.0", "2026-03-30", "DocumentDB 3.6"),
        ("sqlserver-se", "13.00.6300.2.v1", "2026-07-14", "SQL Server 2016"),
        ("custom-sqlserver-ee", "15.00.4073.23.v1", "2030-01-08", "SQL Server 2019"),
    ],
)
def test_database_engines(engine: str, version: str, ends: str, subject: str) -> None:
    found = endings.rds_engine_ending(engine, version)
    assert found is not None
    assert (str(found.ends), found.subject) == (ends, subject)


@pytest.mark.parametrize(
    ("engine", "version"),
    [
        ("mysql", "8"),
        ("mysql", "9.9.9"),
        ("mysql", ""),
        ("postgres", "1"),
        ("postgres", "99.1"),
        ("mariadb", "10"),
        ("oracle-ee", "19.0.0.0.ru-2024-01.rur-2024-01.r1"),
        ("db2-se", "11.5.9.0.sb00000000.r1"),
        ("docdb", "5.0.0"),
        ("sqlserver", "13.00"),
        ("eks", "1.31"),
        ("source", "https"),
    ],
)
def test_no_end_is_known(engine: str, version: str) -> None:
    assert endings.rds_engine_ending(engine, version) is None


def test_mysql_has_one_date_in_two_look_ups() -> None:
    for version in ("5.7.44", "8.0.46", "8.4.11"):
        found = endings.rds_engine_ending("mysql", version)
        assert found is not None
        assert found.ends == rds.standard_support_ends(version)


@pytest.mark.parametrize(
    ("engine", "version", "what"),
    [
        ("mysql", "8.0.46", "extended support bills from 2026-08-01 until 2029-07-31"),
        ("postgres", "11.22", "extended support bills from 2024-04-01 until 2027-03-31"),
        ("postgres", "10.23", "no extended support"),
        ("aurora-mysql", "5.7", "extended support bills from 2024-12-01 until 2029-06-30"),
        ("aurora-mysql", "8.4", "extended support bills from 2032-05-01"),
        ("mariadb", "10.5", "no extended support"),
        ("sqlserver-web", "12.00", "Microsoft"),
    ],
)
def test_what_happens_then(engine: str, version: str, what: str) -> None:
    found = endings.rds_engine_ending(engine, version)
    assert found is not None
    assert what in found.what


def test_the_successor_of_the_newest_is_not_itself() -> None:
    old, newest = endings.rds_engine_ending("postgres", "14"), endings.rds_engine_ending("postgres", "18.4")
    assert old is not None and newest is not None
    assert old.successor == "version 18"
    assert "18" not in newest.successor


@pytest.mark.parametrize(
    ("version", "ends", "extended"),
    [
        ("4.0.10", "2026-01-31", "2029-01-31"),
        ("5.0.6", "2026-01-31", "2029-01-31"),
        ("6.x", "2027-01-31", "2030-01-31"),
        ("6.2", "2027-01-31", "2030-01-31"),
    ],
)
def test_redis(version: str, ends: str, extended: str) -> None:
    found = endings.cache_engine_ending("redis", version)
    assert found is not None
    assert (str(found.ends), str(found.extended_support_ends)) == (ends, extended)
    assert "Valkey" in found.successor


@pytest.mark.parametrize(
    ("engine", "version"), [("redis", "7.0"), ("redis", "7.1"), ("valkey", "8.0"), ("memcached", "1.4.5"), ("x", "6")]
)
def test_caches_without_an_end(engine: str, version: str) -> None:
    assert endings.cache_engine_ending(engine, version) is None


@pytest.mark.parametrize(
    ("name", "ends", "successor"),
    [
        ("python3.9", "2025-12-15", "python3.14"),
        ("nodejs20.x", "2026-04-30", "nodejs24.x"),
        ("java8.al2", "2027-06-30", "java25"),
        ("dotnet8", "2026-11-10", "dotnet10"),
        ("ruby3.2", "2026-03-31", "ruby4.0"),
        ("go1.x", "2024-01-08", "provided.al2023"),
        ("provided.al2", "2026-07-31", "provided.al2023"),
    ],
)
def test_runtimes_of_all_languages(name: str, ends: str, successor: str) -> None:
    found = endings.runtime_ending(name)
    assert found is not None
    assert (str(found.ends), found.successor) == (ends, successor)
    assert found.create_blocked and str(found.create_blocked) in found.what


def test_a_runtime_without_dated_blocks_and_one_that_is_unknown() -> None:
    undated = endings.runtime_ending("dotnet9")
    assert undated is not None
    assert undated.create_blocked is None and undated.what == "is no longer patched"
    assert endings.runtime_ending("cobol85") is None


def test_a_successor_of_a_runtime_is_a_runtime_that_has_none() -> None:
    listed = table("lambda_runtimes")["runtimes"]
    for dates in listed.values():
        if "successor" in dates:
            assert "successor" not in listed[dates["successor"]]


@pytest.mark.parametrize(
    ("found", "ends"),
    [
        (endings.eks_ending("1.31"), "2025-11-26"),
        (endings.eks_ending("1.34"), "2026-12-02"),
        (endings.msk_ending("3.5.1"), "2025-10-23"),
        (endings.msk_ending("3.7.x.kraft"), "2026-09-01"),
        (endings.msk_ending("3.9.x"), None),
        (endings.opensearch_ending("OpenSearch_1.2"), "2025-11-07"),
        (endings.opensearch_ending("OpenSearch_3.5"), None),
        (endings.opensearch_ending("Elasticsearch_7.10"), None),
        (endings.dms_engine_ending("3.5.3"), "2026-06-30"),
        (endings.dms_engine_ending("3.6.1"), None),
        (endings.eks_ending("1.3"), None),
    ],
)
def test_other_services(found: Ending | None, ends: str | None) -> None:
    assert (str(found.ends) if found else None) == ends


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("db.t2.micro", "2024-12-31"),
        ("db.m4.10xlarge", "2024-12-31"),
        ("db.r3.large", "2023-02-01"),
        ("db.t3.micro", None),
        ("db.t4g.medium", None),
        ("db.m5.large", None),
        ("db.serverless", None),
        ("t2.micro", None),
        ("cache.m3.medium", None),
        ("db", None),
        ("", None),
    ],
)
def test_instances_with_a_day(name: str, ends: str | None) -> None:
    found = endings.instance_ending(name)
    assert (str(found.ends) if found else None) == ends


def test_aurora_keeps_another_schedule() -> None:
    assert endings.instance_ending("db.r4.large", aurora=True) is None


@pytest.mark.parametrize(
    ("name", "successor"),
    [
        ("m4.large", "m7g or m7i"),
        ("t1.micro", "t4g or t3"),
        ("cache.t2.micro", "cache.t4g"),
        ("cache.r3.large", "cache.r7g"),
        ("db.m1.small", "db.m7g"),
        ("dc2.large", "ra3, or Redshift Serverless"),
        ("ds2.xlarge", "ra3, or Redshift Serverless"),
    ],
)
def test_previous_generations(name: str, successor: str) -> None:
    found = endings.previous_generation(name)
    assert found is not None
    assert found.successor == successor
    assert name.startswith(found.subject)


@pytest.mark.parametrize(
    "name",
    [
        "t2.micro",
        "t3.micro",
        "m5.large",
        "c5.large",
        "m7g.large",
        "cache.t3.micro",
        "cache.m4.large",
        "cache.r7g.large",
        "ra3.xlplus",
        "dms.t2.micro",
        "dms.r4.large",
        "db.t2.micro",
        "db.serverless",
        "",
        ".",
    ],
)
def test_not_a_previous_generation(name: str) -> None:
    assert endings.previous_generation(name) is None


@pytest.mark.parametrize(
    ("today", "days", "near"),
    [
        (date(2027, 2, 28), 0, True),
        (date(2027, 3, 1), 0, True),
        (date(2026, 9, 1), 180, True),
        (date(2026, 8, 31), 180, False),
        (date(2026, 8, 31), 181, True),
    ],
)
def test_near(today: date, days: int, near: bool) -> None:
    found = endings.rds_engine_ending("postgres", "14.23")
    assert found is not None
    assert is_near(found, today, days) is near


def test_every_dated_entry_is_in_order() -> None:
    """Creation stops before the end of support or after the end of patches; extended support ends after both."""
    for facts in table("endings").values():
        for dates in (*facts.get("versions", {}).values(), *facts.get("families", {}).values()):
            if isinstance(dates, dict):
                ends = date.fromisoformat(dates["ends"])
                later = [dates[key] for key in ("extended_support_ends", "billed_from") if dates.get(key)]
                assert all(date.fromisoformat(each) > ends for each in later)
                assert "create_blocked" not in dates or date.fromisoformat(dates["create_blocked"]) <= ends


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_may_be_asked(name: str, version: str) -> None:
    endings.rds_engine_ending("postgres", version)
    endings.rds_engine_ending(name, version)
    endings.cache_engine_ending("redis", version)
    endings.instance_ending(name)
    endings.previous_generation(name)
    endings.runtime_ending(name)
    endings.opensearch_ending(version)
