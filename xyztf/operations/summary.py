"""What plans would do, for people, for a pull request, and for programs. What matters comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from xyztf.operations.plan import Judged
from xyztf.terraform.guard import Interruption
from xyztf.terraform.order import Outcome
from xyztf.terraform.planned import Change, Counts, Kind, Planned

SIGNS = {Kind.DELETE: "-", Kind.REPLACE: "±", Kind.UPDATE: "~", Kind.CREATE: "+", Kind.FORGET: "x"}
"""The kinds of change that are shown, the gravest first."""
MOST_ATTRIBUTES = 6


def counted(counts: Counts) -> str:
    """Counts in words, without those that are zero."""
    words = [f"{number} {what}" for what, number in asdict(counts).items() if number]
    return ", ".join(words) or "no changes"


def changes_that_matter(planned: Planned) -> list[Change]:
    """The changes of managed resources, the gravest kind first."""
    order = list(SIGNS)
    shown = [change for change in planned.changes if change.managed and change.kind in SIGNS]
    return sorted(shown, key=lambda change: order.index(change.kind))


def as_text(outcomes: Sequence[Outcome[Judged]]) -> Iterator[str]:
    """The summary in lines: a line per stack, below it what changes and what that interrupts; additions are counted."""
    for outcome in outcomes:
        if outcome.result is None:
            yield f"{outcome.stack}: not planned"
            continue
        plan = outcome.result.plan
        yield f"{outcome.stack}: {_words(plan.planned, plan.has_changes)}"
        for change in changes_that_matter(plan.planned):
            if change.kind is not Kind.CREATE:
                yield f"  {SIGNS[change.kind]} {change.label}"
                yield from (f"      {line}" for line in _attributes(change))
        yield from (f"  ! {interruption}" for interruption in interruptions(outcome.result))


def interruptions(judged: Judged) -> tuple[Interruption, ...]:
    """What a plan interrupts; nothing for one that takes everything away, where that goes without saying."""
    kinds = {change.kind for change in changes_that_matter(judged.plan.planned)}
    return () if kinds == {Kind.DELETE} else judged.verdict.interruptions


def _attributes(change: Change) -> list[str]:
    """What changes of a resource: of one that is replaced, why it is; of one that goes, nothing."""
    if change.kind is Kind.DELETE:
        return []
    shown = [a for a in change.attributes if change.kind is not Kind.REPLACE or a.forces_replacement]
    rest = len(shown) - MOST_ATTRIBUTES
    return [*map(str, shown[:MOST_ATTRIBUTES]), *([f"and {rest} more"] if rest > 0 else [])]


def as_markdown(name: str, outcomes: Sequence[Outcome[Judged]]) -> str:
    """The summary for a pull request: a table of the stacks, then what changes in each, folded away."""
    lines = [f"### Plan of {name}", "", "| Stack | Plan |", "| --- | --- |"]
    for outcome in outcomes:
        plan = outcome.result.plan if outcome.result else None
        lines.append(f"| {outcome.stack} | {_words(plan.planned, plan.has_changes) if plan else 'not planned'} |")
    for outcome in outcomes:
        if outcome.result and outcome.result.plan.has_changes:
            body = [f"{SIGNS[each.kind]} {each.label}" for each in changes_that_matter(outcome.result.plan.planned)]
            told = [f"- {interruption}" for interruption in interruptions(outcome.result)]
            lines += ["", f"<details><summary>{outcome.stack}</summary>", "", "```", *body, "```", *told]
            lines.append("</details>")
    return "\n".join(lines) + "\n"


def as_data(outcomes: Sequence[Outcome[Judged]]) -> list[dict[str, Any]]:
    """The summary as data, for --format json."""
    return [
        {
            "stack": outcome.stack,
            "planned": outcome.result is not None,
            "has_changes": bool(outcome.result and outcome.result.plan.has_changes),
            "counts": asdict(outcome.result.plan.planned.counts()) if outcome.result else None,
            "changes": [
                {"address": change.label, "kind": change.kind.value, "attributes": [str(a) for a in change.attributes]}
                for change in (changes_that_matter(outcome.result.plan.planned) if outcome.result else ())
            ],
            "interruptions": [str(each) for each in interruptions(outcome.result)] if outcome.result else [],
            "refusals": [str(each) for each in outcome.result.verdict.refusals] if outcome.result else [],
        }
        for outcome in outcomes
    ]


def _words(planned: Planned, has_changes: bool) -> str:
    words = counted(planned.counts())
    return "only outputs change" if has_changes and words == "no changes" else words
