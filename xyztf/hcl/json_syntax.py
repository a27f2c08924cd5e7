"""A `.tf.json` file becomes the syntax that the same configuration has in HCL.

Source: Terraform's "JSON Configuration Syntax" and HCL's json/spec.md. Objects are blocks where a block may stand, once
for each label; texts are templates; "//" in a body is a comment; some arguments take a name as a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from xyztf.errors import Location, Problem, XyztfError
from xyztf.hcl.json_shapes import ROOT, Shape, of_dynamic, of_labels
from xyztf.hcl.json_text import Array, Json, Object, Place, Scalar, read
from xyztf.hcl.parse import Unreadable, parse_expression
from xyztf.hcl.syntax import (
    Attribute,
    Block,
    Body,
    Comment,
    Expression,
    File,
    Literal,
    Node,
    ObjectOf,
    Traversal,
    TupleOf,
)
from xyztf.hcl.templates import text_of_json

NAME = re.compile(r"[^\W\d][\w-]*")
INTERPOLATED = re.compile(r"\$\{(?P<inner>[^{}]*)\}")
OBJECT = "an object is wanted here, or a list of objects"


def parse_json(text: str, path: str, cached_in: Path | None = None) -> File:
    """The file `path` with this text. `cached_in` keeps HCL's parser. Raises UnreadableJson, Unreadable."""
    reader = _Reader(path, cached_in)
    try:
        body = reader.body(read(text.removeprefix("\ufeff"), path), ROOT)
    except RecursionError:
        raise Unreadable(Problem("it is nested too deeply to be read", Location(path, 1))) from None
    return File(path, body, tuple(reader.comments))


class _Reader:
    def __init__(self, path: str, cached_in: Path | None) -> None:
        self.path = path
        self.cached_in = cached_in
        self.comments: list[Comment] = []

    # Structure -------------------------------------------------------------------------------------------------------

    def body(self, value: Json, shape: Shape) -> Body:
        """A body: an object, or several that are one."""
        attributes: dict[str, Attribute] = {}
        repeated: list[Attribute] = []
        blocks: list[Block] = []
        for key, given in self._members(value):
            name = str(key.value)
            if name == "//":
                self._comment(given)
            elif name in shape.blocks:
                labels, inner = shape.blocks[name]
                blocks += self._blocks(name, key, given, labels, (), inner if name != "dynamic" else shape)
            elif name in shape.either and _is_blocks(given):
                blocks += self._blocks(name, key, given, 0, (), Shape())
            elif shape is ROOT:  # no argument stands there
                blocks.append(Block(key.line, key.column, name, (), Body(), given.end_line))
            else:
                found = Attribute(key.line, key.column, name, self._argument(name, given, shape), given.end_line)
                if attributes.setdefault(name, found) is not found:
                    repeated.append(found)
        return Body(attributes, tuple(blocks), tuple(repeated))

    def _members(self, value: Json) -> Iterator[tuple[Scalar, Json]]:
        if isinstance(value, Object):
            yield from value.members
        elif isinstance(value, Array):
            for each in value.items:
                if not isinstance(each, Object):
                    raise self._wrong(each, OBJECT)
                yield from each.members
        elif value.value is not None:
            raise self._wrong(value, OBJECT)

    def _blocks(
        self, type_: str, key: Scalar, value: Json, wanted: int, labels: tuple[str, ...], shape: Shape
    ) -> Iterator[Block]:
        """The blocks of a type. `key` is what names them: the type, or the last label."""
        if wanted:
            for label, inner in self._members(value):
                yield from self._blocks(type_, label, inner, wanted - 1, (*labels, str(label.value)), shape)
            return
        own = of_dynamic(shape, labels[0]) if type_ == "dynamic" else of_labels(shape, labels)
        for each in value.items if isinstance(value, Array) else [value]:
            if isinstance(each, Scalar) and each.value is None:
                continue
            if not isinstance(each, Object):
                raise self._wrong(each, OBJECT)
            place = each if isinstance(value, Array) and len(value.items) > 1 else key
            yield Block(place.line, place.column, type_, labels, self.body(each, own), each.end_line)

    def _comment(self, value: Json) -> None:
        texts = value.items if isinstance(value, Array) else (value,)
        for each in texts:
            if isinstance(each, Scalar) and isinstance(each.value, str) and each.value.strip().startswith("xyztf:"):
                self.comments.append(Comment(each.line, each.value.strip(), True))

    def _wrong(self, place: Place, message: str) -> Unreadable:
        return Unreadable(Problem(message, Location(self.path, place.line, place.column)))

    # Values ----------------------------------------------------------------------------------------------------------

    def _argument(self, name: str, value: Json, shape: Shape) -> Expression:
        if name in shape.names:
            return self._named(value)
        if name in shape.verbatim:
            return self._value(value, verbatim=True)
        return self._value(value, aliases="configuration_aliases" in shape.names)

    def _value(self, value: Json, verbatim: bool = False, aliases: bool = False) -> Expression:
        place = (value.line, value.column)
        if isinstance(value, Array):
            return TupleOf(*place, tuple(self._value(each, verbatim) for each in value.items))
        if isinstance(value, Object):
            members = []
            for key, each in value.members:
                names = aliases and key.value == "configuration_aliases"
                members.append(
                    (self._value(key, verbatim), self._named(each) if names else self._value(each, verbatim))
                )
            return ObjectOf(*place, tuple(members))
        if verbatim or not isinstance(value.value, str):
            return Literal(*place, value.value)
        text = value.value
        return self._on_its_line(value, lambda: text_of_json(text, *place, self._parse, self.path))

    def _named(self, value: Json) -> Expression:
        """Where a reference, a type or a keyword is wanted, a text is one; also as values, and keys, of an object."""
        place = (value.line, value.column)
        if isinstance(value, Array):
            return TupleOf(*place, tuple(map(self._named, value.items)))
        if isinstance(value, Object):
            return ObjectOf(*place, tuple((self._key(key), self._named(each)) for key, each in value.members))
        if not isinstance(value.value, str):
            return Literal(*place, value.value)
        whole = INTERPOLATED.fullmatch(value.value)
        text = whole["inner"] if whole else value.value
        if NAME.fullmatch(text):
            return Traversal(*place, text, ())
        return self._on_its_line(value, lambda: self._parse(text, value.line, value.column + 1))

    def _key(self, key: Scalar) -> Expression:
        return Literal(key.line, key.column, key.value) if NAME.fullmatch(str(key.value)) else self._named(key)

    def _parse(self, text: str, line: int, column: int) -> Expression:
        return parse_expression(text, self.path, line, column, self.cached_in)

    def _on_its_line(self, value: Scalar, parse: Any) -> Expression:
        """What `parse` gives. A text of JSON has one line, whatever newlines it stands for."""
        try:
            found: Expression = parse()
        except XyztfError as error:
            problem = error.problems[0]
            if problem.location is None or problem.location.line == value.line:
                raise
            place = Location(self.path, value.line, value.column)
            raise Unreadable(replace(problem, location=place)) from None
        return _placed(found, value.line, value.column) if "\n" in str(value.value) else found


T = TypeVar("T")


def _placed(node: T, line: int, column: int) -> T:
    """The same with all its nodes at one place."""
    if isinstance(node, tuple):
        return tuple(_placed(each, line, column) for each in node)  # type: ignore[return-value]
    if not is_dataclass(node) or isinstance(node, type):
        return node
    own = {each.name: _placed(getattr(node, each.name), line, column) for each in fields(node)}
    return type(node)(**{**own, **({"line": line, "column": column} if isinstance(node, Node) else {})})


def _is_blocks(value: Json) -> bool:
    if isinstance(value, Array):
        return bool(value.items) and all(isinstance(each, Object) for each in value.items)
    return isinstance(value, Object)
