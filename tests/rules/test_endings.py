"""What ends, and when it is told."""

from __future__ import annotations

from datetime import date

import pytest

from xyztf.rules.describe import MARK
from xyztf.rules.endings import RULES
from xyztf.rules.rule import Context
from xyztf.rules.run import run

ALL = [rule() for rule in RULES]


@pytest.fixture
def found(stacks_of):
    """What a text gives on a day: rule and severity."""

    def look(text: str, today: date = date(2026, 11, 28)) -> list[tuple[str, str]]:
        look.last = run(ALL, stacks_of({"main.tf": text}, Context(today)))
        return [(each.rule, str(each.severity)) for each in look.last]

    return look


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_bad_example_is_found_where_it_is_marked(rule, stacks_of):
    wanted = {number for number, line in enumerate(rule.bad.split("\n"), 1) if line.endswith(MARK)}
    assert wanted
    assert {one.location.line for one in run([rule], stacks_of({"main.tf": rule.bad}, rule.context))} == wanted


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_nothing_of_the_family_is_found_in_a_good_example(rule, stacks_of):
    assert run(ALL, stacks_of({"main.tf": rule.good}, rule.context)) == []


DATABASE = """\
resource "aws_db_instance" "this" {
  engine                   = "mysql"
  engine_version           = %s
  engine_lifecycle_support = "open-source-rds-extended-support-disabled"
}
"""


@pytest.mark.parametrize(
    ("today", "wanted"),
    [
        (date(2025, 7, 1), []),
        (date(2026, 2, 5), [("XYZ801", "note")]),
        (date(2026, 6, 1), [("XYZ801", "warning")]),
        (date(2026, 7, 31), [("XYZ801", "warning")]),
        (date(2026, 8, 1), [("XYZ801", "warning")]),
    ],
)
def test_an_end_is_told_half_a_year_before(found, today, wanted):
    assert found(DATABASE % '"8.0"', today) == wanted
    assert found(DATABASE % '"8.0.46"', today) == wanted


def test_the_date_is_told_and_whether_it_is_past(found):
    found(DATABASE % '"8.0"', date(2026, 6, 1))
    assert "ends on 2026-07-31" in found.last[0].message
    found(DATABASE % '"8.0"')
    assert "ended on 2026-07-31" in found.last[0].message


def test_a_version_that_is_withdrawn_is_an_error(found):
    assert found(DATABASE % '"8.0.33"') == [("XYZ801", "error")]


@pytest.mark.parametrize("version", ['"8.4.11"', "var.version", '"no version"'])
def test_what_is_not_known_is_silent(found, version):
    assert found(DATABASE % version) == []


@pytest.mark.parametrize(
    ("runtime", "wanted"),
    [
        ("python3.7", [("XYZ803", "error")]),
        ("python3.9", [("XYZ803", "warning")]),
        ("python3.14", []),
        ("provided.al2023", []),
        ("${var.runtime}", []),
    ],
)
def test_runtimes(found, runtime, wanted):
    assert found(f'resource "aws_lambda_function" "this" {{\n  runtime = "{runtime}"\n}}\n') == wanted


@pytest.mark.parametrize(
    ("engine", "version", "wanted"),
    [
        ("postgres", "12.22", [("XYZ801", "warning")]),
        ("postgres", "17.6", []),
        ("mariadb", "10.5.29", [("XYZ801", "warning")]),
        ("aurora-postgresql", "11.21", [("XYZ801", "warning")]),
        ("oracle-ee", "19.0.0.0.ru-2024-01.rur-2024-01.r1", []),
    ],
)
def test_other_engines_of_databases(found, engine, version, wanted):
    assert found((DATABASE % f'"{version}"').replace("mysql", engine)) == wanted


@pytest.mark.parametrize(
    ("kind", "arguments", "wanted"),
    [
        ("aws_db_instance", 'instance_class = "db.t2.micro"', [("XYZ804", "error")]),
        ("aws_db_instance", 'instance_class = "db.m8g.large"', []),
        ("aws_rds_cluster_instance", 'instance_class = "db.t2.micro"', []),
        ("aws_rds_cluster_instance", 'instance_class = "db.r8g.large"', []),
        ("aws_elasticache_replication_group", 'node_type = "cache.t2.micro"', [("XYZ804", "warning")]),
        ("aws_elasticache_cluster", 'node_type = "cache.t4g.micro"', []),
        ("aws_redshift_cluster", 'node_type = "dc2.large"', [("XYZ804", "warning")]),
        ("aws_instance", 'instance_type = "m4.large"', [("XYZ804", "note")]),
        ("aws_instance", "instance_type = var.type", []),
    ],
)
def test_families_of_instances(found, kind, arguments, wanted):
    assert found(f'resource "{kind}" "this" {{\n  {arguments}\n}}\n') == wanted


@pytest.mark.parametrize(
    ("kind", "arguments", "wanted"),
    [
        ("aws_msk_cluster", 'kafka_version = "3.5.1"', [("XYZ806", "warning")]),
        ("aws_eks_cluster", 'version = "1.23"', [("XYZ806", "warning")]),
        ("aws_eks_cluster", "name = var.name", []),
        ("aws_opensearch_domain", 'engine_version = "OpenSearch_1.0"', [("XYZ806", "warning")]),
        ("aws_opensearch_domain", 'engine_version = "Elasticsearch_7.10"', []),
        ("aws_dms_replication_instance", 'engine_version = "3.5.1"', [("XYZ806", "error")]),
    ],
)
def test_versions_of_services(found, kind, arguments, wanted):
    assert found(f'resource "{kind}" "this" {{\n  {arguments}\n}}\n') == wanted


def test_a_finding_names_the_source_of_its_own_date(found):
    found((DATABASE % '"12.22"').replace("mysql", "postgres"))
    assert "PostgreSQL" in found.last[0].source


def test_a_replication_group_is_redis_unless_it_says_otherwise(found):
    group = 'resource "aws_elasticache_replication_group" "this" {\n%s  engine_version = "5.0.6"\n}\n'
    assert found(group % "") == [("XYZ802", "warning")]
    assert found(group % "  engine = var.engine\n") == []
    assert found((group % "").replace("replication_group", "cluster")) == []


@pytest.mark.parametrize(
    ("kind", "arguments", "wanted"),
    [
        ("aws_db_instance", 'engine = "mysql"', True),
        ("aws_rds_cluster", 'engine = "aurora-postgresql"', True),
        ("aws_rds_global_cluster", 'engine = "aurora-mysql"\n  global_cluster_identifier = "shop"', True),
        ("aws_rds_cluster", 'engine = "aurora-mysql"\n  global_cluster_identifier = "shop"', False),
        ("aws_db_instance", 'engine = "mysql"\n  replicate_source_db = var.primary', False),
        ("aws_db_instance", 'engine = "mysql"\n  engine_lifecycle_support = var.support', False),
        ("aws_db_instance", 'engine = "mysql"\n  engine_lifecycle_support = null', True),
        ("aws_db_instance", 'engine = "mariadb"', False),
        ("aws_db_instance", "engine = var.engine", False),
    ],
)
def test_extended_support_is_chosen(found, kind, arguments, wanted):
    text = f'resource "{kind}" "this" {{\n  {arguments}\n}}\n'
    assert (("XYZ805", "warning") in found(text)) is wanted
