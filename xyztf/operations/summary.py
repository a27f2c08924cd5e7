"""What plans would do, for people and for programs. What matters comes first. For pull requests: `comment.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from xyztf.operations.plan import Judged
from xyztf.terraform.differences import Attribute
from xyztf.terraform.guard import Interruption, Notice, Refusal
from xyztf.terraform.order import Outcome
from xyztf.terraform.planned import Change, Counts, Kind, Planned

SIGNS = {
    Kind.DELETE: "-",
    Kind.REPLACE: "±",
    Kind.FORGET: "x",
    Kind.UPDATE: "~",
    Kind.CREATE: "+",
    Kind.NO_OP: "=",
}
"""The kinds of change that are shown, the gravest first; no-op stands for what is only moved or imported."""
MOST_ATTRIBUTES = 6


def counted(counts: Counts) -> str:
    """Counts in words, without those that are zero."""
    words = [f"{number} {what}" for what, number in asdict(replace(counts, invoked=0)).items() if number]
    if counts.invoked:
        words.append(f"{counts.invoked} {'action' if counts.invoked == 1 else 'actions'} invoked")
    return ", ".join(words) or "no changes"


def in_words(planned: Planned, has_changes: bool) -> str:
    """A plan in a few words."""
    words = counted(planned.counts())
    if not has_changes or words != "no changes":
        return words
    moved = sum(1 for change in planned.changes if change.moved_from)
    imported = sum(1 for change in planned.changes if change.imported)
    told = [f"{number} {what}" for number, what in ((moved, "moved"), (imported, "imported")) if number]
    return ", ".join(told) or "only outputs change"


def changes_that_matter(planned: Planned) -> list[Change]:
    """The changes of managed resources, the gravest kind first."""
    order = list(SIGNS)
    shown = [change for change in planned.changes if change.managed and change.kind in SIGNS and _tells(change)]
    return sorted(shown, key=lambda change: order.index(change.kind))


def _tells(change: Change) -> bool:
    return change.kind is not Kind.NO_OP or bool(change.moved_from or change.imported)


def gravest_first(outcomes: Sequence[Outcome[Judged]]) -> list[Outcome[Judged]]:
    """The stacks in another order: what was not planned, what is refused, what loses most, what interrupts most."""
    order = list(SIGNS)

    def gravity(outcome: Outcome[Judged]) -> tuple[int, ...]:
        if outcome.result is None:
            return (0,)
        kinds = [order.index(change.kind) for change in changes_that_matter(outcome.result.plan.planned)]
        ranks = [each.means.rank for each in interruptions(outcome.result)]
        refused = not outcome.result.verdict.refusals
        return (1, refused, min(kinds, default=len(order)), min(ranks, default=len(order)))

    return sorted(outcomes, key=gravity)


def as_text(outcomes: Sequence[Outcome[Judged]]) -> Iterator[str]:
    """The summary in lines: a line per stack, then what changes and what that interrupts; additions are counted."""
    details = {outcome.stack: list(_details(outcome)) for outcome in outcomes}
    for outcome in outcomes:
        yield f"{outcome.stack}: {told(outcome)}"
        if len(outcomes) == 1:
            yield from details[outcome.stack]
    if len(outcomes) > 1:
        for outcome in gravest_first(outcomes):
            if details[outcome.stack]:
                yield ""
                yield outcome.stack
                yield from details[outcome.stack]


def told(outcome: Outcome[Judged]) -> str:
    """What became of a stack's plan, in a few words."""
    if outcome.result is None:
        return "not planned"
    return in_words(outcome.result.plan.planned, outcome.result.plan.has_changes)


def _details(outcome: Outcome[Judged]) -> Iterator[str]:
    if outcome.result is None:
        return
    for change in changes_that_matter(outcome.result.plan.planned):
        if change.kind is not Kind.CREATE or change.imported or change.moved_from:
            yield from (f"  {line}" for line in change_in_lines(change))
    yield from (f"  ! {interruption}" for interruption in interruptions(outcome.result))
    yield from (f"  ! {notice}" for notice in outcome.result.verdict.notices)


def change_in_lines(change: Change, shown: Callable[[Attribute], str] = str) -> list[str]:
    """A change: what, and below it the attributes. Of what is replaced they say why; of what goes, there are none."""
    notes = [f"moved from {change.moved_from}"] if change.moved_from else []
    notes += [f"imported: {change.imported}"] if change.imported else []
    remark = f" ({', '.join(notes)})" if notes else ""
    lines = [f"{SIGNS[change.kind]} {change.label}{remark}"]
    if change.kind in (Kind.UPDATE, Kind.REPLACE):
        found = [a for a in change.attributes if change.kind is not Kind.REPLACE or a.forces_replacement]
        rest = len(found) - MOST_ATTRIBUTES
        lines += [f"    {shown(attribute)}" for attribute in found[:MOST_ATTRIBUTES]]
        lines += [f"    and {rest} more"] if rest > 0 else []
    return lines


def interruptions(judged: Judged) -> tuple[Interruption, ...]:
    """What a plan interrupts; nothing for one that takes everything away, where that goes without saying."""
    kinds = {change.kind for change in changes_that_matter(judged.plan.planned)}
    return () if kinds == {Kind.DELETE} else judged.verdict.interruptions


# For programs: the keys are a promise (docs/plans.md) --------------------------------------------------------------


def as_data(outcomes: Sequence[Outcome[Judged]]) -> list[dict[str, Any]]:
    """The summary as data, for --format json."""
    return [_stack(outcome) for outcome in outcomes]


def _stack(outcome: Outcome[Judged]) -> dict[str, Any]:
    judged = outcome.result
    planned = judged.plan.planned if judged else None
    problems = outcome.error.problems if outcome.error else ()
    return {
        "stack": outcome.stack,
        "planned": judged is not None,
        "problems": [
            {"message": each.message, "location": str(each.location) if each.location else None, "hint": each.hint}
            for each in problems
        ],
        "has_changes": bool(judged and judged.plan.has_changes),
        "destroy": bool(judged and judged.plan.destroy),
        "complete": planned.complete if planned else None,
        "counts": asdict(planned.counts()) if planned else None,
        "changes": [_change(each) for each in changes_that_matter(planned)] if planned else [],
        "outputs": [_attribute(each) for each in planned.outputs_changed] if planned else [],
        "actions": [asdict(each) for each in planned.actions] if planned else [],
        "interruptions": [_interruption(each) for each in interruptions(judged)] if judged else [],
        "refusals": [_refusal(each) for each in judged.verdict.refusals] if judged else [],
        "notices": [_notice(each) for each in judged.verdict.notices] if judged else [],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "address": change.label,
        "type": change.type,
        "kind": change.kind.value,
        "because": change.because,
        "moved_from": change.moved_from,
        "imported": change.imported,
        "attributes": [_attribute(each) for each in change.attributes],
    }


def _attribute(attribute: Attribute) -> dict[str, Any]:
    return {
        "path": attribute.path,
        "old": attribute.old,
        "new": attribute.new,
        "known": attribute.known,
        "sensitive": attribute.sensitive,
        "forces_replacement": attribute.forces_replacement,
    }


def _interruption(each: Interruption) -> dict[str, Any]:
    return {
        "address": each.label,
        "means": each.means.value,
        "when": each.when.value,
        "window": each.window,
        "duration": each.duration,
        "attributes": [_attribute(attribute) for attribute in each.attributes],
        "words": each.words,
        "source": each.source,
    }


def _refusal(each: Refusal) -> dict[str, Any]:
    return {
        "address": each.label,
        "kind": each.kind.value if each.kind else "action",
        "why": each.why.name.lower(),
        "because": each.because,
        "words": each.lost,
        "source": each.source,
    }


def _notice(each: Notice) -> dict[str, Any]:
    return {"address": each.label or None, "about": each.about.value, "words": each.words}
