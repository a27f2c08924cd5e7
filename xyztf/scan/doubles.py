"""Faults that both checkov and a rule of ours find: told once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from xyztf.findings.finding import Finding

_INDEX = re.compile(r"\[[^\]]*\]")


def without_doubles(findings: Iterable[Finding], checkov: Iterable[Finding]) -> list[Finding]:
    """Those of our `findings` that checkov does not have as well, about the same resource.

    checkov's is the one that stays: its ids are what an auditor's list has, and what suppressions elsewhere name.
    """
    told = {(each.rule, _resource(each)) for each in checkov}
    return [each for each in findings if not any((check, _resource(each)) in told for check in same_as(each.rule))]


def same_as(rule: str) -> tuple[str, ...]:
    """The checks of checkov that find what the rule finds."""
    return _table().get(rule, ())


def _resource(finding: Finding) -> tuple[str, str]:
    """The file and the address that a finding is about; checkov leaves out some indexes, and we never do."""
    return finding.location.file, _INDEX.sub("", finding.address or "")


@cache
def _table() -> Mapping[str, tuple[str, ...]]:
    rules = json.loads(Path(__file__).with_name("same.json").read_text("utf-8"))["rules"]
    return {rule: tuple(checks) for rule, checks in rules.items()}
