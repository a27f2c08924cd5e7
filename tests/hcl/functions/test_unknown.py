"""What is unknown within an argument: the result is unknown where it hangs on it, and no more than that."""

from __future__ import annotations

import pytest

from xyztf.hcl.functions import FUNCTIONS, FunctionError
from xyztf.hcl.values import UNKNOWN, Set


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("length", [["a", UNKNOWN]], 2),
        ("keys", [{"b": UNKNOWN, "a": 1}], ["a", "b"]),
        ("values", [{"b": UNKNOWN, "a": 1}], [1, UNKNOWN]),
        ("merge", [{"a": UNKNOWN}, {"b": 1}], {"a": UNKNOWN, "b": 1}),
        ("lookup", [{"a": 1, "b": UNKNOWN}, "a"], 1),
        ("lookup", [{"a": 1, "b": UNKNOWN}, "b", 2], UNKNOWN),
        ("element", [["a", UNKNOWN], 2], "a"),
        ("reverse", [["a", UNKNOWN]], [UNKNOWN, "a"]),
        ("slice", [["a", UNKNOWN, "c"], 1, 3], [UNKNOWN, "c"]),
        ("zipmap", [["a", "b"], [UNKNOWN, 2]], {"a": UNKNOWN, "b": 2}),
        ("zipmap", [["a", UNKNOWN], [1, 2]], UNKNOWN),
        ("concat", [["a", UNKNOWN], ["b"]], ["a", UNKNOWN, "b"]),
        ("concat", [[1, UNKNOWN], [2]], [1, UNKNOWN, 2]),
        ("concat", [[UNKNOWN], [2]], [UNKNOWN, UNKNOWN]),
        ("concat", [[1, UNKNOWN], ["a"]], [UNKNOWN, UNKNOWN, "a"]),
        ("concat", [[{"p": 1, "c": UNKNOWN}], [{"p": 2, "c": "x"}]], [{"p": 1, "c": UNKNOWN}, {"p": 2, "c": "x"}]),
        ("compact", [["a", UNKNOWN]], UNKNOWN),
        ("distinct", [["a", UNKNOWN]], UNKNOWN),
        ("sort", [["a", UNKNOWN]], UNKNOWN),
        ("join", [",", ["a", UNKNOWN]], UNKNOWN),
        ("contains", [["a", UNKNOWN], "a"], True),
        ("contains", [["b", UNKNOWN], "a"], UNKNOWN),
        ("index", [["b", UNKNOWN], "b"], 0),
        ("index", [[UNKNOWN, "b"], "b"], UNKNOWN),
        ("alltrue", [[False, UNKNOWN]], False),
        ("alltrue", [[True, UNKNOWN]], UNKNOWN),
        ("anytrue", [[UNKNOWN, True]], True),
        ("anytrue", [[UNKNOWN, False]], UNKNOWN),
        ("flatten", [[["a"], UNKNOWN]], UNKNOWN),
        ("flatten", [[[{"a": UNKNOWN}], []]], [{"a": UNKNOWN}]),
        ("coalesce", ["a", [UNKNOWN]], FunctionError),
        ("tolist", [["a", UNKNOWN]], ["a", UNKNOWN]),
        ("tolist", [[1, UNKNOWN]], [UNKNOWN, UNKNOWN]),
        ("tolist", [[{"p": 1, "c": UNKNOWN}, {"p": 2, "c": "x"}]], [{"p": 1, "c": UNKNOWN}, {"p": 2, "c": "x"}]),
        ("tolist", [[Set(["a"]), ["b"]]], [UNKNOWN, UNKNOWN]),
        ("toset", [["a", UNKNOWN]], UNKNOWN),
        ("setunion", [["a"], [UNKNOWN]], UNKNOWN),
        ("setproduct", [["a", UNKNOWN], ["x"]], [["a", "x"], [UNKNOWN, "x"]]),
        ("matchkeys", [["a", UNKNOWN], ["x", "y"], ["x"]], UNKNOWN),
        ("transpose", [{"a": [UNKNOWN]}], UNKNOWN),
        ("sum", [[1, UNKNOWN]], UNKNOWN),
        ("jsonencode", [{"a": UNKNOWN}], UNKNOWN),
        ("format", ["%v", [UNKNOWN]], UNKNOWN),
        ("formatlist", ["%s!", ["a", UNKNOWN]], ["a!", UNKNOWN]),
        ("one", [[UNKNOWN]], UNKNOWN),
        ("chunklist", [["a", UNKNOWN, "c"], 2], [["a", UNKNOWN], ["c"]]),
    ],
)
def test_unknown_within(name, arguments, expected):
    if expected is FunctionError:
        with pytest.raises(FunctionError):
            FUNCTIONS[name](*arguments)
        return
    assert repr(FUNCTIONS[name](*arguments)) == repr(expected)


def test_numbers_of_what_may_have_been_lists_of_two_types_are_not_guessed():
    # concat of list(number) and list(string) makes strings of all; of tuples it does not.
    assert FUNCTIONS["concat"]([1], ["a"]) == [UNKNOWN, "a"]
    # An object gives the default as it is; a map(string) makes a string of it.
    assert FUNCTIONS["lookup"]({"a": "x"}, "b", 5) is UNKNOWN
    # A list is not equal to a tuple with the same elements.
    assert FUNCTIONS["contains"]([["a"]], ["a"]) is UNKNOWN


def test_characters_that_combine_are_not_counted():
    assert FUNCTIONS["length"]("e\u0302\u0323") is UNKNOWN
    assert FUNCTIONS["length"]("👩‍👧") is UNKNOWN
    assert FUNCTIONS["substr"]("🇫🇷", 0, 1) is UNKNOWN


def test_the_digits_of_a_computed_fraction_are_not_guessed():
    assert FUNCTIONS["tostring"](1 / 3) is UNKNOWN
    assert FUNCTIONS["jsonencode"]([1 / 3]) is UNKNOWN


def test_an_address_of_ipv4_within_ipv6_is_not_written():
    assert FUNCTIONS["cidrhost"]("::ffff:4b56:5a80/85", -64) is UNKNOWN
    assert FUNCTIONS["cidrhost"]("::ffff:4b56:5a80/85", 1) == "::f800:0:1"
