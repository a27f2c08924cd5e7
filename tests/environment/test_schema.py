"""The JSON Schema of environment files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from xyztf.environment.document import read_document
from xyztf.environment.schema import as_json, schema

ENVIRONMENTS = Path(__file__).parents[2] / "environments"


@pytest.fixture(scope="module")
def validator() -> Any:
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


def test_the_committed_schema_is_current():
    assert (ENVIRONMENTS / "_schema.json").read_text() == as_json(), "run: xyztf schema > environments/_schema.json"


@pytest.mark.parametrize("file", sorted(ENVIRONMENTS.glob("*.yaml")), ids=lambda file: file.stem)
def test_our_files_are_valid_and_name_it(file, validator):
    assert file.read_text().splitlines()[0] == "# yaml-language-server: $schema=_schema.json"
    assert [error.message for error in validator.iter_errors(read_document(file, "x").data)] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "extends: base",
        "database: {}",
        "database: null",
        "database: { storage: { size_gb: null } }",
        "database: { replicas: { us-west-2: null } }",
        "cache: { nodes: null, engine: null }",
        "tags: { Owner: null }",
        "tables: { t: { stream: KEYS_ONLY } }",
        "database: { maintenance_window: 'Sun:03:00-Sun:04:00' }",
        "modules: { x: { inputs: { a: [1, { b: null }] } } }",
        "database: { parameters: { a: 1, b: x, c: true, d: 0.5 } }",
    ],
)
def test_takes(validator, text):
    assert [error.message for error in validator.iter_errors(yaml.safe_load(text) or {})] == []


@pytest.mark.parametrize(
    "text",
    [
        "name: prod",
        "databse: {}",
        "database: { version: 8.4 }",
        "database: { version: '8' }",
        "database: { replicas: [us-west-2] }",
        "database: { replicas: { us_west_2: {} } }",
        "database: { storage: { type: GP3 } }",
        "cache: { nodes: 9 }",
        "cache: { nodes: '2' }",
        "regions: { US-EAST-1: { cidr: 10.0.0.0/16 } }",
        "regions: { us-east-1: { cidr: 10.0.0.0 } }",
        "streams: { s: { mode: ON_DEMAND } }",
        "account_id: 123456789012",
        "tags: { Owner: 4711 }",
        "tables: { t: { partition_key: { nmae: x } } }",
        f"streams: {{ {'s' * 81}: {{}} }}",
        "database: { maintenance_window: sunday }",
        "log_retention_days: 10",
        "notify: { emails: [nobody] }",
    ],
)
def test_refuses(validator, text):
    assert not validator.is_valid(yaml.safe_load(text))


def parts(value: Any) -> Any:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def test_nothing_is_required_titled_or_without_words():
    assert schema()["title"] == "xyztf environment"
    for part in parts(schema()["$defs"]):
        assert not isinstance(part.get("required"), list)
        assert not isinstance(part.get("title"), str)
        if "pattern" in part:
            assert part["patternErrorMessage"].startswith("expected ")


def test_keys_say_what_they_are_for():
    assert (
        schema()["properties"]["protected"]["description"]
        == "Nothing that holds data can be destroyed while this is true."
    )
