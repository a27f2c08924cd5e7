"""Every rule, by its id. A rule of ours that is not listed here does not exist; a project may have more (`own.py`)."""

from __future__ import annotations

from collections.abc import Sequence
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


OWN = "Rules of this project"
"""The family of a project's own rules."""


def families(own: Sequence[Rule] = ()) -> dict[str, list[Rule]]:
    """The rules of each family, by id in order; those of a project as the last family, where there are any."""
    known = rules()
    found = {name: [known[each] for each in sorted(rule.id for rule in members)] for name, members in FAMILIES.items()}
    return {**found, OWN: sorted(own, key=lambda rule: rule.id)} if own else found
