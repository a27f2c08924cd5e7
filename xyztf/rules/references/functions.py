"""Functions that Terraform does not have, and blocks that are none."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.errors import Location
from xyztf.findings.finding import Finding
from xyztf.hcl.functions import NAMES
from xyztf.hcl.instance import Instance
from xyztf.hcl.module import LABELS
from xyztf.hcl.walk import attributes, calls
from xyztf.rules.references.named import did_you_mean
from xyztf.rules.rule import Rule


class UnknownFunction(Rule):
    """A call of a function that Terraform does not have."""

    id = "XYZ131"
    title = "A function that is not there"
    why = "Terraform refuses the expression."
    source = "https://developer.hashicorp.com/terraform/language/functions"
    bad = 'output "name" {\n  value = uppercase("shop") # here\n}\n'
    good = 'output "name" {\n  value = upper("shop")\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for declared in instance.module.declared():
            skipped = "type" if declared.block.type == "variable" else None
            for attribute in attributes(declared.block.body):
                if attribute.name != skipped:
                    yield from self._found(attribute.value, attribute.path or declared.path)
        for local in instance.module.locals.values():
            yield from self._found(local.attribute.value, local.path)

    def _found(self, expression: object, path: str) -> Iterator[Finding]:
        for call in calls(expression):  # type: ignore[arg-type]
            name = call.name.removeprefix("core::")
            if "::" not in name and name not in NAMES:
                place = Location(path, call.line, call.column)
                yield self.finding(place, f"there is no function {name}", did_you_mean(name, NAMES))


class UnknownBlock(Rule):
    """A block that Terraform does not have, or with the wrong number of labels."""

    id = "XYZ132"
    title = "A block that Terraform does not have"
    why = "Terraform refuses the module."
    source = "https://developer.hashicorp.com/terraform/language/syntax/configuration"
    bad = 'resurce "aws_kms_key" "this" { # here\n}\n'
    good = 'resource "aws_kms_key" "this" {\n  description = "Encrypts the database."\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for declared in instance.module.odd:
            kind, labels = declared.block.type, declared.block.labels
            if kind in LABELS:
                wanted = LABELS[kind]
                yield self.finding(declared.place, f"{kind} takes {wanted} labels, and has {len(labels)}")
            else:
                yield self.finding(declared.place, f"there is no block {kind}", did_you_mean(kind, LABELS))


class RepeatedArgument(Rule):
    """An argument that is there twice in a block."""

    id = "XYZ133"
    title = "An argument that is there twice"
    why = "Terraform refuses the block."
    source = "https://developer.hashicorp.com/terraform/language/syntax/configuration"
    bad = 'variable "name" {\n  type = string\n  type = number # here\n}\n\noutput "name" {\n  value = var.name\n}\n'
    good = 'variable "name" {\n  type = string\n}\n\noutput "name" {\n  value = var.name\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for file in instance.module.files:
            waiting = [file.body]
            while waiting:
                body = waiting.pop()
                waiting.extend(block.body for block in body.blocks)
                for attribute in body.repeated:
                    place = Location(file.path, attribute.line, attribute.column)
                    first = body.attributes[attribute.name]
                    yield self.finding(place, f"{attribute.name} is there already", f"first at line {first.line}")
