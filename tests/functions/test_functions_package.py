"""Both functions: they load from a zip as in Lambda, and refuse a configuration they cannot work with."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

NAMES = ["stream_processor", "table_processor"]


@pytest.mark.parametrize("name", NAMES)
def test_loads_from_a_zip(name, functions_folder, environments, tmp_path):
    package = tmp_path / "function.zip"
    with zipfile.ZipFile(package, "w") as archive:
        for path in sorted((functions_folder / name).glob("*.py")):
            archive.writestr(path.name, "# generated\n" + path.read_text(encoding="utf-8"))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(package), "AWS_REGION": "us-east-1"}
    environment |= {"AWS_DEFAULT_REGION": "us-east-1", **environments[name]}
    code = "import handler; assert callable(handler.handler); print(handler.__file__)"

    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert Path(run.stdout.strip()) == package / "handler.py"


@pytest.mark.parametrize("name", NAMES)
def test_uses_only_the_standard_library_and_boto3(name, functions_folder):
    own = {path.stem for path in (functions_folder / name).glob("*.py")}
    for path in (functions_folder / name).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for module in modules:
                root = module.split(".")[0]
                assert root in own | {"boto3", "botocore"} | set(sys.stdlib_module_names), (path.name, module)


def test_own_modules_do_not_hide_the_standard_library(functions_folder):
    for name in NAMES:
        assert not {path.stem for path in (functions_folder / name).glob("*.py")} & set(sys.stdlib_module_names)


def test_the_two_copies_of_telemetry_are_the_same(functions_folder):
    first, second = ((functions_folder / name / "telemetry.py").read_bytes() for name in NAMES)
    assert first == second


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("TABLE_NAME", None, "TABLE_NAME is missing"),
        ("TABLE_NAME", "  ", "TABLE_NAME is missing"),
        ("KEY_ATTRIBUTES", None, "KEY_ATTRIBUTES is missing"),
        ("KEY_ATTRIBUTES", "DeviceId", "KEY_ATTRIBUTES is not JSON"),
        ("KEY_ATTRIBUTES", "[]", "KEY_ATTRIBUTES must be a JSON object"),
        ("KEY_ATTRIBUTES", "{}", "KEY_ATTRIBUTES names 0 attributes"),
        ("KEY_ATTRIBUTES", '{"A":"S","B":"S","C":"S"}', "KEY_ATTRIBUTES names 3 attributes"),
        ("KEY_ATTRIBUTES", '{"DeviceId":"B"}', 'KEY_ATTRIBUTES must give each attribute the type "S" or "N"'),
        ("KEY_ATTRIBUTES", '{"IngestedAt":"N"}', "names IngestedAt, which this function sets"),
        ("INDEX_ATTRIBUTES", '{"DeviceId":"N"}', "INDEX_ATTRIBUTES gives DeviceId another type"),
        ("INDEX_ATTRIBUTES", '{"EventDate":"N"}', "INDEX_ATTRIBUTES gives EventDate another type"),
        ("INDEX_ATTRIBUTES", '{"DeviceType":1}', "INDEX_ATTRIBUTES must give"),
        ("TIME_ATTRIBUTE", "DeviceId", "TIME_ATTRIBUTE names DeviceId"),
        ("TIME_ATTRIBUTE", "ProcessedAt", "names ProcessedAt, which this function sets"),
        ("TTL_ATTRIBUTE", "Timestamp", "names Timestamp, which this function sets"),
        ("TTL_ATTRIBUTE", "EventDate", "TTL_ATTRIBUTE names EventDate"),
        ("TTL_ATTRIBUTE", "DeviceType", "TTL_ATTRIBUTE names DeviceType"),
        ("RETENTION_DAYS", None, "RETENTION_DAYS is missing"),
        ("RETENTION_DAYS", "0", "RETENTION_DAYS must be a whole number"),
        ("RETENTION_DAYS", "1.5", "RETENTION_DAYS must be a whole number"),
        ("DEAD_LETTER_QUEUE_URL", None, "DEAD_LETTER_QUEUE_URL is missing"),
        ("METRIC_NAMESPACE", None, "METRIC_NAMESPACE is missing"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL must be one of"),
    ],
)
def test_stream_processor_refuses_wrong_configuration(variable, value, message, load_function, environments):
    environment = {k: v for k, v in environments["stream_processor"].items() if k != variable}
    if value is not None:
        environment[variable] = value
    with pytest.raises(ValueError, match="environment variable") as error:
        load_function("stream_processor", environment)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("KEY_ATTRIBUTES", None, "KEY_ATTRIBUTES is missing"),
        ("KEY_ATTRIBUTES", "{", "KEY_ATTRIBUTES is not JSON"),
        ("KEY_ATTRIBUTES", "{}", "KEY_ATTRIBUTES must be a JSON object"),
        ("ANALYTICS_DIMENSION", "Alerts", "ANALYTICS_DIMENSION cannot be 'Alerts'"),
        ("ANALYTICS_DIMENSION", ":x", "ANALYTICS_DIMENSION cannot be"),
        ("ALERT_RULES", "{}", "ALERT_RULES must be a JSON list"),
        ("ALERT_RULES", "[1]", "ALERT_RULES rule 1"),
        ("ALERT_RULES", '[{"attribute":"T","above":1},{"attribute":"T"}]', "ALERT_RULES rule 2"),
        ("ALERT_RULES", '[{"attribute":"T","above":"90"}]', "ALERT_RULES rule 1"),
        ("ALERT_RULES", '[{"attribute":"T","above":true}]', "ALERT_RULES rule 1"),
        ("ALERT_RULES", '[{"attribute":"T","above":NaN}]', "ALERT_RULES is not JSON"),
        ("ALERT_RULES", '[{"attribute":"T","beyond":90}]', "ALERT_RULES rule 1"),
        ("ALERT_RULES", '[{"attribute":"T","above":90,"below":10}]', "ALERT_RULES rule 1"),
        ("METRIC_NAMESPACE", "", "METRIC_NAMESPACE is missing"),
        ("LOG_LEVEL", "5", "LOG_LEVEL must be one of"),
    ],
)
def test_table_processor_refuses_wrong_configuration(variable, value, message, load_function, environments):
    environment = {k: v for k, v in environments["table_processor"].items() if k != variable}
    if value is not None:
        environment[variable] = value
    with pytest.raises(ValueError, match="environment variable") as error:
        load_function("table_processor", environment)
    assert message in str(error.value)


def test_optional_configuration_can_be_left_out(load_function, environments):
    optional = {"INDEX_ATTRIBUTES", "TIME_ATTRIBUTE", "TTL_ATTRIBUTE", "RETENTION_DAYS", "LOG_LEVEL"}
    environment = {k: v for k, v in environments["stream_processor"].items() if k not in optional}
    settings = load_function("stream_processor", environment)["handler"].SETTINGS
    assert (settings.index_attributes, settings.time_attribute, settings.ttl_attribute) == ({}, "", "")
    assert settings.log_level == "INFO"

    optional = {"TIME_ATTRIBUTE", "ANALYTICS_DIMENSION", "ALERT_RULES", "LOG_LEVEL"}
    environment = {k: v for k, v in environments["table_processor"].items() if k not in optional}
    settings = load_function("table_processor", environment)["handler"].SETTINGS
    assert (settings.time_attribute, settings.analytics_dimension, settings.alert_rules) == ("", "", ())


def test_clients_give_up_in_time(stream):
    for client in (stream.handler.TABLE._client, stream.handler.DEAD_LETTERS._client):
        config = client.meta.config
        assert (config.connect_timeout, config.read_timeout) == (1, 3)
        assert config.retries["mode"] == "standard"
        assert config.retries["total_max_attempts"] == 3
        assert config.max_pool_connections >= stream.handler.WRITERS
