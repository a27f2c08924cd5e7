"""Names that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from xyztf.errors import Location
from xyztf.findings.finding import Finding
from xyztf.hcl.instance import Instance
from xyztf.rules.references.named import Named, did_you_mean, named, spelt
from xyztf.rules.rule import Rule

LANGUAGE = "https://developer.hashicorp.com/terraform/language"
BUILT_IN = frozenset({"var", "local", "module", "data", "ephemeral", "path", "terraform", "each", "count", "self"})


def _place(reference: Named) -> Location:
    return Location(reference.path, reference.line, reference.column)


class UndeclaredVariable(Rule):
    """A reference to a variable that the module does not have."""

    id = "XYZ101"
    title = "A variable that is not declared"
    why = "Terraform refuses the module: a value can only come in through a variable that it declares."
    source = f"{LANGUAGE}/values/variables"
    bad = """\
output "name" {
  value = var.nmae # here
}

variable "name" {
  type = string
}
"""
    good = """\
output "name" {
  value = var.name
}

variable "name" {
  type = string
}
"""

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        known = instance.module.variables
        for reference in named(instance.module, "var"):
            if reference.name not in known:
                yield self.finding(_place(reference), f"there is no variable {reference.name}", reference.hint(known))


class UndeclaredLocal(Rule):
    """A reference to a local value that the module does not have."""

    id = "XYZ102"
    title = "A local value that is not declared"
    why = "Terraform refuses the module: no locals block gives the value."
    source = f"{LANGUAGE}/values/locals"
    bad = """\
locals {
  prefix = "shop"
}

output "name" {
  value = "${local.prefx}-name" # here
}
"""
    good = """\
locals {
  prefix = "shop"
}

output "name" {
  value = "${local.prefix}-name"
}
"""

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        known = instance.module.locals
        for reference in named(instance.module, "local"):
            if reference.name not in known:
                message = f"there is no local value {reference.name}"
                yield self.finding(_place(reference), message, reference.hint(known))


class UndeclaredModule(Rule):
    """A reference to a module that is not called."""

    id = "XYZ103"
    title = "A module that is not called"
    why = "Terraform refuses the module: a module's outputs are there only where a module block calls it."
    source = f"{LANGUAGE}/modules/configuration"
    bad = """\
output "id" {
  value = module.netwrok.id # here
}

module "network" {
  source  = "registry.example.com/shop/network/aws"
  version = "1.0.0"
}
"""
    good = """\
output "id" {
  value = module.network.id
}

module "network" {
  source  = "registry.example.com/shop/network/aws"
  version = "1.0.0"
}
"""

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        known = instance.module.calls
        for reference in named(instance.module, "module"):
            if reference.name not in known:
                yield self.finding(_place(reference), f"no module {reference.name} is called", reference.hint(known))


class UndeclaredResource(Rule):
    """A reference to a resource, a data source or an ephemeral resource that the module does not have."""

    id = "XYZ104"
    title = "A resource that is not declared"
    why = "Terraform refuses the module: the reference leads to no block of this module."
    source = f"{LANGUAGE}/expressions/references"
    bad = """\
resource "aws_kms_key" "this" {
  description = "Encrypts the database."
}

resource "aws_kms_alias" "this" {
  name          = "alias/shop"
  target_key_id = aws_kms_key.thsi.key_id # here
}
"""
    good = """\
resource "aws_kms_key" "this" {
  description = "Encrypts the database."
}

resource "aws_kms_alias" "this" {
  name          = "alias/shop"
  target_key_id = aws_kms_key.this.key_id
}
"""

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        known = instance.module.resources
        for path, reference in instance.module.references:
            root, steps = str(reference.root), reference.steps
            kind = root if root in ("data", "ephemeral") else ""
            names = spelt(steps[:2] if kind else steps[:1])
            if (not kind and (root in BUILT_IN or "_" not in root)) or len(names) < (2 if kind else 1):
                continue
            address = ".".join((root, *names))
            if address not in known:
                place = Location(path, reference.line, reference.column)
                alike = [name for name in known if name.startswith(f"{kind}." if kind else root.partition("_")[0])]
                yield self.finding(place, f"there is no {address}", did_you_mean(address, alike))


class UndeclaredOutput(Rule):
    """A reference to an output that the called module does not have."""

    id = "XYZ105"
    title = "An output that the module does not have"
    why = "Terraform refuses the configuration: of a called module, nothing but its outputs can be seen."
    source = f"{LANGUAGE}/values/outputs"
    bad = """\
module "network" {
  source = "./network"
}

output "id" {
  value = module.network.vpc_idd # here
}
"""
    good = """\
module "network" {
  source = "./network"
}

output "id" {
  value = module.network.vpc_id
}
"""
    files: ClassVar[Mapping[str, str]] = {"network/outputs.tf": 'output "vpc_id" {\n  value = "vpc-1"\n}\n'}

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for reference in named(instance.module, "module"):
            child = instance.children.get(reference.name)
            call = instance.module.calls.get(reference.name)
            if child is None or call is None or child.module.unread:
                continue
            repeated = {"count", "for_each"} & call.block.body.attributes.keys()
            steps = reference.steps[1:] if repeated else reference.steps
            names = spelt(steps[:1])
            known = child.module.outputs
            if names and names[0] not in known:
                message = f"module {reference.name} has no output {names[0]}"
                yield self.finding(_place(reference), message, did_you_mean(names[0], known))
