"""Which names of a body are blocks, and how its texts are read: what JSON does not tell, and Terraform knows.

Source: Terraform's "JSON Configuration Syntax", and the schemas of its own blocks. Of a resource, the provider's schema
tells; where there is none, all that is not Terraform's own is an argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xyztf.facts import provider
from xyztf.facts.provider import BlockSchema


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand in a body. Every name that is in none of these is an argument whose texts are templates.

    `blocks`: name to the number of its labels and what is in it. `either`: arguments that may be written as blocks.
    `names`: arguments whose texts are references, types or keywords. `verbatim`: those whose texts mean themselves.
    """

    blocks: Mapping[str, tuple[int, Shape]] = field(default_factory=dict)
    either: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    verbatim: frozenset[str] = frozenset()
    provider: str = ""
    """The kind of provider's thing this is, when a label says which: "resource", "data", "ephemeral", "provider"."""


PLAIN = Shape()
CONDITION = (0, PLAIN)
LIFECYCLE = Shape(
    {"precondition": CONDITION, "postcondition": CONDITION, "action_trigger": (0, Shape(names=frozenset({"actions"})))},
    names=frozenset({"ignore_changes", "replace_triggered_by"}),
)
PROVISIONER = Shape({"connection": (0, PLAIN)}, names=frozenset({"when", "on_failure"}))
OWN = {"lifecycle": (0, LIFECYCLE), "connection": (0, PLAIN), "provisioner": (1, PROVISIONER)}
NAMES = frozenset({"provider", "depends_on"})
WORKSPACES = Shape({"workspaces": (0, PLAIN)}, verbatim=frozenset({"hostname", "organization", "token"}))
SETTINGS = Shape(
    {
        "required_providers": (0, Shape(names=frozenset({"configuration_aliases"}))),
        "backend": (1, Shape({"workspaces": (0, PLAIN)})),
        "cloud": (0, WORKSPACES),
        "provider_meta": (1, PLAIN),
    }
)
MODULE = Shape(names=NAMES | {"providers"})
MOVED = Shape(names=frozenset({"from", "to"}))
REMOVED = Shape({"lifecycle": (0, PLAIN), **OWN}, names=frozenset({"from"}))

ROOT = Shape(
    {
        "terraform": (0, SETTINGS),
        "provider": (1, Shape(provider="provider")),
        "variable": (
            1,
            Shape({"validation": CONDITION}, names=frozenset({"type"}), verbatim=frozenset({"default", "description"})),
        ),
        "locals": (0, PLAIN),
        "output": (
            1,
            Shape({"precondition": CONDITION}, names=NAMES | {"type"}, verbatim=frozenset({"description"})),
        ),
        "module": (1, MODULE),
        "resource": (2, Shape(provider="resource")),
        "data": (2, Shape(provider="data")),
        "ephemeral": (2, Shape(provider="ephemeral")),
        "action": (2, Shape({"config": (0, PLAIN)}, names=NAMES)),
        "moved": (0, MOVED),
        "removed": (0, REMOVED),
        "import": (0, Shape(names=frozenset({"to", "provider"}))),
        "check": (1, Shape({"assert": CONDITION, "data": (2, Shape(provider="data"))})),
    }
)
"""A file of a module."""

LOOK_UP = {
    "resource": provider.resource_schema,
    "data": provider.data_schema,
    "ephemeral": provider.ephemeral_schema,
}


def of_labels(shape: Shape, labels: tuple[str, ...]) -> Shape:
    """The shape of a block with these labels: what the provider's schema says of its type is added."""
    if not shape.provider:
        return shape
    if shape.provider == "provider":
        return _of_schema(provider.provider_schema()) if labels[0] == "aws" else PLAIN
    schema = LOOK_UP[shape.provider](labels[0]) if labels[0].startswith("aws_") else None
    below = _of_schema(schema) if schema else PLAIN
    dynamic = {"dynamic": (1, Shape())} if below.blocks or below.either else {}
    return Shape({**below.blocks, **OWN, **dynamic}, below.either, NAMES)


def of_dynamic(shape: Shape, name: str) -> Shape:
    """The shape of a `dynamic` block for blocks of this name, in a body of this shape."""
    inner = shape.blocks.get(name, (0, PLAIN))[1]
    return Shape({"content": (0, inner)}, names=frozenset({"iterator"}))


def _of_schema(schema: BlockSchema) -> Shape:
    blocks = {name: (0, _of_schema(nested.schema)) for name, nested in schema.blocks.items()}
    either = frozenset(name for name, argument in schema.arguments.items() if argument.as_block)
    if blocks or either:
        blocks["dynamic"] = (1, PLAIN)
    return Shape(blocks, either)
