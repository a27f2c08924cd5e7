"""Words people write that AWS does not take: by field, and by what was written."""

from __future__ import annotations

import re

from xyztf.facts.answers import Superseded
from xyztf.facts.tables import table


def fields() -> tuple[str, ...]:
    """The fields for which words are known."""
    return tuple(dict.fromkeys(entry["field"] for entry in table("superseded")["words"]))


def superseded(field: str, value: str) -> Superseded | None:
    """What to make of a value in a field (`billing_mode`, `ON_DEMAND`). None when nothing is known against it."""
    for entry in table("superseded")["words"]:
        match = re.fullmatch(entry["pattern"], value) if entry["field"] == field else None
        if match is not None:
            becomes = value.lower() if entry.get("how") == "lower" else entry["becomes"]
            becomes = match.expand(becomes) if becomes else None
            if becomes == value:
                return None
            return Superseded(value, entry["action"], becomes, entry["reason"], entry["way_out"], entry["source"])
    return None
