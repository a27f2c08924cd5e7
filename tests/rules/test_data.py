"""The rules of the family Data, beyond what their examples promise."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from xyztf.rules.data import RULES
from xyztf.rules.data.examples import CACHE, DATABASE, KEY, PROTECTED, REPLICA, STREAM, TABLE
from xyztf.rules.data.transit import required
from xyztf.rules.describe import MARK
from xyztf.rules.run import run

ALL = [rule() for rule in RULES]


def marked(files):
    return {
        (name, at) for name, text in files.items() for at, line in enumerate(text.split("\n"), 1) if line.endswith(MARK)
    }


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_examples(rule, stacks_of, tmp_path):
    bad = {**rule.files, "main.tf": rule.bad}
    found = run([rule], stacks_of(bad, rule.context))
    assert marked(bad)
    assert {(each.location.file, each.location.line) for each in found} == marked(bad), [str(each) for each in found]
    assert all(each.hint and each.address for each in found)
    good = {**rule.files, "main.tf": rule.good}
    assert run(ALL, stacks_of(good, rule.context)) == []


def test_the_store_as_it_should_be_gives_nothing(stacks_of):
    everything = "\n".join((DATABASE, REPLICA, CACHE, TABLE, STREAM, KEY)).replace("us-east-1:1", "us-west-2:1")
    assert run(ALL, stacks_of({"main.tf": everything}, PROTECTED)) == []


UNKNOWN_SETTINGS = re.compile(r"^(  \w+ += )(?:true|false|\d+|\"(?:gp3|KMS)\")$", re.MULTILINE)


@pytest.mark.parametrize("text", [DATABASE, CACHE, TABLE, STREAM, KEY], ids=lambda text: text.split('"')[1])
def test_what_is_unknown_is_not_reported(text, stacks_of):
    found = UNKNOWN_SETTINGS.sub(r"\1data.external.settings.result.x", text)
    found = found.replace("aws_kms_key.this.arn", "data.external.settings.result.x")
    assert found != text
    assert run(ALL, stacks_of({"main.tf": found}, PROTECTED)) == []


TABLE_WITH_DYNAMIC = TABLE.replace(
    "  point_in_time_recovery {\n    enabled = true\n  }\n",
    '  dynamic "point_in_time_recovery" {\n    for_each = ITEMS\n    content {\n      enabled = true\n    }\n  }\n',
)


@pytest.mark.parametrize(("items", "found"), [("[1]", []), ("[]", ["XYZ524"]), ("data.external.x.result.items", [])])
def test_dynamic_blocks(items, found, stacks_of):
    text = TABLE_WITH_DYNAMIC.replace("ITEMS", items)
    assert [each.rule for each in run(ALL, stacks_of({"main.tf": text}, PROTECTED))] == found


def called(argument: str) -> dict[str, str]:
    module = 'variable "encrypted" {\n  type    = bool\n  default = false\n}\n\n' + DATABASE + KEY
    module = module.replace("storage_encrypted         = true", "storage_encrypted = var.encrypted")
    return {"main.tf": f'module "database" {{\n  source = "./database"\n{argument}}}\n', "database/main.tf": module}


@pytest.mark.parametrize(
    ("argument", "found"),
    [
        ("  encrypted = true\n", []),
        ("  encrypted = false\n", ["XYZ501"]),
        ("", ["XYZ501"]),
        ("  encrypted = var.x\n", []),
    ],
)
def test_through_a_variable_of_a_module(argument, found, stacks_of):
    files = called(argument) | {"variables.tf": 'variable "x" {\n  type = bool\n}\n'}
    assert [each.rule for each in run(ALL, stacks_of(files, PROTECTED))] == found


def test_what_a_reusable_module_leaves_to_its_caller_is_not_reported(stacks_of):
    files = called("")
    del files["main.tf"]
    assert run(ALL, stacks_of(files, PROTECTED)) == []


def test_each_instance_of_a_resource_is_judged_by_its_own_values(stacks_of):
    text = STREAM.replace('"this" {', '"this" {\n  for_each = { a = "KMS", b = "NONE" }').replace(
        'encryption_type  = "KMS"', "encryption_type  = each.value"
    )
    found = run(ALL, stacks_of({"main.tf": text}, PROTECTED))
    assert [(each.rule, each.address) for each in found] == [("XYZ502", 'aws_kinesis_stream.this["b"]')]


@pytest.mark.parametrize(("protected", "severities"), [(True, ["error"]), (None, ["note"]), (False, [])])
def test_deletion_protection_by_environment(protected, severities, stacks_of):
    text = DATABASE.replace("deletion_protection       = true", "deletion_protection       = false") + KEY
    found = run(ALL, stacks_of({"main.tf": text}, replace(PROTECTED, protected=protected)))
    assert [str(each.severity) for each in found if each.rule == "XYZ531"] == severities


@pytest.mark.parametrize("days", [0, 1, 6, 7, 35])
@pytest.mark.parametrize("protected", [True, None, False])
def test_days_of_backups(days, protected, stacks_of):
    text = DATABASE.replace("backup_retention_period   = 14", f"backup_retention_period   = {days}") + KEY
    found = {each.rule for each in run(ALL, stacks_of({"main.tf": text}, replace(PROTECTED, protected=protected)))}
    assert ("XYZ521" in found) == (days == 0 or (days < 7 and protected is True))


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ("  num_cache_clusters = 2\n", False),
        ("  num_cache_clusters = 1\n", True),
        ("", True),
        ("  num_node_groups = 1\n  replicas_per_node_group = 1\n", False),
        ("  num_node_groups = 2\n  replicas_per_node_group = 0\n", True),
        ("  num_node_groups = 2\n", True),
        ("  num_cache_clusters = data.external.x.result.nodes\n", False),
        ('  global_replication_group_id = "shop"\n', False),
    ],
)
def test_nodes_to_fail_over_to(settings, found, stacks_of):
    text = CACHE.replace("  num_cache_clusters         = 2\n", settings)
    assert ("XYZ534" in {each.rule for each in run(ALL, stacks_of({"main.tf": text}))}) == found


@pytest.mark.parametrize(
    ("family", "name", "by_default"),
    [
        ("mysql8.4", "require_secure_transport", False),
        ("mysql9.7", "require_secure_transport", True),
        ("mariadb11.8", "require_secure_transport", True),
        ("mariadb10.6", "require_secure_transport", False),
        ("postgres14", "rds.force_ssl", False),
        ("postgres15", "rds.force_ssl", True),
        ("aurora-postgresql16", "rds.force_ssl", False),
    ],
)
def test_which_family_asks_for_tls(family, name, by_default):
    assert required(family) == (name, by_default)


@pytest.mark.parametrize("family", ["sqlserver-se-15.0", "oracle-ee-19", "mysql", "", "mysql5.6"])
def test_families_without_such_a_parameter(family):
    assert required(family) is None


def test_a_group_that_no_database_takes_is_not_judged(stacks_of):
    group = DATABASE[DATABASE.index('resource "aws_db_parameter_group"') :].replace('"1"', '"0"')
    assert run(ALL, stacks_of({"main.tf": group})) == []


@pytest.mark.parametrize(("region", "found"), [("us-west-2", True), (None, True), ("us-east-1", False)])
def test_a_source_by_arn_is_elsewhere_unless_it_is_of_the_same_region(region, found, stacks_of):
    text = re.sub(r"  (?:kms_key_id|parameter_group_name) .*\n", "", REPLICA)
    context = replace(PROTECTED, region=region)
    messages = [each for each in run(ALL, stacks_of({"main.tf": text}, context)) if each.rule == "XYZ541"]
    assert len(messages) == (2 if found else 0)


@pytest.mark.parametrize(("region", "found"), [("us-east-1", True), ("eu-west-1", False)])
def test_a_source_is_matched_by_region_and_identifier_between_stacks(region, found, stacks_of):
    source = f'provider "aws" {{\n  region = "{region}"\n}}\n' + DATABASE.replace("= 14", "= 0")
    replica = 'provider "aws" {\n  region = "us-west-2"\n}\n' + REPLICA
    stacks = stacks_of({"primary/main.tf": source, "replica/main.tf": replica})
    told = [each for each in run(ALL, stacks) if each.rule == "XYZ544"]
    assert [(each.location.file, "in replica" in each.message) for each in told] == [("primary/main.tf", True)] * found


def test_a_promoted_replica_is_a_database_of_its_own(stacks_of):
    text = REPLICA.replace('"arn:aws:rds:us-east-1:123456789012:db:shop"', "null")
    found = {each.rule for each in run(ALL, stacks_of({"main.tf": text}, PROTECTED))}
    assert {"XYZ521", "XYZ522", "XYZ533"} <= found


def test_the_parameter_that_is_wrong_is_the_one_shown(stacks_of):
    first = '  parameter {\n    name  = "max_connections"\n    value = "100"\n  }\n\n  parameter {'
    text = (DATABASE + KEY).replace("  parameter {", first).replace('value = "1"', 'value = "OFF"')
    (found,) = run(ALL, stacks_of({"main.tf": text}))
    line = text.split("\n")[found.location.line - 1]
    assert (found.rule, line.strip()) == ("XYZ512", 'value = "OFF"')


def test_a_group_without_the_parameter_is_shown_itself(stacks_of):
    text = (DATABASE + KEY).replace("require_secure_transport", "max_connections")
    (found,) = run(ALL, stacks_of({"main.tf": text}))
    assert (found.rule, "is not set" in found.message) == ("XYZ512", True)


def test_neptune_has_its_key_under_another_name(stacks_of):
    text = 'resource "aws_neptune_cluster" "a" {\n  storage_encrypted = true\n  kms_key_arn = data.external.a.arn\n}\n'
    assert "XYZ506" not in {each.rule for each in run(ALL, stacks_of({"main.tf": text}))}


@pytest.mark.parametrize(
    ("engine", "version", "found"), [("mysql", "8.4.10", True), ("postgres", "16.9", False), ("oracle-ee", "19", False)]
)
def test_a_database_with_the_group_of_aws(engine, version, found, stacks_of):
    text = re.sub(r"  parameter_group_name .*\n", "", DATABASE) + KEY
    text = text.replace('"mysql"', f'"{engine}"').replace('"8.4.10"', f'"{version}"')
    assert ("XYZ512" in {each.rule for each in run(ALL, stacks_of({"main.tf": text}))}) == found


@pytest.mark.parametrize(
    ("kind", "body", "found"),
    [
        ("aws_db_instance", "", []),
        ("aws_db_instance", '  storage_type = "gp2"\n', ["XYZ538"]),
        ("aws_ebs_volume", "", ["XYZ538"]),
        ("aws_ebs_volume", "  iops = 3000\n", []),
        ("aws_db_instance", '  replicate_source_db = "shop"\n  backup_retention_period = 0\n', []),
        ("aws_db_instance", '  replicate_source_db = "shop"\n  backup_retention_period = 7\n', ["XYZ543"]),
    ],
)
def test_what_is_only_a_note(kind, body, found, stacks_of):
    stacks = stacks_of({"main.tf": f'resource "{kind}" "this" {{\n{body}}}\n'})
    assert [each.rule for each in run(ALL, stacks) if each.rule in ("XYZ538", "XYZ543")] == found
