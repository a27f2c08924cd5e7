"""Where each part of a tree begins, and the line on which it ends: all of Lark's positions that we read.

Lark's own class for it also keeps columns and offsets of both ends, which took a fifth of the time of parsing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lark import Token, Tree, parse_tree_builder
from lark.tree import Meta


class Positions:
    """Stands in for Lark's `PropagatePositions`: wraps what builds a node, and gives the node its position.

    `children` are all of a rule, also those that the node is built without: a bracket's place is the list's. A node
    that a rule hands on keeps its own `line`, `column` and `end_line`; `begins` and `ends` are those of what it
    stands in by now.
    """

    __slots__ = ("build",)

    def __init__(self, build: Callable[[list[Any]], Any], node_filter: object = None) -> None:
        self.build = build

    def __call__(self, children: list[Any]) -> Any:
        """The node of these children."""
        node = self.build(children)
        if node.__class__ is not Tree:
            return node
        meta: Any = node._meta
        if meta is None:
            meta = node._meta = Meta()  # type: ignore[no-untyped-call]
            meta.begins = None
        is_placed = meta.begins is not None
        first = _first(children)
        if first is None:
            return node
        meta.begins = (first.line, first.column) if first.__class__ is Token else first.begins
        last = _first(reversed(children))
        meta.ends = last.end_line if last.__class__ is Token else last.ends
        if not is_placed:
            meta.line, meta.column = meta.begins
            meta.end_line = meta.ends
            meta.empty = False
        return node


def _first(children: Any) -> Any:
    """The first that takes up room in the text: a token, or the position of a node."""
    for child in children:
        if child.__class__ is Token:
            return child
        meta = child._meta
        if meta is not None and meta.begins is not None:
            return meta
    return None


@contextmanager
def lean_positions() -> Iterator[None]:
    """A parser that is built meanwhile has these positions. Lark has no other way to ask for it."""
    own = parse_tree_builder.PropagatePositions
    parse_tree_builder.PropagatePositions = Positions  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        parse_tree_builder.PropagatePositions = own  # type: ignore[misc]
