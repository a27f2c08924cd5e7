"""The memory of `evaluate`: no answer that it would not have given."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xyztf.scan.driver.evaluated import with_memory


class Table:
    """Stands for checkov's `evaluate`: over a table, which an assignment writes to, and counting."""

    def __init__(self):
        self.table = {"one": lambda: 1, "max": max, "numbers": [3, 1], "print": object()}
        self.calls = 0

    def evaluate(self, text):
        self.calls += 1
        self.table["print"] = object()
        if text == "timestamp()":
            return self.calls
        name, equals, value = text.partition(" = ")
        if equals:
            self.table[name] = ast.literal_eval(value)
            return None
        if text in self.table:
            return self.table[text]
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError) as error:
            raise ValueError(f"cannot: {text}") from error


@pytest.fixture
def table():
    return Table()


@pytest.fixture
def evaluate(table):
    return with_memory(table.evaluate, table.table)


@pytest.mark.parametrize("text", ["1", "'a'", "[1, [2]]", "{'a': [1]}", "None", "max", "-1"])
def test_it_is_worked_out_once(table, evaluate, text):
    assert evaluate(text) == evaluate(text) == table.evaluate(text)
    assert table.calls == 2


def test_a_failure_is_remembered_as_it_was(table, evaluate):
    told = []
    for _ in range(2):
        with pytest.raises(ValueError) as failure:
            evaluate("a.b")
        told.append(failure.value.args)
    assert told[0] == told[1] == ("cannot: a.b",)
    assert table.calls == 1


def test_what_a_caller_changes_changes_no_later_answer(evaluate):
    for _ in range(2):
        answer = evaluate("{'a': [1]}")
        assert answer == {"a": [1]}
        answer["a"].append(2)
    first = evaluate("[1]")
    first.append(2)
    assert evaluate("[1]") == [1]


@pytest.mark.parametrize("text", ["{1, 2}", "timestamp()", "1" + " " * 1000, "numbers", "(1, {2})"])
def test_what_is_not_plain_is_worked_out_again(table, evaluate, text):
    if text != "numbers":
        evaluate(text), evaluate(text)
        assert table.calls == 2


def test_after_a_write_to_the_table_nothing_is_remembered(table, evaluate):
    with pytest.raises(ValueError):
        evaluate("size")
    evaluate("size = 5")
    assert evaluate("size") == 5
    evaluate("size = 6")
    assert evaluate("size") == 6


def test_neither_after_one_that_replaces(table, evaluate):
    assert evaluate("max") is max
    evaluate("max = 4")
    assert evaluate("max") == 4


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
TEXTS = VALUES.map(repr) | st.sampled_from(["x", "x = 1", "x = 2", "max", "max = 3", "numbers", "a b", "{1, 'b'}"])


@given(st.lists(TEXTS, max_size=12))
def test_any_sequence_gives_what_it_gives_without_a_memory(texts):
    plain, remembering = Table(), Table()
    evaluate = with_memory(remembering.evaluate, remembering.table)
    for text in texts * 2:
        answers = []
        for ask in (plain.evaluate, evaluate):
            try:
                answer = ask(text)
                answers.append(repr(answer) if not callable(answer) else answer.__name__)
            except ValueError as error:
                answers.append(error.args)
        assert answers[0] == answers[1]
