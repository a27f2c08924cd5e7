"""Calls of modules: their arguments against the variables of what they call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from xyztf.errors import Location
from xyztf.findings.finding import Finding
from xyztf.hcl.configuration import META
from xyztf.hcl.instance import Instance
from xyztf.hcl.module import Declared
from xyztf.hcl.types import TypeConstraintError, fits
from xyztf.hcl.types import parse as parse_type
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.references.named import did_you_mean
from xyztf.rules.rule import Rule

MODULES = "https://developer.hashicorp.com/terraform/language/modules/configuration"
NETWORK = (
    'variable "cidr_block" {\n  type = string\n}\n\nvariable "zones" {\n  type    = list(string)\n  default = []\n}\n'
)


def called(instance: Instance) -> Iterator[tuple[Declared, Instance]]:
    """Each call whose module is there and can be read."""
    for name, child in instance.children.items():
        if not child.module.unread:
            yield instance.module.calls[name], child


class UnknownModuleArgument(Rule):
    """An argument that the called module has no variable for."""

    id = "XYZ111"
    title = "An argument that the module does not have"
    why = "Terraform refuses the call: a module takes what it declares as a variable, and nothing else."
    source = MODULES
    bad = (
        'module "network" {\n  source     = "./network"\n  cidr_block = "10.0.0.0/16"\n  zone       = ["a"] # here\n}\n'
    )
    good = 'module "network" {\n  source     = "./network"\n  cidr_block = "10.0.0.0/16"\n  zones      = ["a"]\n}\n'
    files: ClassVar[Mapping[str, str]] = {"network/variables.tf": NETWORK}

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for call, child in called(instance):
            known = child.module.variables
            for name, attribute in call.block.body.attributes.items():
                if name not in META and name not in known:
                    place = call.placed(attribute)
                    message = f"module {call.block.labels[0]} has no variable {name}"
                    yield self.finding(place, message, did_you_mean(name, known))


class MissingModuleArgument(Rule):
    """A variable without a default that a call gives no value."""

    id = "XYZ112"
    title = "A required argument of a module is missing"
    why = "Terraform refuses the call: a variable without a default needs a value."
    source = MODULES
    bad = 'module "network" { # here\n  source = "./network"\n}\n'
    good = 'module "network" {\n  source     = "./network"\n  cidr_block = "10.0.0.0/16"\n}\n'
    files: ClassVar[Mapping[str, str]] = {"network/variables.tf": NETWORK}

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for call, child in called(instance):
            given = call.block.body.attributes
            for name, declared in child.module.variables.items():
                if name not in given and "default" not in declared.block.body.attributes:
                    message = f"module {call.block.labels[0]} needs {name}"
                    yield self.finding(call.place, message, f"it is declared at {declared.place}")


class WrongModuleArgument(Rule):
    """A value that the variable's type does not take."""

    id = "XYZ113"
    title = "An argument of the wrong type"
    why = "Terraform refuses the value: it cannot be converted to the type of the variable."
    source = "https://developer.hashicorp.com/terraform/language/expressions/type-constraints"
    bad = 'module "network" {\n  source     = "./network"\n  cidr_block = "10.0.0.0/16"\n  zones      = "a" # here\n}\n'
    good = 'module "network" {\n  source     = "./network"\n  cidr_block = "10.0.0.0/16"\n  zones      = ["a"]\n}\n'
    files: ClassVar[Mapping[str, str]] = {"network/variables.tf": NETWORK}

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for call, child in called(instance):
            repeated = {"count", "for_each"} & call.block.body.attributes.keys()
            for name, attribute in call.block.body.attributes.items():
                declared = child.module.variables.get(name)
                if name in META or declared is None or repeated:
                    continue
                place = call.placed(attribute)
                yield from self._judged(declared, instance.evaluate(attribute.value), name, place)
        for name, declared in instance.module.variables.items():
            default = declared.block.body.attributes.get("default")
            if default:
                value = instance.evaluate(default.value)
                place = declared.placed(default)
                yield from self._judged(declared, value, f"the default of {name}", place)

    def _judged(self, declared: Declared, value: object, name: str, place: Location) -> Iterator[Finding]:
        constraint = declared.block.body.attributes.get("type")
        if constraint is None or value is UNKNOWN or value is None:
            return
        try:
            reason = fits(value, parse_type(constraint.value))
        except TypeConstraintError:
            return
        if reason:
            yield self.finding(place, f"{name}: {reason}", f"its type is declared at {declared.place}")


class BadTypeConstraint(Rule):
    """A type that is none."""

    id = "XYZ114"
    title = "A type that is none"
    why = "Terraform refuses the variable."
    source = "https://developer.hashicorp.com/terraform/language/expressions/type-constraints"
    bad = 'variable "zones" {\n  type = lits(string) # here\n}\n\noutput "zones" {\n  value = var.zones\n}\n'
    good = 'variable "zones" {\n  type = list(string)\n}\n\noutput "zones" {\n  value = var.zones\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for declared in instance.module.variables.values():
            attribute = declared.block.body.attributes.get("type")
            if attribute is None:
                continue
            try:
                parse_type(attribute.value)
            except TypeConstraintError as error:
                yield self.finding(declared.placed(attribute), str(error))


class ModuleNotFound(Rule):
    """A call whose source is a folder without Terraform files."""

    id = "XYZ115"
    title = "A module that is not there"
    why = "Terraform cannot initialise: the folder holds no module."
    source = MODULES
    bad = 'module "network" {\n  source = "./netwrok" # here\n}\n'
    good = 'module "network" {\n  source     = "./network"\n  cidr_block = "10.0.0.0/16"\n}\n'
    files: ClassVar[Mapping[str, str]] = {"network/variables.tf": NETWORK}

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        from xyztf.hcl.configuration import called_folder

        for name, call in instance.module.calls.items():
            folder = called_folder(instance.module.folder, call)
            if folder is not None and name not in instance.children:
                yield self.finding(call.at("source"), f"there is no module in {folder or '.'}", "check the path")
            if "source" not in call.block.body.attributes:
                yield self.finding(call.place, f"module {name} has no source", "say where it comes from")
