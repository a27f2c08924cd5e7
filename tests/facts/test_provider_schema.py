"""The data file of the provider's schema: how it is read, how it is written, and that it is what the provider says."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xyztf.errors import XyztfError
from xyztf.facts import provider
from xyztf.facts.provider_schema import FLAGS, BlockSchema, SchemaFile
from xyztf.facts.tables import DATA, table

FILE = DATA / "provider_schema.json"
SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "refresh_provider_schema.py"
WORDS = tuple(FLAGS.values())


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh_provider_schema", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFRESH = script()


def test_every_line_is_found() -> None:
    content = FILE.read_bytes()
    lines = {key for key in json.loads(content) if "." in key}
    assert content.count(b"\n") == len(lines) + 2  # the line that says what it is, and the brace at the end
    file = SchemaFile(content)
    assert all(file.block(key) is not None for key in lines if not key.startswith("type."))


def test_no_line_is_read_but_those_asked_for() -> None:
    broken = re.sub(rb'(?m)^("resource\.aws_(?!eip")\w+":).*', rb"\1not JSON,", FILE.read_bytes())
    file = SchemaFile(broken)
    assert file.block("resource.aws_eip") == provider.resource_schema("aws_eip")
    with pytest.raises(json.JSONDecodeError):
        file.block("resource.aws_vpc")


def test_threads_get_the_same() -> None:
    file = SchemaFile(FILE.read_bytes())
    names = ["aws_wafv2_web_acl", "aws_quicksight_dashboard", "aws_wafv2_rule_group"] * 8
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda name: file.block(f"resource.{name}"), names))
    assert found == [provider.resource_schema(name) for name in names]


def names() -> st.SearchStrategy[str]:
    return st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)


def types() -> st.SearchStrategy[Any]:
    primitive = st.sampled_from(["string", "number", "bool", "dynamic"])
    return st.recursive(
        primitive,
        lambda inner: (
            st.tuples(st.sampled_from(["list", "set", "map"]), inner).map(list)
            | st.dictionaries(names(), inner, max_size=3).map(lambda fields: ["object", fields])
        ),
        max_leaves=5,
    )


def attributes() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda type_, told: {"type": type_, "description_kind": "plain", **dict.fromkeys(told, True)},
        types(),
        st.lists(st.sampled_from(WORDS), unique=True),
    )


def blocks() -> st.SearchStrategy[dict[str, Any]]:
    def block(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        nested = st.fixed_dictionaries(
            {"nesting_mode": st.sampled_from(["list", "set", "single", "map"]), "block": inner},
            optional={"min_items": st.integers(0, 3), "max_items": st.integers(0, 500)},
        )
        return st.fixed_dictionaries(
            {},
            optional={
                "attributes": st.dictionaries(names(), attributes(), max_size=4),
                "block_types": st.dictionaries(names(), nested, max_size=2),
                "deprecated": st.just(True),
            },
        )

    return st.recursive(st.just({}), block, max_leaves=6)


def plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """A block of Terraform's JSON, with nothing left out."""
    return {
        "arguments": {
            name: (attribute["type"], {flag for flag in WORDS if attribute.get(flag)})
            for name, attribute in told.get("attributes", {}).items()
        },
        "blocks": {
            name: (
                nested["nesting_mode"],
                nested.get("min_items", 0),
                nested.get("max_items", 0),
                plain(nested["block"]),
            )
            for name, nested in told.get("block_types", {}).items()
        },
        "deprecated": told.get("deprecated", False),
    }


def read(block: BlockSchema) -> dict[str, Any]:
    """A block as read, in the same form."""
    assert all(name == told.name for name, told in block.arguments.items())
    return {
        "arguments": {
            name: (told.type, {flag for flag in WORDS if getattr(told, flag)}) for name, told in block.arguments.items()
        },
        "blocks": {
            name: (nested.nesting, nested.min_items, nested.max_items, read(nested.schema))
            for name, nested in block.blocks.items()
        },
        "deprecated": block.deprecated,
    }


@given(st.dictionaries(names(), blocks(), max_size=4), st.dictionaries(names(), blocks(), max_size=2), blocks())
def test_what_is_written_is_read_again(resources: Any, data: Any, configuration: Any) -> None:
    nested = {"nesting_mode": "list", "block": configuration}
    resources["shared"] = {"block_types": {"one": nested, "other": nested}}
    schema = {
        "provider": {"version": 0, "block": configuration},
        "resource_schemas": {name: {"version": 0, "block": block} for name, block in resources.items()},
        "data_source_schemas": {name: {"version": 0, "block": block} for name, block in data.items()},
    }
    text = REFRESH.schema_text(schema, "1.2.3", "2025-01-01")
    assert json.loads(text)["as_of"] == "2025-01-01"
    file = SchemaFile(text.encode())
    assert file.version() == "1.2.3"
    assert file.names("resource") == set(resources)
    assert file.names("data") == set(data)
    for kind, told in (("resource", resources), ("data", data), ("provider", {"aws": configuration})):
        for name, block in told.items():
            found = file.block(f"{kind}.{name}")
            assert found is not None and read(found) == plain(block)


@pytest.mark.parametrize(
    "block",
    [
        {"attributes": {"a": {"nested_type": {"nesting_mode": "list"}, "optional": True}}},
        {"block_types": {"a": {"nesting_mode": "group", "block": {}}}},
        {"something_new": True},
    ],
)
def test_a_part_the_script_does_not_know_is_not_lost_in_silence(block: dict[str, Any]) -> None:
    with pytest.raises(XyztfError, match=r"unknown nesting|does not know"):
        REFRESH.schema_text({"provider": {"block": block}}, "1.2.3", "2025-01-01")


def test_another_version_needs_its_date(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        REFRESH.main(["--version", "0.0.1"])
    assert "--as-of" in capsys.readouterr().err


@pytest.mark.terraform
def test_the_file_is_what_the_provider_says_today() -> None:
    schema = REFRESH.installed_schema(provider.version())
    assert REFRESH.schema_text(schema, provider.version(), table("provider_schema")["as_of"]) == FILE.read_text("utf-8")
    for kind, listed, look_up in (
        ("resource", "resource_schemas", provider.resource_schema),
        ("data", "data_source_schemas", provider.data_schema),
        ("ephemeral", "ephemeral_resource_schemas", provider.ephemeral_schema),
    ):
        for name, told in schema[listed].items():
            found = look_up(name)
            assert found is not None and read(found) == plain(told["block"]), f"{kind} {name}"
    assert read(provider.provider_schema()) == plain(schema["provider"]["block"])
