"""Data in which each value knows its place: the Layer, and how to find and print the paths inside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from xyztf.errors import Location

Path: TypeAlias = tuple[str | int, ...]
"""The way from the top of a document to a value: names of map entries and positions in lists."""

_BARE_NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value stands and, for the entry of a map, where its key stands."""

    value: Location
    key: Location | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """Plain data (maps with text keys, lists, text, numbers, booleans, None) and the mark of each value in it.

    A layer is never changed once it is made: layers share parts with each other.
    """

    data: dict[str, Any] = field(default_factory=dict)
    marks: dict[Path, Mark] = field(default_factory=dict)


EMPTY = Layer()


def entries(value: Any) -> Iterator[tuple[str | int, Any]]:
    """The steps that lead into a map or a list, each with what stands there; none for any other value."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def leaves(layer: Layer) -> Iterator[tuple[Path, Any, Mark]]:
    """Every value that holds no other (an empty map or list counts), in document order, with its mark."""

    def walk(value: Any, path: Path) -> Iterator[tuple[Path, Any, Mark]]:
        if isinstance(value, dict | list) and value:
            for step, inner in entries(value):
                yield from walk(inner, (*path, step))
        else:
            yield path, value, layer.marks[path]

    for name, value in layer.data.items():
        yield from walk(value, (name,))


def find_mark(layer: Layer, path: Path) -> Mark | None:
    """The mark of `path`, or of the nearest value around it that has one; None if there is none at all."""
    for length in range(len(path), -1, -1):
        if mark := layer.marks.get(path[:length]):
            return mark
    return None


def dotted(path: Path) -> str:
    """`path` as people write it: `network.azs[0]`, and `tags."a.b"` where a name needs quotes.

    A path of names only is read back by `override.parse_override`.
    """
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + (
                step if _BARE_NAME.fullmatch(step) else json.dumps(step, ensure_ascii=False)
            )
    return text
