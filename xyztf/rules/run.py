"""Holds rules against stacks. The same findings for the same text, whatever the order."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import xyztf
from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.findings.rule_info import RuleInfo
from xyztf.hcl.instance import Instance
from xyztf.rules.own_import import class_place, place_of, said
from xyztf.rules.rule import Rule, Stack
from xyztf.side_by_side import side_by_side

UNREADABLE = "XYZ010"
"""A file that cannot be read. Not a rule: nothing can be held against what is not read."""

FAILED = "XYZ011"
"""A rule, ours or a project's own, that raised an exception. What it found before it did is told."""

MANY = 40
"""Modules from which two processes are faster than one: about 0.2 s of rules."""

READING: Mapping[str, RuleInfo] = {
    UNREADABLE: RuleInfo(
        UNREADABLE,
        "A file that cannot be read",
        "Terraform cannot read it either, or it means something that xyztf does not know: its module is not judged.",
        "docs/lint.md",
        Severity.ERROR,
    ),
    FAILED: RuleInfo(
        FAILED,
        "A rule that fails",
        "It raised an exception: what it would have found there, nobody knows.",
        "docs/own-rules.md",
        Severity.ERROR,
    ),
}
"""What is told of the reading and the running itself, by id."""

OnFailure: TypeAlias = Callable[[Rule, BaseException, str], Finding]
"""What becomes of an exception that a rule raised on the module or stack in a folder."""


def failure(rule: Rule, error: BaseException, folder: str) -> Finding:
    """The finding that a rule failed: at the line of a project's rule, or at the folder where one of ours did."""
    kind = type(rule)
    title, message = READING[FAILED].title, f"{rule.id} failed: {said(error)}"
    if kind.__module__.startswith("xyztf."):
        package = os.path.dirname(xyztf.__file__)
        place = place_of(error, package)
        where = f" ({os.path.relpath(place.file, package)}:{place.line})" if place else ""
        hint = f"this is a bug in xyztf: please report it; --ignore {rule.id} goes on without the rule"
        return Finding(FAILED, Severity.ERROR, message + where, Location(folder or "."), title, hint)
    home = os.path.dirname(getattr(sys.modules.get(kind.__module__), "__file__", None) or "")
    place = (place_of(error, home) if home else None) or class_place(kind)
    hint = f"put the rule right, or leave it out with --ignore {rule.id}; xyztf.testing.check_rule shows the traceback"
    return Finding(FAILED, Severity.ERROR, message, place, title, hint, stack=folder or ".")


def failed_rules(findings: Iterable[Finding]) -> set[str]:
    """The ids of the rules that failed."""
    return {each.message.partition(" ")[0] for each in findings if each.rule == FAILED}


def run(rules: Sequence[Rule], stacks: Sequence[Stack], on_failure: OnFailure = failure) -> list[Finding]:
    """All findings, sorted by place, each once. Where a file cannot be read, its module is not judged any further.

    A rule that raises an exception gives what it found so far, and what `on_failure` makes of it.
    """
    broken = {stack.configuration.folder: list(_unreadable(stack)) for stack in stacks}
    readable = [stack for stack in stacks if not broken[stack.configuration.folder]]
    modules = _modules(readable)
    tasks = [partial(_of_stacks, rules, readable, on_failure), partial(_of_modules, rules, modules, on_failure)]
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


def _of_modules(rules: Sequence[Rule], modules: Sequence[Instance], on_failure: OnFailure) -> list[Finding]:
    return [
        finding
        for module in modules
        for rule in rules
        for finding in _held(rule, partial(rule.module, module), module.module.folder, on_failure)
    ]


def _of_stacks(rules: Sequence[Rule], stacks: Sequence[Stack], on_failure: OnFailure) -> list[Finding]:
    found = [finding for stack in stacks for finding in _of_stack(rules, stack, on_failure)]
    for rule in rules:
        found += _held(rule, partial(rule.project, stacks), "", on_failure)
    return found


def _of_stack(rules: Sequence[Rule], stack: Stack, on_failure: OnFailure) -> Iterator[Finding]:
    folder = stack.configuration.folder
    for rule in rules:
        for finding in _held(rule, partial(rule.stack, stack), folder, on_failure):
            own = finding.location.file.rpartition("/")[0] == folder
            yield finding if own else replace(finding, stack=folder or ".")


def _held(rule: Rule, check: Callable[[], Iterator[Finding]], folder: str, on_failure: OnFailure) -> Iterator[Finding]:
    try:
        for finding in check():
            yield _whole(rule, finding)
    except (Exception, SystemExit) as error:
        yield on_failure(rule, error, folder)


def _whole(rule: Rule, finding: Finding) -> Finding:
    """The finding, if it is one that can be told. Raises TypeError: a project's rule may yield anything."""
    if not isinstance(finding, Finding) or finding.rule != rule.id:
        raise TypeError(f"it yields {finding!r:.60}, not a finding of its own: use self.finding(place, message)")
    if not isinstance(finding.location, Location):
        raise TypeError(f"the place of a finding is a Location, not {finding.location!r:.60}")
    texts = (finding.message, finding.title, finding.hint or "", finding.address or "")
    if not all(isinstance(text, str) for text in texts) or not isinstance(finding.severity, Severity):
        raise TypeError("message, hint and address of a finding are texts, and its severity is a Severity")
    return finding


def _unreadable(stack: Stack) -> Iterator[Finding]:
    for instance in stack.configuration.instances:
        for problem in instance.module.unread:
            place = problem.location or Location(instance.module.folder)
            title = READING[UNREADABLE].title
            yield Finding(UNREADABLE, Severity.ERROR, problem.message, place, title, problem.hint)


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """What several stacks show of the same module, or how a rule fails on several, is told once: from the first."""
    seen = set()
    for each in findings:
        place = None if each.rule == FAILED else each.location
        key = (each.rule, place, each.message)
        if key not in seen:
            seen.add(key)
            yield each
