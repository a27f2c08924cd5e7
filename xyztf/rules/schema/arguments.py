"""Types, arguments and blocks that the AWS provider does not have, wants, sets itself, or will drop."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.errors import Location
from xyztf.facts.provider import (
    ArgumentSchema,
    data_types,
    ephemeral_types,
    replacement,
    resource_types,
    version,
)
from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.instance import Instance
from xyztf.hcl.syntax import Attribute, Literal, Template
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.references.named import did_you_mean
from xyztf.rules.rule import Rule
from xyztf.rules.schema.blocks import Part, content, parts, schema_of
from xyztf.rules.schema.versions import speaks_for

DOCS = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs"
KEY = """\
resource "aws_kms_key" "this" {
  description         = "Encrypts the database."
  enable_key_rotation = true
}
"""


def is_read_only(part: Part, argument: ArgumentSchema) -> bool:
    """Whether the provider sets it. A resource's `id` stands as optional in the schema, and is refused all the same."""
    if argument.name == "id" and not part.path and part.declared.block.type == "resource" and not argument.required:
        return bool(argument.computed)
    return bool(argument.read_only)


class UnknownType(Rule):
    """A resource type that the provider does not have."""

    id = "XYZ201"
    title = "A type that the AWS provider does not have"
    why = "Terraform refuses the configuration."
    source = DOCS
    bad = 'resource "aws_kms_keys" "this" { # here\n  description = "Encrypts the database."\n}\n'
    good = KEY

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        known = {"resource": resource_types, "data": data_types, "ephemeral": ephemeral_types}
        if not speaks_for(instance):
            return
        for declared in instance.module.resources.values():
            kind, name = declared.block.type, declared.block.labels[0]
            if name.startswith("aws_") and schema_of(declared.block) is None:
                message = f"provider {version()} has no {kind} {name}"
                yield self.finding(declared.place, message, did_you_mean(name, known[kind]()))


class UnknownArgument(Rule):
    """An argument or a block that the type does not have."""

    id = "XYZ202"
    title = "An argument or block that the type does not have"
    why = "Terraform refuses the configuration."
    source = DOCS
    bad = """\
resource "aws_kms_key" "this" {
  enable_rotation = true # here

  tag { # here
    name = "shop"
  }
}
"""
    good = KEY

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for part in parts(instance):
            known = {*part.schema.arguments, *part.schema.blocks}
            for name, attribute in part.body.attributes.items():
                if name not in part.schema.arguments and name not in part.optional_names():
                    place = part.declared.placed(attribute)
                    yield self._unknown(part, name, place, known)
            for block in part.body.blocks:
                name, _ = content(block)
                argument = part.schema.arguments.get(name)
                as_block = argument is not None and argument.as_block
                if name not in part.schema.blocks and not as_block and name not in part.optional_names():
                    place = part.declared.placed(block)
                    if argument is not None:
                        yield self.finding(place, f"{part.named(name)} is an argument", f"write {name} = ...")
                    else:
                        yield self._unknown(part, name, place, known)

    def _unknown(self, part: Part, name: str, place: Location, known: set[str]) -> Finding:
        message = f"{part.type} of provider {version()} has no {part.named(name)}"
        hint = did_you_mean(name, known)
        return self.finding(place, message, None if hint == "declare it" else hint)


class MissingArgument(Rule):
    """An argument or a block that the type needs."""

    id = "XYZ203"
    title = "A required argument or block is missing"
    why = "Terraform refuses the configuration."
    source = DOCS
    bad = 'resource "aws_kms_alias" "this" { # here\n  name = "alias/shop"\n}\n'
    good = 'resource "aws_kms_alias" "this" {\n  name          = "alias/shop"\n  target_key_id = "1234abcd"\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for part in parts(instance):
            there = {*part.body.attributes, *(content(block)[0] for block in part.body.blocks)}
            place = part.place
            for name, argument in part.schema.arguments.items():
                if argument.required and name not in there:
                    yield self.finding(place, f"{part.type} needs {part.named(name)}")
            for name, nested in part.schema.blocks.items():
                if nested.min_items and name not in there:
                    yield self.finding(place, f"{part.type} needs a block {part.named(name)}")


class ReadOnlyArgument(Rule):
    """An argument that the provider sets."""

    id = "XYZ204"
    title = "An argument that only the provider sets"
    why = "Terraform refuses the configuration: its value comes from AWS."
    source = DOCS
    bad = 'resource "aws_kms_key" "this" {\n  arn = "arn:aws:kms:eu-west-1:123456789012:key/x" # here\n}\n'
    good = KEY

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for part in parts(instance):
            for name, attribute in part.body.attributes.items():
                argument = part.schema.arguments.get(name)
                if argument is None or not is_read_only(part, argument) or _may_be_null(instance, part, attribute):
                    continue
                place = part.declared.placed(attribute)
                yield self.finding(place, f"{part.named(name)} cannot be set", "take it out")


def _may_be_null(instance: Instance, part: Part, attribute: Attribute) -> bool:
    """Whether the value can be null, that is none. `terraform validate` lets an unknown one pass, if in a block."""
    if isinstance(attribute.value, (Literal, Template)) or not part.path:
        return isinstance(attribute.value, Literal) and attribute.value.value is None
    value = instance.evaluate(attribute.value)
    return value is None or value is UNKNOWN


class DeprecatedArgument(Rule):
    """A type, an argument or a block that a next version of the provider drops."""

    id = "XYZ205"
    title = "Deprecated in the AWS provider"
    why = "The next major version of the provider may refuse it."
    source = DOCS
    severity = Severity.WARNING
    bad = 'resource "aws_eip" "this" {\n  vpc = true # here\n}\n'
    good = 'resource "aws_eip" "this" {\n  domain = "vpc"\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for part in parts(instance):
            if not part.path and part.schema.deprecated:
                yield self.finding(part.place, f"{part.type} is deprecated", replacement(part.type))
            for name, attribute in part.body.attributes.items():
                argument = part.schema.arguments.get(name)
                if argument is not None and argument.deprecated:
                    yield self._deprecated(part, name, part.declared.placed(attribute))
            for block in part.body.blocks:
                name, _ = content(block)
                nested = part.schema.blocks.get(name)
                argument = part.schema.arguments.get(name)
                if (nested and nested.deprecated) or (argument and argument.deprecated):
                    yield self._deprecated(part, name, part.declared.placed(block))

    def _deprecated(self, part: Part, name: str, place: Location) -> Finding:
        named = part.named(name)
        return self.finding(place, f"{named} of {part.type} is deprecated", replacement(part.type, named))
