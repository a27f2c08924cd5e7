"""The rules of the family Secrets, beyond what their examples promise."""

from __future__ import annotations

import re

import pytest

from xyztf.rules.secrets import RULES
from xyztf.rules.describe import MARK
from xyztf.rules.run import run

ALL = [rule() for rule in RULES]


def marked(files):
    return {
        (name, at) for name, text in files.items() for at, line in enumerate(text.split("\n"), 1) if line.endswith(MARK)
    }


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_examples(rule, stacks_of, tmp_path):
    bad = {**rule.files, "main.tf": rule.bad}
    found = run([rule], stacks_of(bad, rule.context))
    assert marked(bad)
    assert {(each.location.file, each.location.line) for each in found} == marked(bad), [str(each) for each in found]
    assert all(each.hint and each.address for each in found)
    good = {**rule.files, "main.tf": rule.good}
    assert run(ALL, stacks_of(good, rule.context)) == []
