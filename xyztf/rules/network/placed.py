"""Nested blocks, each with its own values and its own place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from xyztf.errors import Location
from xyztf.hcl.resource import Resource
from xyztf.hcl.syntax import Body, Literal, Node, ObjectOf, TupleOf


@dataclass(frozen=True, slots=True)
class Placed:
    """The values of one nested block, or of one element of an attribute that stands for such blocks."""

    values: dict[str, Any]
    path: str
    node: Node
    arguments: dict[str, Node]

    def at(self, *names: str) -> Location:
        """The place of the first of these arguments that is there, or that of the block."""
        node = next((self.arguments[name] for name in names if name in self.arguments), self.node)
        return Location(self.path, node.line, node.column)


def placed(resource: Resource, name: str) -> Iterator[Placed]:
    """Each block `name` of a resource: written out, from a dynamic block, or from `name = [{...}]`.

    What cannot be known is left out; blocks that stand beside it are not.
    """
    path = resource.declared.path
    attribute = resource.body.attributes.get(name)
    if attribute is not None:
        listed = resource.instance.evaluate(attribute.value, resource.local)
        items = attribute.value.items if isinstance(attribute.value, TupleOf) else ()
        for at, value in enumerate(listed if isinstance(listed, list) else ()):
            node = items[at] if len(items) == len(listed) else attribute
            if isinstance(value, dict):
                yield Placed(value, path, node, _keys(node))
    for block in resource.body.blocks:
        inner = block.body
        if block.type == "dynamic" and block.labels == (name,):
            inner = next((each.body for each in block.body.of_type("content")), Body())
        elif block.type != name:
            continue
        # A body with this block alone: one that is unknown must not hide the others.
        found = resource.instance.body(Body(blocks=(block,)), resource.local).get(name)
        for value in found if isinstance(found, list) else ():
            yield Placed(value, path, block, dict(inner.attributes))


def _keys(node: Node) -> dict[str, Node]:
    if not isinstance(node, ObjectOf):
        return {}
    return {str(key.value): key for key, _ in node.items if isinstance(key, Literal)}
