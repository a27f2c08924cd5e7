"""The JSON Schema of an environment file, from the model."""

from __future__ import annotations

import json
from typing import Any

from xyztf.environment.expected import EXPECTED
from xyztf.environment.model import Environment

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EXTENDS = {"type": "string", "description": "Another file of this folder, on which this one builds."}


def schema() -> dict[str, Any]:
    """The schema as data. Nothing is required: a file may leave to its parents what they say."""
    found = Environment.model_json_schema()
    parts = {name: _told(part) for name, part in found["$defs"].items()}
    properties = {name: _nullable(_told(part)) for name, part in found["properties"].items() if name != "name"}
    return {
        "$schema": DIALECT,
        "title": "xyztf environment",
        "description": "What a person decides about one environment. See docs/environments.md.",
        "type": "object",
        "additionalProperties": False,
        "properties": {"extends": EXTENDS, **properties},
        "$defs": {name: _optional(part) for name, part in parts.items()},
    }


def as_json() -> str:
    """The schema as text, the same to the byte for the same model."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _told(value: Any) -> Any:
    """`value` without Pydantic's titles, with words for each pattern, and closed to keys of any other form."""
    if isinstance(value, list):
        return [_told(item) for item in value]
    if not isinstance(value, dict):
        return value
    told = {key: _told(item) for key, item in value.items() if not (key == "title" and isinstance(item, str))}
    if value.get("pattern") in EXPECTED:
        told["patternErrorMessage"] = f"expected {EXPECTED[value['pattern']]}"
    if "patternProperties" in told:
        told["patternProperties"] = {key: _nullable(part) for key, part in told["patternProperties"].items()}
        told["additionalProperties"] = False
    return told


def _optional(part: dict[str, Any]) -> dict[str, Any]:
    """A part of the model of which a file may write some keys only, and take others back."""
    kept = {key: value for key, value in part.items() if key != "required"}
    if "properties" in part:
        kept["properties"] = {name: _nullable(field) for name, field in part["properties"].items()}
    return kept


def _nullable(field: dict[str, Any]) -> dict[str, Any]:
    """`field`, or the null that takes back what a parent says: a schema without it would mark right files wrong."""
    if not field or {"type": "null"} in field.get("anyOf", ()):
        return field
    aside: dict[str, Any] = {key: field[key] for key in ("description", "default") if key in field}
    inner = {key: value for key, value in field.items() if key not in aside}
    alternatives = inner["anyOf"] if set(inner) == {"anyOf"} else [inner]
    return {**aside, "anyOf": [*alternatives, {"type": "null"}]}
