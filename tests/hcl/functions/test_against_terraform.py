"""Calls made up by hypothesis, all in one question to Terraform: ours says the same, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.hcl.functions.console import agrees, ask, call, ours
from xyztf.hcl.functions import FUNCTIONS
from xyztf.hcl.values import UNKNOWN

TEXT = st.text('abAB01 -_./:,\n"\\<&é日😀$%{', max_size=8)
WORDS = st.text("abc", min_size=1, max_size=3)
SMALL = st.integers(-5, 12)
NUMBERS = st.one_of(st.integers(-(10**12), 10**12), st.decimals(-9999, 9999, places=3).map(float))
SCALARS = st.one_of(TEXT, NUMBERS, st.booleans())
VALUES = st.recursive(
    st.one_of(SCALARS, st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)
SAME = st.one_of(
    st.lists(WORDS, max_size=5), st.lists(NUMBERS, max_size=5), st.lists(st.one_of(WORDS, SMALL), max_size=5)
)
SETS = SAME.map(FUNCTIONS["toset"])
LISTS = st.one_of(SAME, st.lists(st.lists(SCALARS, max_size=3), max_size=3))
OBJECTS = st.dictionaries(WORDS, SCALARS, max_size=3)
ADDRESSES = st.one_of(
    st.tuples(st.ip_addresses(v=4), st.integers(0, 32)), st.tuples(st.ip_addresses(v=6), st.integers(0, 128))
).map(lambda pair: f"{pair[0]}/{pair[1]}")
PATTERNS = st.lists(
    st.sampled_from(
        [
            "a",
            "b",
            ".",
            "[ab]",
            "[^a]",
            "(a|b)",
            "(b)",
            "(?:ab)",
            "x*",
            "a+",
            "a?",
            "b*?",
            "^",
            "$",
            "\\w",
            "\\d",
            "\\s",
            "\\b",
            "|",
            "é",
        ]
    ),
    min_size=1,
    max_size=4,
).map("".join)
VERBS = st.builds(
    "{}%{}{}{}{}".format,
    st.sampled_from(["", "x", "é", "%%"]),
    st.sampled_from(["", "-", "0", "+", " ", "+0"]),
    st.sampled_from(["", "1", "6", "12"]),
    st.sampled_from(["", ".0", ".1", ".3"]),
    st.sampled_from(list("vsqtdbxXoeEfgG")),
)
CALLS: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "cidrsubnet": (ADDRESSES, st.integers(0, 20), st.integers(0, 300)),
    "cidrsubnets": (ADDRESSES, st.integers(0, 9), st.integers(1, 9), st.integers(1, 9)),
    "cidrhost": (ADDRESSES, st.integers(-300, 300)),
    "cidrnetmask": (ADDRESSES,),
    "format": (VERBS, SCALARS),
    "formatlist": (VERBS, st.lists(NUMBERS, max_size=3)),
    "jsonencode": (VALUES,),
    "merge": (OBJECTS, OBJECTS),
    "flatten": (st.lists(VALUES, max_size=3),),
    "sort": (st.lists(SCALARS, max_size=5),),
    "split": (st.text("a,-", max_size=2), TEXT),
    "join": (TEXT, st.lists(SCALARS, max_size=4)),
    "replace": (
        TEXT,
        PATTERNS.map(lambda pattern: f"/{pattern}/"),
        st.sampled_from(["", "<$0>", "$1", "${1}a", "$1a"]),
    ),
    "regexall": (PATTERNS, TEXT),
    "regex": (PATTERNS, TEXT),
    "substr": (TEXT, SMALL, SMALL),
    "strrev": (TEXT,),
    "title": (TEXT,),
    "trim": (TEXT, TEXT),
    "chomp": (TEXT,),
    "urlencode": (TEXT,),
    "base64encode": (TEXT,),
    "element": (LISTS, st.integers(-3, 9)),
    "range": (st.decimals(-20, 20, places=1).map(float), SMALL, st.decimals(-2, 3, places=1).map(float)),
    "sum": (st.lists(NUMBERS, max_size=5),),
    "max": (NUMBERS, NUMBERS),
    "floor": (NUMBERS,),
    "ceil": (NUMBERS,),
    "pow": (NUMBERS, SMALL),
    "log": (st.integers(1, 10**9), st.integers(2, 20)),
    "setproduct": (SETS | SAME, SAME),
    "setunion": (SETS | SAME, SAME),
    "setintersection": (SETS | SAME, SAME),
    "setsubtract": (SAME, SETS | SAME),
    "toset": (LISTS,),
    "tolist": (LISTS,),
    "tomap": (OBJECTS,),
    "distinct": (LISTS,),
    "concat": (LISTS, LISTS),
    "contains": (SAME, st.one_of(WORDS, SMALL)),
    "coalesce": (SCALARS, SCALARS),
    "lookup": (OBJECTS, WORDS, SCALARS),
    "slice": (LISTS, st.integers(0, 3), st.integers(0, 5)),
    "chunklist": (SAME, st.integers(0, 3)),
    "zipmap": (st.lists(WORDS, max_size=3), LISTS),
    "transpose": (st.dictionaries(WORDS, st.lists(WORDS, max_size=3), max_size=3),),
    "tonumber": (TEXT | NUMBERS.map(str),),
    "tostring": (SCALARS,),
    "parseint": (st.text("0123abzZ-_", max_size=4), st.integers(2, 62)),
    "timeadd": (st.just("2024-02-28T23:59:59.5+05:30"), st.text("0123.-hms", max_size=6)),
    "formatdate": (st.text("YMDEhHAamsZ-'", max_size=6), st.datetimes().map(lambda time: f"{time:%Y-%m-%dT%H:%M:%SZ}")),
}


def whole_as_int(value: Any) -> Any:
    """A whole number is an int, as values.py has it."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return type(value)(map(whole_as_int, value))
    return {key: whole_as_int(each) for key, each in value.items()} if isinstance(value, dict) else value


@pytest.mark.terraform
def test_ours_says_what_terraform_says_or_nothing(tmp_path):
    made: list[tuple[str, list[Any]]] = []

    def collect(name, strategies):
        @settings(
            max_examples=60,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.tuples(*strategies))
        def one(arguments):
            made.append((name, whole_as_int(list(arguments))))

        one()

    for name, strategies in CALLS.items():
        collect(name, strategies)
    answers = ask([call(name, arguments) for name, arguments in made], tmp_path)
    wrong = []
    undecided = 0
    for (name, arguments), answer in zip(made, answers, strict=True):
        found = ours(name, arguments)
        undecided += found is UNKNOWN
        if not agrees(found, answer):
            wrong.append(f"{call(name, arguments)} gives {found!r}, Terraform gives {answer!r}")
    assert not wrong, f"{len(wrong)} of {len(made)}:\n" + "\n".join(wrong[:40])
    assert undecided < len(made) / 10
