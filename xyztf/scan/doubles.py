"""Faults that both checkov and a rule of ours find: told once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from xyztf.findings.finding import Finding

_INDEX = re.compile(r"\[[^\]]*\]")
_MODULES = re.compile(r"^(?:module\.[^.]+\.)+")


def without_doubles(findings: Iterable[Finding], checkov: Iterable[Finding]) -> list[Finding]:
    """Those of our `findings` that checkov does not have as well, about the same resource or the same line of it.

    checkov's is the one that stays: its ids are what an auditor's list has, and what suppressions elsewhere name.
    """
    of_a_resource, of_a_line = _tables()
    resources, lines = set(), set()
    for each in checkov:
        resources |= {(each.rule, each.location.file, name) for name in _names(each)}
        lines.add((each.rule, each.location.file, each.location.line))
    return [
        each
        for each in findings
        if not any((check, each.location.file, _name(each)) in resources for check in of_a_resource.get(each.rule, ()))
        and not any((check, each.location.file, each.location.line) in lines for check in of_a_line.get(each.rule, ()))
    ]


def _name(finding: Finding) -> str:
    """The address that a finding is about; checkov leaves out some indexes, and we never do."""
    return _INDEX.sub("", finding.address or "")


def _names(finding: Finding) -> set[str]:
    """The same, and as it is within its module: rules about a module's text do not know who calls it."""
    return {_name(finding), _MODULES.sub("", _name(finding))}


@cache
def _tables() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    table = json.loads(Path(__file__).with_name("same.json").read_text("utf-8"))
    of_a_resource, of_a_line = (
        {rule: tuple(checks) for rule, checks in table[kind].items()} for kind in ("of_a_resource", "of_a_line")
    )
    return of_a_resource, of_a_line
