"""One layer over another."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from xyztf.environment.merge import merge
from xyztf.environment.provenance import EMPTY, Layer, Mark, entries, leaves
from xyztf.errors import Location

# No deadline: a machine that is busy is not a bug.
quick = settings(max_examples=50, deadline=None)


def layer(data: dict[str, Any], file: str) -> Layer:
    """A layer in which every value comes from `file`."""
    mark = Mark(Location(file, 1, 1))

    def marks(value, path):
        yield path, mark
        for step, inner in entries(value):
            yield from marks(inner, (*path, step))

    return Layer(data, dict(marks(data, ())))


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    return merge(layer(base, "base"), layer(over, "over")).data


def test_maps_merge_key_by_key_and_deeply():
    base = {"a": 1, "m": {"x": 1, "deep": {"p": 1, "q": 2}}}
    over = {"m": {"y": 2, "deep": {"q": 3}}, "b": 2}
    assert merged(base, over) == {"a": 1, "m": {"x": 1, "y": 2, "deep": {"p": 1, "q": 3}}, "b": 2}


def test_the_order_is_that_of_the_base_and_new_keys_follow():
    assert list(merged({"b": 1, "a": 1}, {"c": 2, "a": 2})) == ["b", "a", "c"]


def test_lists_and_scalars_replace_whole():
    assert merged({"l": [1, 2, {"x": 1}], "s": "a"}, {"l": [3], "s": "b"}) == {"l": [3], "s": "b"}


def test_an_empty_map_adds_nothing_and_an_empty_list_replaces():
    assert merged({"m": {"x": 1}, "l": [1]}, {"m": {}, "l": []}) == {"m": {"x": 1}, "l": []}


def test_null_takes_the_inherited_key_away():
    assert merged({"a": 1, "m": {"x": 1, "y": 2}}, {"a": None, "m": {"x": None}}) == {"m": {"y": 2}}


def test_null_where_nothing_is_inherited_leaves_no_key():
    assert merged({}, {"a": None, "m": {"x": None, "deep": {"y": None}}}) == {"m": {"deep": {}}}


def test_a_map_and_something_else_replace_each_other_whole():
    assert merged({"a": {"x": 1}, "b": 1, "c": [1]}, {"a": 1, "b": {"y": 2}, "c": {"z": 3}}) == {
        "a": 1,
        "b": {"y": 2},
        "c": {"z": 3},
    }


def test_marks_follow_the_winner():
    base = layer(
        {"keep": [1, 2], "list": [1, 2, 3], "gone": {"x": 1}, "map": {"x": 1, "y": 1}, "turn": {"x": 1}}, "base"
    )
    over = layer({"list": [9], "gone": None, "map": {"y": 2}, "turn": 5}, "over")
    assert {path: mark.value.file for path, mark in merge(base, over).marks.items()} == {
        (): "over",
        ("keep",): "base",
        ("keep", 0): "base",
        ("keep", 1): "base",
        ("list",): "over",
        ("list", 0): "over",
        ("map",): "over",
        ("map", "x"): "base",
        ("map", "y"): "over",
        ("turn",): "over",
    }


def test_the_mark_of_what_a_map_replaced_does_not_stay():
    unmarked = Layer({"a": {"x": 1}}, {("a", "x"): Mark(Location("--set a.x"))})
    assert ("a",) not in merge(layer({"a": 5}, "base"), unmarked).marks


names = st.sampled_from("abcd")
scalars = st.integers(0, 3) | st.text("xy", max_size=2) | st.lists(st.integers(0, 3), max_size=2)


def maps(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(
        names, st.recursive(leaves, lambda inner: st.dictionaries(names, inner, max_size=3)), max_size=4
    )


# A name is either always a map or never one: map, scalar, map is not associative, since the scalar forgets the first.
typed_maps = st.recursive(
    st.dictionaries(st.sampled_from("ab"), scalars, max_size=2),
    lambda inner: st.builds(
        lambda leaves, maps: leaves | maps,
        st.dictionaries(st.sampled_from("ab"), scalars, max_size=2),
        st.dictionaries(st.sampled_from("XY"), inner, max_size=2),
    ),
    max_leaves=6,
)


@quick
@given(typed_maps, typed_maps, typed_maps)
def test_merging_is_associative_where_there_are_no_nulls_and_kinds_agree(a, b, c):
    first, second, third = layer(a, "a"), layer(b, "b"), layer(c, "c")
    assert merge(merge(first, second), third) == merge(first, merge(second, third))


@quick
@given(maps(scalars))
def test_the_empty_layer_changes_nothing(data):
    only = layer(data, "only")
    assert merge(only, EMPTY) == only
    assert merge(EMPTY, only) == only


@quick
@given(maps(scalars | st.none()), maps(scalars | st.none()))
def test_every_value_of_the_result_has_a_mark_and_no_mark_is_left_over(a, b):
    result = merge(merge(EMPTY, layer(a, "a")), layer(b, "b"))
    assert result.marks == layer(result.data, "any").marks | result.marks
    assert set(result.marks) == set(layer(result.data, "any").marks)
    assert all(value is not None for _, value, _ in leaves(result))


@quick
@given(maps(scalars | st.none()), maps(scalars | st.none()))
def test_neither_side_is_changed(a, b):
    base, over = layer(a, "a"), layer(b, "b")
    before = copy.deepcopy((base, over))
    merge(base, over)
    assert (base, over) == before
