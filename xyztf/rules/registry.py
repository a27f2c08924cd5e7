"""Every rule, by its id. A rule that is not listed here does not exist."""

from __future__ import annotations

from functools import cache

from xyztf.rules import consistency, data, endings, network, operation, references, schema, secrets, versions
from xyztf.rules.rule import Rule

FAMILIES: dict[str, tuple[type[Rule], ...]] = {
    "References": references.RULES,
    "Provider schema": schema.RULES,
    "Versions, state and provider": versions.RULES,
    "Secrets": secrets.RULES,
    "Data": data.RULES,
    "Network": network.RULES,
    "Operation": operation.RULES,
    "Life cycle": endings.RULES,
    "Consistency between stacks": consistency.RULES,
}
"""Families in the order of their ids. XYZ0xx is about the reading and the suppressions, and has no rules here."""


@cache
def rules() -> dict[str, Rule]:
    """Every rule, by id in order."""
    listed = [rule() for family in FAMILIES.values() for rule in family]
    found = {rule.id: rule for rule in sorted(listed, key=lambda rule: rule.id)}
    if len(found) != len(listed):
        raise ValueError("two rules have one id")
    return found
