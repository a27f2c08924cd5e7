"""--set PATH=VALUE as a layer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xyztf.environment.merge import merge
from xyztf.environment.override import parse_override
from xyztf.environment.provenance import EMPTY, Layer, Mark, dotted, entries, find_mark
from xyztf.errors import Location, UsageError

# No deadline: a machine that is busy is not a bug.
quick = settings(max_examples=50, deadline=None)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("database.instance_class=db.r7g.large", {"database": {"instance_class": "db.r7g.large"}}),
        ("a=1", {"a": 1}),
        ("a.b.c=true", {"a": {"b": {"c": True}}}),
        ("a=null", {"a": None}),
        ("a='yes'", {"a": "yes"}),
        ('a=""', {"a": ""}),
        ("a= x ", {"a": "x"}),
        ("a=b=c", {"a": "b=c"}),
        ("a=[x, 2, {b: ~}]", {"a": ["x", 2, {"b": None}]}),
        ("a={b: {c: 1.5}}", {"a": {"b": {"c": 1.5}}}),
        ("a=x#y", {"a": "x#y"}),
        ("a='# x'", {"a": "# x"}),
        ('tags."a.b"=x', {"tags": {"a.b": "x"}}),
        ('"a=b".c=x', {"a=b": {"c": "x"}}),
        ('tags."say \\"hi\\""=x', {"tags": {'say "hi"': "x"}}),
        ('"two\nlines"=x', {"two\nlines": "x"}),
        ("regions.us-east-1.cidr=10.0.0.0/16", {"regions": {"us-east-1": {"cidr": "10.0.0.0/16"}}}),
        ("on.2024=x", {"on": {"2024": "x"}}),
    ],
)
def test_a_path_and_a_value_in_yaml(text, data):
    assert parse_override(text).data == data


def test_the_value_and_all_in_it_know_that_they_were_set():
    layer = parse_override("network.azs=[a, {b: c}]")
    place = Location("--set network.azs")
    assert {path: mark.value for path, mark in layer.marks.items()} == {
        ("network", "azs"): place,
        ("network", "azs", 0): place,
        ("network", "azs", 1): place,
        ("network", "azs", 1, "b"): place,
    }


def test_what_is_missing_beside_a_set_value_is_looked_for_in_the_file():
    in_file = Mark(Location("prod.yaml", 3, 1))
    base = Layer({"database": {"engine": "mysql"}}, {("database",): in_file, ("database", "engine"): in_file})
    merged = merge(base, parse_override("database.instance_class=x"))
    assert merged.data == {"database": {"engine": "mysql", "instance_class": "x"}}
    assert find_mark(merged, ("database", "name")) == in_file
    assert find_mark(merged, ("database", "instance_class")) == Mark(Location("--set database.instance_class"))


def test_null_takes_an_inherited_value_away_and_leaves_nothing_where_there_was_none():
    base = Layer({"tags": {"owner": "x"}}, {("tags",): Mark(Location("f")), ("tags", "owner"): Mark(Location("f"))})
    assert merge(base, parse_override("tags.owner=null")).data == {"tags": {}}
    assert merge(EMPTY, parse_override("tags.owner=null")) == EMPTY


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("database", "there is no = between path and value"),
        ("", "there is no = between path and value"),
        ("a.", "there is no = between path and value"),
        ("=x", "a name is missing in the path"),
        (".a=x", "a name is missing in the path"),
        ("a.=x", "a name is missing in the path"),
        ("a..b=x", "a name is missing in the path"),
        ("azs[0]=x", "one item of a list cannot be set"),
        ("a b=x", "the path cannot be read from here:  b=x"),
        ('a."b=x', 'the path cannot be read from here: "b=x'),
        ('a."b"c=x', "the path cannot be read from here: c=x"),
        ('"\\q"=x', '"\\q" has an unknown escape'),
        ("a=", "no value is given"),
        ("a=  ", "no value is given"),
        ("color=#fff", "# starts a comment"),
        ("a=x # y", "# starts a comment"),
        ("a=yes", "YAML 1.1 reads yes as a boolean, others as text"),
        ("account=012345678901", "012345678901 starts with a zero: some read it as octal, others drop the zero"),
        ("a=[1, 2", "the bracket that opens here is not closed, or a comma is missing"),
        ("a=!x y", "the tag !x is not read"),
        ("a=*x", "there is no anchor for *x above"),
        ("a=x\udcff", "the character U+DCFF is invisible and may not be used here"),
    ],
)
def test_what_cannot_be_set_is_an_error_of_usage_with_a_hint(text, message):
    with pytest.raises(UsageError) as error:
        parse_override(text)
    [problem] = error.value.problems
    assert problem.message == message
    assert problem.hint
    assert str(problem.location).startswith("--set ")


@quick
@given(st.lists(st.text(), min_size=1, max_size=5))
def test_every_printed_path_is_read_back(names):
    data = parse_override(f"{dotted(tuple(names))}=value").data
    for name in names:
        [(step, data)] = entries(data)
        assert step == name
    assert data == "value"


@quick
@given(st.text() | st.text("ab.=\"'[]{}# \\:-", max_size=12))
def test_any_text_is_a_layer_or_an_error_of_usage(text):
    try:
        found: object = parse_override(text).data
    except UsageError as error:
        found = error.problems
    assert found
