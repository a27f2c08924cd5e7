"""By which identifier a resource that exists is taken into Terraform's state (`import`)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xyztf.facts.tables import table

ACCOUNT = "account"
"""What templates call the account's number; all other names in them are attributes of the resource."""


def import_id(kind: str, known_id: str | None, attributes: Mapping[str, object]) -> str | None:
    """The identifier to import a resource of the type `kind` with; None when it cannot be told, or must not be done.

    `known_id` is the attribute `id`, where the resource is known to exist; `attributes` are those of its configuration
    that are known, with the account under `ACCOUNT`.
    """
    data = table("adoption")
    if kind in data["never"]:
        return None
    template: str | None = data["by_name"].get(kind)
    if template is None:
        return known_id
    names = re.findall(r"\{(\w+)\}", template)
    if all(attributes.get(name) for name in names):
        return template.format_map(attributes)
    # Of these, some have another id than the one they are imported by.
    return None


def is_completed_in_place(kind: str) -> bool:
    """Whether one whose creation was cut off can be kept: the next plan finds and completes what is missing."""
    data = table("adoption")
    return kind in data["by_name"] or kind in data["by_id"]
