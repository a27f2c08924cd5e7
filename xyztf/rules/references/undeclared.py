"""Names that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.errors import Location
from xyztf.findings.finding import Finding
from xyztf.hcl.configuration import Instance
from xyztf.rules.references.named import named
from xyztf.rules.rule import Rule

LANGUAGE = "https://developer.hashicorp.com/terraform/language"


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
                place = Location(reference.path, reference.line, reference.column)
                yield self.finding(place, f"there is no variable {reference.name}", reference.hint(known))
