"""Paths inside a layer: walking, printing, finding the nearest place."""

from __future__ import annotations

import pytest

from xyztf.environment.provenance import EMPTY, Layer, Mark, dotted, find_mark, leaves
from xyztf.errors import Location


def mark(line: int) -> Mark:
    return Mark(Location("prod.yaml", line, 1))


LAYER = Layer(
    {"region": "a", "network": {"azs": ["x", "y"], "tags": {}}, "empty": [], "nothing": None},
    {
        (): mark(1),
        ("region",): mark(2),
        ("network",): mark(3),
        ("network", "azs"): mark(4),
        ("network", "azs", 0): mark(5),
        ("network", "azs", 1): mark(6),
        ("network", "tags"): mark(7),
        ("empty",): mark(8),
        ("nothing",): mark(9),
    },
)


def test_leaves_are_the_values_that_hold_no_other_in_document_order():
    assert list(leaves(LAYER)) == [
        (("region",), "a", mark(2)),
        (("network", "azs", 0), "x", mark(5)),
        (("network", "azs", 1), "y", mark(6)),
        (("network", "tags"), {}, mark(7)),
        (("empty",), [], mark(8)),
        (("nothing",), None, mark(9)),
    ]


def test_the_empty_layer_has_no_leaves():
    assert list(leaves(EMPTY)) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("network", "azs", 1), 6),
        (("network", "azs", 7), 4),
        (("network", "cidr"), 3),
        (("database", "engine", "version"), 1),
    ],
)
def test_the_mark_of_what_is_missing_is_that_of_the_nearest_value_around_it(path, line):
    assert find_mark(LAYER, path) == mark(line)


def test_there_may_be_no_mark_at_all():
    assert find_mark(EMPTY, ("network",)) is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("database", "instance_class"), "database.instance_class"),
        (("network", "azs", 0), "network.azs[0]"),
        (("rules", 1, "ports", 2, "from"), "rules[1].ports[2].from"),
        (("regions", "us-east-1"), "regions.us-east-1"),
        (("tags", "a.b"), 'tags."a.b"'),
        (("tags", ""), 'tags.""'),
        (("tags", "0"), "tags.0"),
        (("tags", 'say "hi"'), 'tags."say \\"hi\\""'),
        (("tags", "größe"), 'tags."größe"'),
    ],
)
def test_paths_are_printed_as_people_write_them(path, text):
    assert dotted(path) == text
