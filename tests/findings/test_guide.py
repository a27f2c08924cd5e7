"""What docs/suppressions.md shows can be read, and convinces."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from xyztf.findings.apply import apply, review
from xyztf.findings.suppression_comments import read_comments
from xyztf.findings.suppression_file import FILE_NAME, suppressions_in
from xyztf.findings.suppression_rules import RULES

GUIDE = (Path(__file__).parents[2] / "docs" / "suppressions.md").read_text("utf-8")
TODAY = date(2026, 11, 20)


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return str(found)


def test_the_examples_are_suppressions_as_they_should_be():
    lines = enumerate(block("terraform").splitlines(), 1)
    parts = [(number, *line.partition("# ")[::2]) for number, line in lines if "# " in line]
    comments = [("main.tf", number, text, not code.strip()) for number, code, text in parts]
    written, faults = read_comments(comments, lambda file, line: (line, line + 3))
    assert faults == []
    assert [one.lines for one in written] == [(2, 5), (4, 4)]
    kept = suppressions_in(block("yaml"))
    assert len(kept) == 2
    every = [*written, *kept]
    assert review(every, apply([], every, TODAY), TODAY, lambda rule, one: False, lambda rule: True) == []


def test_the_guide_names_the_file_and_every_rule_with_its_severity():
    assert f"`{FILE_NAME}`" in GUIDE
    for rule in RULES.values():
        assert f"| `{rule.id}` | {rule.severity} |" in GUIDE
