"""Our own rules about security, for a scan: what checkov has no check for, or does not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from xyztf.errors import InvalidEnvironment
from xyztf.findings.finding import Finding
from xyztf.hcl.sources import Sources
from xyztf.operations.lint import contexts_of, found_in
from xyztf.private import user_cache
from xyztf.rules.registry import FAMILIES
from xyztf.rules.rule import Context, Rule

SECURITY = ("Secrets", "Data", "Network")
"""The families whose rules are about who may read, change or lose what."""


@cache
def security_rules() -> dict[str, Rule]:
    """The rules of these families, by id."""
    return {rule.id: rule() for family in SECURITY for rule in FAMILIES[family]}


def found_by_rules(
    base: Path, roots: Mapping[str, str | None], chosen: Sequence[Rule], today: date
) -> Sequence[Finding]:
    """What these rules find in root modules, given by their paths below `base`, each with its environment, if any."""
    if not chosen:
        return ()
    contexts: dict[str, Context] = {}
    for name in sorted({name for name in roots.values() if name is not None}):
        try:
            contexts |= contexts_of(base, [name], today)
        except InvalidEnvironment:
            # `render --check` tells of it. What is rendered can be judged all the same, without knowing if protected.
            contexts |= {root: Context(today, name) for root, own in roots.items() if own == name}
    asked = {root: contexts.get(root, Context(today, name)) for root, name in roots.items()}
    if "." in asked:
        asked[""] = asked.pop(".")
    return found_in(Sources(base, parser_in=user_cache()), asked, chosen).findings
