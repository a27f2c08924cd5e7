"""Every rule finds what its bad example marks, on those lines and nowhere else, and nothing in its good one."""

from __future__ import annotations

import re

import pytest

from xyztf.rules.describe import MARK
from xyztf.rules.registry import rules
from xyztf.rules.rule import Rule
from xyztf.rules.run import run

RULES = list(rules().values())


def marked(files: dict[str, str]) -> set[tuple[str, int]]:
    return {
        (name, number)
        for name, text in files.items()
        for number, line in enumerate(text.split("\n"), 1)
        if line.endswith(MARK)
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_bad_example(rule: Rule, stacks_of):
    files = {**rule.files, "main.tf": rule.bad}
    wanted = marked(files)
    assert wanted, "the bad example marks no line"
    found = run([rule], stacks_of(files, rule.context))
    assert {(each.location.file, each.location.line) for each in found} == wanted, [str(each) for each in found]
    assert all(each.rule == rule.id and each.title == rule.title and each.source for each in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_good_example(rule: Rule, stacks_of):
    files = {name: text.replace(MARK, "") for name, text in {**rule.files, "main.tf": rule.good}.items()}
    assert run([rule], stacks_of(files, rule.context)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_a_rule_says_of_itself(rule: Rule):
    assert re.fullmatch(r"XYZ[1-9]\d\d", rule.id)
    assert rule.title
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.source.startswith(("https://", "docs/")) or " " in rule.source
    assert type(rule).__doc__
    assert rule.bad.endswith("\n")
    assert rule.good.endswith("\n")
    assert rule.bad != rule.good
