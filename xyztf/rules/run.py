"""Holds rules against stacks. The same findings for the same text, whatever the order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.configuration import Instance
from xyztf.rules.rule import Rule, Stack
from xyztf.side_by_side import side_by_side

UNREADABLE = "XYZ010"
"""A file that cannot be read. Not a rule: nothing can be held against what is not read."""


MANY = 40
"""Modules from which two processes are faster than one: about 0.2 s of rules."""


def run(rules: Sequence[Rule], stacks: Sequence[Stack]) -> list[Finding]:
    """All findings, sorted by place, each once. Where a file cannot be read, its module is not judged any further."""
    broken = {stack.configuration.folder: list(_unreadable(stack)) for stack in stacks}
    readable = [stack for stack in stacks if not broken[stack.configuration.folder]]
    modules = _modules(readable)
    tasks = [partial(_of_stacks, rules, readable), partial(_of_modules, rules, modules)]
    parts = side_by_side(tasks) if len(modules) >= MANY else [task() for task in tasks]
    found = dict.fromkeys(each for part in (*broken.values(), *parts) for each in part)
    return sorted(_once(found), key=lambda each: (each.location, each.rule, each.message, each.stack or ""))


def _modules(stacks: Sequence[Stack]) -> list[Instance]:
    """An instance of each module, whoever calls it."""
    first: dict[str, Instance] = {}
    for stack in stacks:
        for instance in stack.configuration.instances:
            first.setdefault(instance.module.folder, instance)
    return list(first.values())


def _of_modules(rules: Sequence[Rule], modules: Sequence[Instance]) -> list[Finding]:
    return [finding for module in modules for rule in rules for finding in rule.module(module)]


def _of_stacks(rules: Sequence[Rule], stacks: Sequence[Stack]) -> list[Finding]:
    found = [finding for stack in stacks for finding in _of_stack(rules, stack)]
    return [*found, *(finding for rule in rules for finding in rule.project(stacks))]


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
