"""What is committed: the three environments, rendered. prod is the system that the architecture documents describe."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import hcl2
import pytest

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("dev", "prod", "staging")
MODULES = ("elasticache", "kinesis-dynamo", "monitoring", "rds-primary", "rds-replica", "vpc")


def parsed(folder: Path) -> dict[str, list[Any]]:
    """All blocks of a folder's .tf files, by kind."""
    blocks: dict[str, list[Any]] = {}
    for file in sorted(folder.glob("*.tf")):
        for kind, found in hcl2.loads(file.read_text()).items():
            blocks.setdefault(kind, []).extend(found)
    return blocks


def resource(folder: Path, kind: str, label: str) -> dict[str, Any]:
    """One resource, each attribute without the list of one that the parser puts around it."""
    found = [block[kind][label] for block in parsed(folder)["resource"] if label in block.get(kind, {})]
    assert len(found) == 1, f"{len(found)} times {kind}.{label}"
    return unwrapped(found[0])


def unwrapped(block: dict[str, Any]) -> dict[str, Any]:
    return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in block.items()}


def module_call(stack: str, label: str) -> dict[str, Any]:
    found = [block[label] for block in parsed(ROOT / "environments" / stack)["module"] if label in block]
    return unwrapped(found[0])


def xyztf(*arguments: str, project: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "xyztf", *arguments, "--project", str(project)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_is_committed_is_what_the_templates_give():
    done = xyztf("render", "--check")
    assert done.returncode == 0, done.stdout


def test_the_committed_schema_is_the_models():
    command = [sys.executable, "-m", "xyztf", "schema"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert (ROOT / "environments" / "_schema.json").read_text("utf-8") == printed


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_its_five_files_and_tells_what_it_takes_and_gives(environment, module):
    folder = ROOT / "modules" / environment / module
    assert {"main.tf", "variables.tf", "outputs.tf", "versions.tf", "README.md"} <= {p.name for p in folder.iterdir()}
    blocks = parsed(folder)
    readme = (folder / "README.md").read_text()
    inputs, outputs = readme.split("## Outputs")
    for variable in blocks["variable"]:
        for name, body in variable.items():
            assert body.get("type"), f"variable {name} has no type"
            assert body["description"][0].endswith("."), f"variable {name} is not described"
            assert f"| `{name}` |" in inputs
    for output in blocks["output"]:
        for name, body in output.items():
            assert body["description"][0].endswith("."), f"output {name} is not described"
            assert f"| `{name}` |" in outputs
    assert inputs.count("\n| `") == len(blocks["variable"])
    assert outputs.count("\n| `") == len(blocks["output"])


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("module", MODULES)
def test_every_variable_of_a_module_is_used_and_every_reference_to_one_is_declared(environment, module):
    folder = ROOT / "modules" / environment / module
    text = "\n".join(path.read_text() for path in folder.glob("*.tf"))
    declared = set(re.findall(r'^variable "(\w+)"', text, re.MULTILINE))
    assert declared == set(re.findall(r"\bvar\.(\w+)", text))


def test_prod_has_a_stack_for_each_region_and_a_global_one():
    stacks = {path.name for path in (ROOT / "environments" / "prod").iterdir()}
    assert stacks == {"global", "us-east-1", "us-west-2", "us-east-2"}
    for stack in stacks:
        region = "us-east-1" if stack == "global" else stack
        terraform = parsed(ROOT / "environments" / "prod" / stack)["terraform"][0]
        backend = unwrapped(terraform["backend"][0]["s3"])
        assert (backend["region"], backend["use_lockfile"], backend["encrypt"]) == (region, True, True)
        provider = unwrapped(parsed(ROOT / "environments" / "prod" / stack)["provider"][0]["aws"])
        assert provider["region"] == region
        assert provider["allowed_account_ids"] in ("123456789012", ["123456789012"])


def test_prods_network_is_that_of_the_architecture_document():
    call = module_call("prod/us-east-1", "vpc")
    assert call["cidr_block"] == "10.0.0.0/16"
    assert call["database_subnets"] == {"us-east-1a": "10.0.1.0/24", "us-east-1b": "10.0.2.0/24"}
    assert call["cache_subnets"] == {"us-east-1a": "10.0.3.0/24", "us-east-1b": "10.0.4.0/24"}


def test_prods_database_is_that_of_the_documents():
    database = resource(ROOT / "modules/prod/rds-primary", "aws_db_instance", "this")
    expected = {
        "identifier": "${local.name}",
        "engine": "mysql",
        "instance_class": "db.t3.medium",
        "allocated_storage": 100,
        "storage_encrypted": True,
        "multi_az": True,
        "backup_retention_period": 7,
        "maintenance_window": "sun:03:00-sun:04:00",
        "deletion_protection": True,
        "publicly_accessible": False,
        "iam_database_authentication_enabled": True,
        "monitoring_interval": 60,
    }
    assert {key: database.get(key) for key in expected} == expected
    assert database["lifecycle"]["prevent_destroy"] == [True]
    assert "password" not in database
    (names,) = parsed(ROOT / "modules/prod/rds-primary")["locals"][0]["log_exports"]
    assert {"audit", "slowquery"} <= set(names)


def test_prods_mysql_parameters_are_those_that_mysql_takes_today():
    for module in ("rds-primary", "rds-replica"):
        group = resource(ROOT / "modules/prod" / module, "aws_db_parameter_group", "this")
        parameters = {unwrapped(each)["name"]: unwrapped(each)["value"] for each in group["parameter"]}
        expected = {
            "max_connections": "1000",
            "max_user_connections": "950",
            "thread_cache_size": "128",
            "table_open_cache": "4000",
            "innodb_buffer_pool_size": "{DBInstanceClassMemory*3/4}",
            "innodb_buffer_pool_instances": "8",
            "innodb_redo_log_capacity": str(2 * 512 * 1024**2),
            "innodb_flush_log_at_trx_commit": "1",
            "require_secure_transport": "1",
            "slow_query_log": "1",
        }
        assert {name: parameters.get(name) for name in expected} == expected
        assert not any(name.startswith("query_cache") for name in parameters)


@pytest.mark.parametrize("region", ["us-west-2", "us-east-2"])
def test_prod_has_a_replica_and_a_cache_in_each_other_region(region):
    replica = module_call(f"prod/{region}", "rds_replica")
    assert replica["source_arn"] == "arn:aws:rds:us-east-1:123456789012:db:xyz-corp-prod-primary-db"
    assert module_call(f"prod/{region}", "elasticache")["region"] == region


def test_prods_cache_is_that_of_the_documents():
    cache = resource(ROOT / "modules/prod/elasticache", "aws_elasticache_replication_group", "this")
    assert cache["engine"] == "redis"
    assert cache["node_type"] == "cache.t3.micro"
    assert (cache["num_node_groups"], cache["replicas_per_node_group"]) == (1, 1)
    assert cache["transit_encryption_enabled"] is True
    assert cache["at_rest_encryption_enabled"] is True
    assert cache["automatic_failover_enabled"] is True
    group = resource(ROOT / "modules/prod/elasticache", "aws_elasticache_parameter_group", "this")
    parameters = {unwrapped(each)["name"]: unwrapped(each)["value"] for each in group["parameter"]}
    assert parameters == {
        "cluster-enabled": "yes",
        "maxmemory-policy": "allkeys-lru",
        "timeout": "300",
        "tcp-keepalive": "60",
    }


def test_prods_stream_and_table_are_those_of_the_documents():
    folder = ROOT / "modules/prod/kinesis-dynamo"
    stream = resource(folder, "aws_kinesis_stream", "device_data_stream")
    assert (stream["shard_count"], stream["retention_period"], stream["encryption_type"]) == (4, 72, "KMS")
    table = resource(folder, "aws_dynamodb_table", "realtime_analytics")
    assert table["name"] == "xyz-corp-prod-realtime-analytics"
    assert (table["hash_key"], table["range_key"]) == ("DeviceId", "Timestamp")
    assert table["billing_mode"] == "PAY_PER_REQUEST"
    assert (table["stream_enabled"], table["stream_view_type"]) == (True, "NEW_AND_OLD_IMAGES")
    indexes = {unwrapped(index)["name"] for index in table["global_secondary_index"]}
    assert indexes == {"DeviceType-Timestamp-index", "Location-Timestamp-index"}
    assert "read_capacity" not in table
    types = {unwrapped(attribute)["name"]: unwrapped(attribute)["type"] for attribute in table["attribute"]}
    assert types == {"DeviceId": "S", "Timestamp": "N", "DeviceType": "S", "Location": "S"}


def test_prods_alarm_on_the_cpu_is_that_of_the_documents():
    alarm = resource(ROOT / "modules/prod/monitoring", "aws_cloudwatch_metric_alarm", "database_cpu")
    expected = {
        "metric_name": "CPUUtilization",
        "namespace": "AWS/RDS",
        "statistic": "Average",
        "period": 300,
        "threshold": 80,
        "comparison_operator": "GreaterThanThreshold",
        "evaluation_periods": 2,
    }
    assert {key: alarm[key] for key in expected} == expected


@pytest.mark.parametrize(
    "metric",
    [
        "CPUUtilization",
        "DatabaseConnections",
        "FreeableMemory",
        "ReadLatency",
        "WriteLatency",
        "ReadIOPS",
        "WriteIOPS",
        "ReplicaLag",
    ],
)
def test_prods_dashboard_shows_the_metrics_that_the_documents_list(metric):
    text = (ROOT / "modules/prod/monitoring/dashboard.tf").read_text()
    assert f'"{metric}"' in text


def test_nothing_is_open_to_the_world():
    for path in (ROOT / "modules").rglob("*.tf"):
        assert "0.0.0.0/0" not in path.read_text(), path


def test_a_change_of_one_value_changes_one_line_of_prod_and_nothing_else(tmp_path):
    for folder in ("environments", "modules", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    prod = tmp_path / "environments" / "prod.yaml"
    prod.write_text(prod.read_text().replace("backup_retention_days: 7", "backup_retention_days: 9"))
    diff = xyztf("render", "--diff", project=tmp_path)
    changed = [line for line in diff.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert [line[0] + " ".join(line[1:].split()) for line in changed] == [
        "-backup_retention_period = 7",
        "+backup_retention_period = 9",
    ]
    assert xyztf("render", project=tmp_path).returncode == 0
    differing = [
        path.relative_to(ROOT).as_posix()
        for folder in ("environments", "modules")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.read_bytes() != (tmp_path / path.relative_to(ROOT)).read_bytes()
    ]
    assert differing == ["environments/prod.yaml", "modules/prod/rds-primary/main.tf"]
