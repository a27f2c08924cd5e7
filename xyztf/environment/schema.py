"""The JSON Schema of an environment file, from the model."""

from __future__ import annotations

import json
from typing import Any

from xyztf.environment.expected import EXPECTED
from xyztf.environment.model import Environment

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema as data. Nothing is required: a file may leave to its parents what they say."""
    found = Environment.model_json_schema()
    properties = {name: field for name, field in found["properties"].items() if name != "name"}
    extends = {"type": "string", "description": "Another file of this folder, on which this one builds."}
    top = {
        "$schema": DIALECT,
        "title": "xyztf environment",
        "description": "What a person decides about one environment. See docs/environments.md.",
        "type": "object",
        "additionalProperties": False,
        "properties": {"extends": extends, **properties},
        "$defs": found["$defs"],
    }
    shaped: dict[str, Any] = _told(top)
    for part in shaped["$defs"].values():
        part.pop("required", None)
    return shaped


def as_json() -> str:
    """The schema as text, the same to the byte for the same model."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _told(value: Any) -> Any:
    """`value` with words for each pattern, and null allowed wherever a key can be taken back to its default."""
    if isinstance(value, list):
        return [_told(item) for item in value]
    if not isinstance(value, dict):
        return value
    told = {key: _told(item) for key, item in value.items() if not (key == "title" and isinstance(item, str))}
    if value.get("pattern") in EXPECTED:
        told["pattern"] = value["pattern"].removeprefix("(?i)")
        told["patternErrorMessage"] = f"expected {EXPECTED[value['pattern']]}"
    return told
