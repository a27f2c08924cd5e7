"""Rules in words: a list, an explanation, data, and the page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xyztf.findings.rule_info import RuleInfo
from xyztf.rules.registry import FAMILIES
from xyztf.rules.rule import Rule

MARK = " # here"


def listed() -> Iterator[str]:
    """A line per rule, by family."""
    for number, (family, members) in enumerate(FAMILIES.items()):
        if number:
            yield ""
        yield family
        for rule in sorted(members, key=lambda each: each.id):
            yield f"  {rule.id}  {rule.severity!s:<7}  {rule.title}"


def explained(rule: Rule) -> str:
    """All that is known of a rule."""
    lines = [f"{rule.id}: {rule.title} ({rule.severity})", "", rule.why, f"source: {rule.source}"]
    for word, example in (("Found here:", rule.bad), ("Not here:", rule.good)):
        lines += ["", word, "", *(f"    {line}".rstrip() for line in example.rstrip().split("\n"))]
    lines += ["", f'to suppress it beside a block: # xyztf:ignore {rule.id} reason="..." owner="..." until=YYYY-MM-DD']
    return "\n".join(lines)


def info(rule: Rule) -> RuleInfo:
    """A rule as the formats know it."""
    return RuleInfo(rule.id, rule.title, rule.why, rule.source, rule.severity)


def as_data(rule: Rule) -> dict[str, Any]:
    """A rule for --format json."""
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": str(rule.severity),
        "why": rule.why,
        "source": rule.source,
        "bad": rule.bad.replace(MARK, ""),
        "good": rule.good,
    }
