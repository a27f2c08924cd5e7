"""Every rule finds what its bad example marks, on those lines and nowhere else, and nothing in its good one."""

from __future__ import annotations

import re
from typing import ClassVar

import pytest

from xyztf.findings.finding import Severity
from xyztf.rules.examples import marked, stacks_in
from xyztf.rules.registry import rules
from xyztf.rules.rule import Rule
from xyztf.rules.run import run
from xyztf.testing import check_rule

__all__ = ["marked"]

RULES = list(rules().values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples(rule: Rule):
    check_rule(rule)


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


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_finding_is_of_its_rule(rule: Rule):
    found = run([rule], stacks_in({**rule.files, "main.tf": rule.bad}, rule.context))
    assert found
    assert all(each.rule == rule.id and each.title == rule.title and each.source for each in found)


class Named(Rule):
    """A local value with a certain name."""

    id = "ACME001"
    title = "A local value that is named x"
    why = "Nobody knows what it is."
    source = "a test"
    severity = Severity.WARNING
    bad = "locals {\n  x = 1 # here\n}\n"
    good = "locals {\n  y = 1\n}\n"
    finds: ClassVar[str] = "x"

    def module(self, instance):
        """See `Rule`."""
        if self.finds in instance.module.locals:
            yield self.finding(instance.module.locals[self.finds].place, "here it is")


def test_a_rule_as_a_class_is_checked_too():
    check_rule(Named)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"finds": "z"}, ["bad example, main.tf:2: marked, and not found"]),
        (
            {"finds": "y"},
            ["bad example, main.tf:2: marked, and not found", "good example, main.tf:2:3: found: here it"],
        ),
        ({"bad": "locals {\n  x = 1\n}\n"}, ["marks no line", "bad example, main.tf:2:3: found, and not marked: here"]),
        ({"files": {"m/a.tf": "locals {\n  x = 1 # here\n}\n"}}, ["good example, m/a.tf:2:3: found"]),
    ],
)
def test_what_is_wrong_with_examples_is_told(change, words):
    with pytest.raises(AssertionError) as raised:
        check_rule(type("Changed", (Named,), change))
    for word in ("ACME001, A local value that is named x:", *words):
        assert word in str(raised.value)


def test_what_a_rule_raises_in_its_examples_gets_through():
    def module(self, instance):
        raise LookupError("no")

    with pytest.raises(LookupError):
        check_rule(type("Raising", (Named,), {"module": module}))
