"""Holds rules against stacks. The same findings for the same text, whatever the order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.rules.rule import Rule, Stack

UNREADABLE = "XYZ010"
"""A file that cannot be read. Not a rule: nothing can be held against what is not read."""


def run(rules: Sequence[Rule], stacks: Sequence[Stack]) -> list[Finding]:
    """All findings, sorted by place, each once. Where a file cannot be read, its module is not judged any further."""
    found: dict[Finding, None] = {}
    seen: set[str] = set()
    readable = []
    for stack in stacks:
        broken = list(_unreadable(stack))
        found |= dict.fromkeys(broken)
        if broken:
            continue
        readable.append(stack)
        found |= dict.fromkeys(_of_modules(rules, stack, seen))
        found |= dict.fromkeys(_of_stack(rules, stack))
    for rule in rules:
        found |= dict.fromkeys(rule.project(readable))
    return sorted(_once(found), key=lambda each: (each.location, each.rule, each.message, each.stack or ""))


def _of_modules(rules: Sequence[Rule], stack: Stack, seen: set[str]) -> Iterator[Finding]:
    for instance in stack.configuration.instances:
        folder = instance.module.folder
        if folder not in seen:
            seen.add(folder)
            for rule in rules:
                yield from rule.module(instance)


def _of_stack(rules: Sequence[Rule], stack: Stack) -> Iterator[Finding]:
    folder = stack.configuration.folder
    for rule in rules:
        for finding in rule.stack(stack):
            own = finding.location.file.rpartition("/")[0] == folder
            yield finding if own else replace(finding, stack=folder or ".")


def _unreadable(stack: Stack) -> Iterator[Finding]:
    for instance in stack.configuration.instances:
        for problem in instance.module.unread:
            place = problem.location or Location(instance.module.folder)
            yield Finding(
                UNREADABLE, Severity.ERROR, problem.message, place, "A file that cannot be read", problem.hint
            )


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """What several stacks show of the same module is told once, as seen from the first."""
    seen = set()
    for each in findings:
        key = (each.rule, each.location, each.message)
        if key not in seen:
            seen.add(key)
            yield each
