"""What an unquoted word means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xyztf.environment.scalars import Trap, plain

# No deadline: a machine that is busy is not a bug.
quick = settings(max_examples=50, deadline=None)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        *[(word, None) for word in ("", "~", "null", "Null", "NULL")],
        *[(word, True) for word in ("true", "True", "TRUE")],
        *[(word, False) for word in ("false", "False", "FALSE")],
        ("0", 0),
        ("-0", 0),
        ("42", 42),
        ("+5", 5),
        ("-17", -17),
        ("999999999999999999", 999999999999999999),
        ("0o17", 15),
        ("0xFf", 255),
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("8.0", 8.0),
        ("1e3", 1000.0),
        ("2.5E-1", 0.25),
    ],
)
def test_words_numbers_and_null_follow_the_core_rules_of_yaml_1_2(word, value):
    assert plain(word) == value
    assert type(plain(word)) is type(value)


@pytest.mark.parametrize(
    "word",
    [
        *("db.r7g.large", "us-east-1", "10.0.0.0/16", "sun:03:00-sun:04:00", "22:30", "1_000", "2024-01-01", "-", "+"),
        *(".", "..", "0x", "0o8", "1e", "e5", "tRUE", "nULL", "8.0.35", "yesterday", "none", "y", "N", "١٢"),
    ],
)
def test_everything_else_is_text(word):
    assert plain(word) == word


@pytest.mark.parametrize("word", ["yes", "Yes", "YES", "yEs", "no", "on", "OFF"])
def test_the_booleans_of_yaml_1_1_are_refused(word):
    with pytest.raises(Trap, match=f"YAML 1.1 reads {word} as a boolean") as trap:
        plain(word)
    boolean = "true" if word.lower() in ("yes", "on") else "false"
    assert trap.value.hint == f'write {boolean}, or "{word}" in quotes'


@pytest.mark.parametrize("word", ["012345678901", "00", "-01", "0777"])
def test_a_leading_zero_is_refused_because_account_ids_have_them(word):
    with pytest.raises(Trap, match="starts with a zero") as trap:
        plain(word)
    assert f'"{word}" in quotes' in trap.value.hint


@pytest.mark.parametrize("word", [".inf", "-.Inf", "+.INF", ".nan", ".NaN", "1e999", "-1e999", "9" * 5000 + ".0"])
def test_numbers_that_are_not_finite_are_refused(word):
    with pytest.raises(Trap):
        plain(word)


@pytest.mark.parametrize("word", ["1234567890123456789", "-1234567890123456789", "9" * 10_000, "0x" + "f" * 10_000])
def test_whole_numbers_of_more_than_18_digits_are_refused_in_a_short_sentence(word):
    with pytest.raises(Trap, match="more than 18 digits") as trap:
        plain(word)
    assert len(trap.value.message) < 100


@quick
@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_every_whole_number_is_read_back(number):
    assert plain(str(number)) == number


@quick
@given(st.text() | st.from_regex(r"[-+.0-9eExo_:]{1,12}", fullmatch=True))
def test_any_word_is_a_value_or_a_trap(word):
    try:
        value = plain(word)
    except Trap as trap:
        sound = trap.hint != ""
    else:
        sound = value == word or not isinstance(value, str)
    assert sound
