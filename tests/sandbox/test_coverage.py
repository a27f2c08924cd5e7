"""The table in docs/sandbox.md: every type that our templates use is in it, and what it says of a type is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TYPE = re.compile(r'^(?:resource|ephemeral|data) "(aws_\w+)"', re.MULTILINE)
ASKS_NOBODY = {"aws_iam_policy_document"}


def rows() -> dict[str, set[str]]:
    """The types that each row claims, by the name of its tests."""
    table = (ROOT / "docs" / "sandbox.md").read_text().partition("## What is covered")[2]
    cells = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    return {name.strip(" `"): set(re.findall(r"`(aws_\w+)`", types)) for name, types in cells}


def used_by_templates() -> set[str]:
    files = [path.read_text() for path in (ROOT / "templates").rglob("*.tf.j2")]
    found = {kind for text in files for kind in TYPE.findall(text)}
    # A type that a template puts together would not be seen.
    assert not [text for text in files if re.search(r'^(resource|ephemeral|data) (?!"|\{# )', text, re.MULTILINE)]
    return found - ASKS_NOBODY


def test_every_type_that_the_templates_use_is_in_the_table():
    assert len(used_by_templates()) > 40
    assert used_by_templates() <= set().union(*rows().values())


@pytest.mark.parametrize("name", rows())
def test_a_row_is_shown_by_a_fixture_with_its_types_and_a_test_that_applies_it(name):
    fixture = Path(__file__).parent / "fixtures" / name
    held = {kind for path in fixture.glob("*.tf") for kind in TYPE.findall(path.read_text())}
    assert rows()[name] <= held
    test = Path(__file__).with_name(f"test_{name}.py").read_text()
    applies = test.partition("@pytest.mark.sandbox")[2]
    for step in (f'stack("{name}")', ".apply(", '.plan() == ""', ".actions(", ".destroy()"):
        assert step in applies, f"{step} is missing in test_{name}.py"
