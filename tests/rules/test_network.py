"""Who may reach what: the network's rules beyond their own examples."""

from __future__ import annotations

import pytest

from xyztf.rules.describe import MARK
from xyztf.rules.network import RULES
from xyztf.rules.run import run

ALL = [rule() for rule in RULES]


@pytest.fixture
def found(stacks_of):
    """What a text gives: rule, file, line and severity."""

    def look(text: str = "", context=None, **files: str) -> list[tuple[str, int]]:
        named = {name.replace("__", "/") + ".tf": body for name, body in files.items()}
        seen = run(ALL, stacks_of({"main.tf": text, **named}, context))
        look.last = seen
        return [(each.rule, each.location.line) for each in seen]

    return look


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_bad_example_is_found_where_it_is_marked(rule, stacks_of):
    files = {**rule.files, "main.tf": rule.bad}
    wanted = {
        (name, number)
        for name, text in files.items()
        for number, line in enumerate(text.split("\n"), 1)
        if line.endswith(MARK)
    }
    assert wanted
    assert {(one.location.file, one.location.line) for one in run([rule], stacks_of(files, rule.context))} == wanted


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_nothing_of_the_family_is_found_in_a_good_example(rule, stacks_of):
    files = {name: text.replace(MARK, "") for name, text in {**rule.files, "main.tf": rule.good}.items()}
    assert run(ALL, stacks_of(files, rule.context)) == []


def test_the_ids_are_of_the_family_and_each_once():
    ids = [rule.id for rule in RULES]
    assert sorted(set(ids)) == sorted(ids)
    assert all(each.startswith("XYZ6") for each in ids)
