"""Suppressions held against findings, and what is to be said of the suppressions themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from xyztf.findings.finding import Finding, Severity
from xyztf.findings.rule_info import RuleInfo
from xyztf.findings.suppression import Suppressed, Suppression
from xyztf.findings.suppression_fields import MOST_DAYS, nearest, unconvincing
from xyztf.findings.suppression_rules import EXPIRED, RULES, UNKNOWN, UNREVIEWABLE, UNUSED

SOON = 30
"""How many days before its end a suppression is told of."""

Ran: TypeAlias = Callable[[str, Suppression], bool]
"""Whether a rule was really run on all that a suppression is about: its file, its globs, its environments."""


@dataclass(frozen=True, slots=True)
class Applied:
    """The findings that remain, those that are suppressed, and the rules for which each suppression was used."""

    remaining: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    used: tuple[frozenset[str], ...]


def apply(findings: Iterable[Finding], suppressions: Sequence[Suppression], today: date) -> Applied:
    """Each finding with the first suppression that covers it and is valid today, or as one that remains.

    Findings about suppressions always remain. `used` has one entry for each of the suppressions, in their order.
    """
    by_rule: dict[str, list[int]] = {}
    for number, suppression in enumerate(suppressions):
        if suppression.until >= today and not list(_unreviewable(suppression, today)):
            for rule in suppression.rules:
                by_rule.setdefault(rule, []).append(number)
    remaining: list[Finding] = []
    suppressed: list[Suppressed] = []
    used: list[set[str]] = [set() for _ in suppressions]
    for finding in findings:
        numbers = [] if finding.rule in RULES else by_rule.get(finding.rule, [])
        covering = [number for number in numbers if suppressions[number].covers(finding)]
        for number in covering:
            used[number].add(finding.rule)
        if covering:
            suppressed.append(Suppressed(finding, suppressions[covering[0]]))
        else:
            remaining.append(finding)
    return Applied(tuple(remaining), tuple(suppressed), tuple(map(frozenset, used)))


def review(
    suppressions: Sequence[Suppression],
    applied: Applied,
    today: date,
    ran: Ran,
    is_known: Callable[[str], bool],
    ids: Collection[str] = (),
) -> list[Finding]:
    """What is to be said of the suppressions: XYZ001 to XYZ004.

    `is_known` tells whether a rule of this id exists; for the ids of a tool that is not there to ask it says yes. `ids`
    are those among which a slip is looked for.
    """
    found: list[Finding] = []
    for suppression, used in zip(suppressions, applied.used, strict=True):
        faults = list(_unreviewable(suppression, today))
        found += faults
        if suppression.until < today:
            found.append(_expired(suppression, today))
            continue
        if (suppression.until - today).days <= SOON:
            found.append(_expires_soon(suppression, today))
        for rule in suppression.rules:
            if rule in RULES:
                continue
            if not is_known(rule):
                near = nearest(rule, ids)
                hint = f"did you mean {near}?" if near else "write the id that the finding shows in brackets"
                found.append(_finding(UNKNOWN, suppression, f"there is no rule {rule}", hint))
            elif not faults and rule not in used:
                found += _unused(rule, suppression, ran)
    return found


def _unreviewable(suppression: Suppression, today: date) -> Iterator[Finding]:
    """Why nobody can accept the suppression: then it suppresses nothing."""
    about = ", ".join(suppression.rules)
    if reserved := [rule for rule in suppression.rules if rule in RULES]:
        message = f"{', '.join(reserved)} cannot be suppressed: the suppression has no effect"
        yield _finding(UNREVIEWABLE, suppression, message, "put right the suppression that it is about")
    if fault := unconvincing(suppression.reason):
        message = f"{fault}: {about} is not suppressed"
        yield _finding(UNREVIEWABLE, suppression, message, "say why the finding is right to be there, for a reviewer")
    ahead = (suppression.until - today).days
    if ahead > MOST_DAYS:
        message = f"the suppression of {about} ends on {suppression.until}, in {ahead:,} days: it has no effect"
        hint = f"name a day within {MOST_DAYS} days, on which somebody looks at it again"
        yield _finding(UNREVIEWABLE, suppression, message, hint)


def _expired(suppression: Suppression, today: date) -> Finding:
    days = (today - suppression.until).days
    message = f"the suppression of {', '.join(suppression.rules)} ended on {suppression.until}, {_days(days)} ago"
    hint = f"ask {suppression.owner}: put the finding right, or give the suppression a reviewed reason and another day"
    return _finding(EXPIRED, suppression, message, hint)


def _expires_soon(suppression: Suppression, today: date) -> Finding:
    days = (suppression.until - today).days
    when = f"in {_days(days)}" if days else "today"
    message = f"the suppression of {', '.join(suppression.rules)} ends {when}, on {suppression.until}"
    hint = f"ask {suppression.owner} whether it is still right"
    return _finding(EXPIRED, suppression, message, hint, Severity.NOTE)


def _unused(rule: str, suppression: Suppression, ran: Ran) -> Iterator[Finding]:
    if suppression.kind == "comment" and suppression.lines is None:
        message = f"the suppression of {rule} covers nothing: no block or attribute begins below it"
        hint = "write it right above what it is about, or beside it"
        yield _finding(UNUSED, suppression, message, hint)
    elif ran(rule, suppression):
        yield _finding(UNUSED, suppression, f"there is no {rule} here to suppress", "take the suppression out")


def _finding(
    rule: RuleInfo, suppression: Suppression, message: str, hint: str, severity: Severity | None = None
) -> Finding:
    level = rule.severity if severity is None else severity
    return Finding(rule.id, level, message, suppression.place, rule.title, hint, source=rule.source)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number:,} days"
