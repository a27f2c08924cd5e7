"""Names that stand alone, where a value is asked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace

from xyztf.errors import Location
from xyztf.findings.finding import Finding
from xyztf.hcl.instance import Instance
from xyztf.hcl.module import Module
from xyztf.hcl.syntax import Body, Traversal
from xyztf.hcl.walk import references, traversals
from xyztf.rules.rule import Rule

NO_VALUES = frozenset({"events", "from", "ignore_changes", "on_failure", "provider", "providers", "to", "when"})
"""Arguments of Terraform's own that take a name as it stands."""
UNREAD = frozenset({"moved", "removed", "terraform", "variable"})
"""Blocks whose names are types, addresses or keywords."""


class BareName(Rule):
    """A name alone, such as a misspelt `true` or a text without its quotes."""

    id = "XYZ106"
    title = "A name that is no value"
    why = "Terraform refuses it: what is named needs to say of what, and a text needs quotes."
    source = "https://developer.hashicorp.com/terraform/language/expressions/references"
    bad = (
        'resource "aws_db_instance" "this" {\n  storage_encrypted = flase # here\n'
        "  instance_class    = var.class\n}\n\n"
        'variable "class" {\n  type = string\n}\n'
    )
    good = bad.replace("flase # here", "false")

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        if all(found.steps for _, found in instance.module.references):
            return
        for path, found in _values_of(instance.module):
            if not found.steps:
                name = str(found.root)
                place = Location(path, found.line, found.column)
                yield self.finding(place, f"{name} alone is no value", _hint(name, instance.module))


def _values_of(module: Module) -> Iterator[tuple[str, Traversal]]:
    for declared in module.declared():
        if declared.block.type not in UNREAD:
            for path, body in declared.by_file():
                yield from ((path, each) for each in references(_values(body)))
    for local in module.locals.values():
        yield from ((local.path, each) for each in traversals(local.attribute.value))


def _values(body: Body) -> Body:
    """The body without the arguments that take names, however deep."""
    attributes = {name: each for name, each in body.attributes.items() if name not in NO_VALUES}
    blocks = tuple(replace(block, body=_values(block.body)) for block in body.blocks)
    return replace(body, attributes=attributes, blocks=blocks)


def _hint(name: str, module: Module) -> str:
    for root, known in (("var", module.variables), ("local", module.locals), ("module", module.calls)):
        if name in known:
            return f"did you mean {root}.{name}?"
    near = difflib.get_close_matches(name.lower(), ["true", "false", "null"], 1, 0.6)
    return f"did you mean {near[0]}?" if near else f'write "{name}" if a text is meant'
