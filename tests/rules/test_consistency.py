"""The rules of consistency: each by its examples, and what they must not say."""

from __future__ import annotations

import pytest

from tests.rules.test_examples import marked
from xyztf.rules.consistency import RULES
from xyztf.rules.run import run

ALL = [rule() for rule in RULES]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_bad_example(rule, stacks_of):
    files = {**rule.files, "main.tf": rule.bad}
    findings = run([rule], stacks_of(files, rule.context))
    assert {(each.location.file, each.location.line) for each in findings} == marked(files), [*map(str, findings)]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_good_example(rule, stacks_of):
    files = {name: text.replace(" # here", "") for name, text in {**rule.files, "main.tf": rule.good}.items()}
    assert run([rule], stacks_of(files, rule.context)) == []
