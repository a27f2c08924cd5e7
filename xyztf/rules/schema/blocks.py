"""A resource's text beside its schema, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xyztf.errors import Location
from xyztf.facts.provider import BlockSchema, data_schema, ephemeral_schema, resource_schema
from xyztf.hcl.instance import Instance
from xyztf.hcl.module import Declared
from xyztf.hcl.syntax import Block, Body
from xyztf.rules.schema.versions import speaks_for

META = frozenset({"count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection"})
"""What stands in every resource and is Terraform's own."""


@dataclass(frozen=True, slots=True)
class Part:
    """A body with its schema: that of a resource, or of a block within it. `path` are the names of the blocks."""

    declared: Declared
    body: Body
    schema: BlockSchema
    place: Location
    path: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """The resource's type; a data source's with `data.` in front."""
        kind, name = self.declared.block.type, self.declared.block.labels[0]
        return name if kind == "resource" else f"{kind}.{name}"

    def named(self, name: str) -> str:
        """An argument or block of it, from the resource on: `ingress.from_port`."""
        return ".".join((*self.path, name))

    def optional_names(self) -> frozenset[str]:
        """Terraform's own names, where they may stand."""
        return META if not self.path else frozenset()


def schema_of(block: Block) -> BlockSchema | None:
    """The schema of a resource, a data source or an ephemeral resource of the AWS provider; None for others."""
    look_up = {"resource": resource_schema, "data": data_schema, "ephemeral": ephemeral_schema}[block.type]
    return look_up(block.labels[0]) if block.labels[0].startswith("aws_") else None


def parts(instance: Instance) -> Iterator[Part]:
    """Every body in a module that the AWS provider has a schema for, from the resource down.

    None where the module asks for a version of the provider that our schema is not of.
    """
    if not speaks_for(instance):
        return
    for declared in instance.module.resources.values():
        schema = schema_of(declared.block)
        if schema is not None:
            yield from _below(Part(declared, declared.block.body, schema, declared.place))


def _below(part: Part) -> Iterator[Part]:
    yield part
    for block in part.body.blocks:
        name, inner = content(block)
        nested = part.schema.blocks.get(name)
        if nested is not None and inner is not None:
            path = (*part.path, name)
            yield from _below(Part(part.declared, inner.body, nested.schema, part.declared.placed(block), path))


def content(block: Block) -> tuple[str, Block | None]:
    """The name that a block has for the provider, and what stands in it: a dynamic block's is its content."""
    if block.type == "dynamic" and len(block.labels) == 1:
        return block.labels[0], next(block.body.of_type("content"), None)
    return block.type, block
