"""What is declared and never used."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.instance import Instance
from xyztf.hcl.syntax import TupleOf
from xyztf.hcl.walk import traversals
from xyztf.rules.references.named import spelt, used, written
from xyztf.rules.rule import Rule

STYLE = "https://developer.hashicorp.com/terraform/language/style"
NOBODY = "remove it, or use it"
DOING = frozenset({"archive_file", "external"})
"""Data sources that do something: write a file, run a program."""


class UnusedVariable(Rule):
    """A variable that nothing refers to."""

    id = "XYZ121"
    title = "A variable that nothing uses"
    why = "Whoever sets it believes that it changes something, and it changes nothing."
    source = STYLE
    severity = Severity.WARNING
    bad = 'variable "name" { # here\n  type = string\n}\n'
    good = 'variable "name" {\n  type = string\n}\n\noutput "name" {\n  value = var.name\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        there = used(instance.module, "var")
        for name, declared in instance.module.variables.items():
            if name not in there:
                yield self.finding(declared.place, f"nothing uses var.{name}", NOBODY)


class UnusedLocal(Rule):
    """A local value that nothing refers to."""

    id = "XYZ122"
    title = "A local value that nothing uses"
    why = "Whoever reads the module has to find out what it is for, and it is for nothing."
    source = STYLE
    severity = Severity.WARNING
    bad = 'locals {\n  name = "shop" # here\n}\n'
    good = 'locals {\n  name = "shop"\n}\n\noutput "name" {\n  value = local.name\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        there = used(instance.module, "local")
        for name, local in instance.module.locals.items():
            if name not in there:
                yield self.finding(local.place, f"nothing uses local.{name}", NOBODY)


class UnusedData(Rule):
    """A data source that nothing refers to."""

    id = "XYZ123"
    title = "A data source that nothing uses"
    why = "Every plan asks AWS for it, and fails where the answer is forbidden or nothing is found."
    source = "https://developer.hashicorp.com/terraform/language/data-sources"
    severity = Severity.WARNING
    bad = 'data "aws_region" "current" { # here\n}\n'
    good = 'data "aws_region" "current" {\n}\n\noutput "region" {\n  value = data.aws_region.current.name\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        there = {
            ".".join((str(found.root), *spelt(found.steps[:2])))
            for found in written(instance.module)
            if found.root == "data"
        }
        for address, declared in instance.module.resources.items():
            checked = any(True for _ in declared.block.body.of_type("lifecycle"))
            if declared.block.type != "data" or declared.block.labels[0] in DOING:
                continue
            if address not in there and not checked:
                yield self.finding(declared.place, f"nothing uses {address}", NOBODY)


class DeclaredTwice(Rule):
    """A name that is declared a second time."""

    id = "XYZ124"
    title = "Declared twice"
    why = "Terraform refuses the module: within one kind, a name may be declared once."
    source = f"{STYLE}#resource-naming"
    bad = """\
locals {
  name = "a"
}

locals {
  name = "b" # here
}

output "name" {
  value = local.name
}
"""
    good = 'locals {\n  name = "a"\n}\n\noutput "name" {\n  value = local.name\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for place, first, name in instance.module.again:
            yield self.finding(place, f"{name} is declared already", f"first at {first}")


class Cycle(Rule):
    """Values that need each other."""

    id = "XYZ125"
    title = "A cycle"
    why = "Terraform refuses the module: none of the values can be computed first."
    source = "https://developer.hashicorp.com/terraform/internals/graph"
    bad = 'locals {\n  a = local.b # here\n  b = "${local.a}-x"\n}\n\noutput "b" {\n  value = local.b\n}\n'
    good = 'locals {\n  a = "shop"\n  b = "${local.a}-x"\n}\n\noutput "b" {\n  value = local.b\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        needs = dependencies(instance)
        for cycle in cycles(needs):
            module = instance.module
            first = cycle[0]
            local = module.locals.get(first.removeprefix("local."))
            place = local.place if local and first.startswith("local.") else module.resources[first].place
            yield self.finding(place, f"{' needs '.join((*cycle, first))}", "take one of the references out")


def dependencies(instance: Instance) -> dict[str, set[str]]:
    """What each local value and resource of a module refers to, of these."""
    from xyztf.hcl.walk import references

    module = instance.module
    found: dict[str, set[str]] = {}
    for name, local in module.locals.items():
        found[f"local.{name}"] = {_name(each.root, spelt(each.steps)) for each in traversals(local.attribute.value)}
    for address, declared in module.resources.items():
        found[address] = {_name(each.root, spelt(each.steps)) for each in references(declared.block.body)}
        depends = declared.block.body.attributes.get("depends_on")
        if depends and isinstance(depends.value, TupleOf):
            found[address] |= {_name(each.root, spelt(each.steps)) for each in traversals(depends.value)}
        found[address].discard(address)  # self-reference is told by Terraform in other words
    return {name: {each for each in needed if each in found} for name, needed in found.items()}


def _name(root: object, steps: list[str]) -> str:
    count = 2 if root in ("data", "ephemeral") else 1
    return ".".join((str(root), *steps[:count]))


def cycles(needs: dict[str, set[str]]) -> Iterator[list[str]]:
    """Each ring of names that need each other once, from its first name."""
    done: set[str] = set()
    for start in sorted(needs):
        path: list[str] = []
        stack = [(start, iter(sorted(needs[start])))] if start not in done else []
        if stack:
            path.append(start)
        while stack:
            _, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                done.add(path.pop())
            elif following in path:
                ring = path[path.index(following) :]
                least = ring.index(min(ring))
                yield ring[least:] + ring[:least]
                done.add(following)
            elif following not in done:
                path.append(following)
                stack.append((following, iter(sorted(needs[following]))))
