"""Conversions between strings, numbers and bools, equality, and sets."""

from __future__ import annotations

import pytest

from xyztf.hcl.convert import ConversionError, equal, make_set, parse_number, to_bool, to_number, to_string
from xyztf.hcl.values import UNKNOWN, Set


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (1, "1"),
        (1.5, "1.5"),
        (1e-7, "0.0000001"),
        (True, "true"),
        (False, "false"),
        (10**30, "1" + "0" * 30),
    ],
)
def test_to_string(value, text):
    assert to_string(value) == text


@pytest.mark.parametrize("value", [None, UNKNOWN])
def test_null_and_unknown_stay(value):
    assert to_string(value) is to_number(value) is to_bool(value) is value


@pytest.mark.parametrize(
    ("convert", "value"),
    [
        (to_string, []),
        (to_string, {}),
        (to_number, "a"),
        (to_number, "0x10"),
        (to_number, True),
        (to_number, [1]),
        (to_bool, "yes"),
        (to_bool, "TRUE"),
        (to_bool, 1),
        (to_bool, {}),
    ],
)
def test_what_does_not_convert(convert, value):
    with pytest.raises(ConversionError):
        convert(value)


def test_a_whole_number_is_an_int():
    for text in ("1", "1.0", "+1", "1e0", "10e-1", "0001"):
        assert repr(parse_number(text)) == "1"
    assert repr(to_number(2.0)) == "2"
    assert parse_number("1e30") == 10**30
    assert parse_number(".5") == 0.5


def test_what_a_float_cannot_hold_is_unknown():
    assert parse_number("0.1000000000000000000001") is UNKNOWN
    assert parse_number("1e-4000") is UNKNOWN
    assert parse_number("1e999999999") is UNKNOWN


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (1, "1", False),
        ("a", "a", True),
        (None, None, True),
        (None, "", False),
        ([1, "a"], [1, "a"], True),
        ([1], ["1"], False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"b": 1}, False),
        (Set(["a"]), ["a"], False),
        ([1, UNKNOWN], [2, 3], False),
        ([1, UNKNOWN], [1, 3], UNKNOWN),
        (UNKNOWN, 1, UNKNOWN),
    ],
)
def test_equal(left, right, same):
    assert equal(left, right) is same


def test_a_set_is_sorted_and_has_no_duplicates():
    assert make_set(["b", "a", "a"]) == Set(["a", "b"])
    assert make_set([10, 9, 10]) == [9, 10]
    assert make_set([True, False, None]) == [False, True, None]
    assert make_set([{"b": 2}, {"b": 10}, {"b": 2}]) == [{"b": 10}, {"b": 2}]  # as Terraform: by their text
    assert make_set([[-(10**12)], [-10542], [-10542.0]]) == [[-10542], [-(10**12)]]
    assert len(make_set([[10**11], [10**11 + 1]])) == 2
    assert isinstance(make_set([]), Set)
    assert make_set(["a", UNKNOWN]) is UNKNOWN
    assert make_set([{"a": UNKNOWN}]) is UNKNOWN
