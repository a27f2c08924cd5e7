"""The state: kept where all find it, locked while someone writes, encrypted, in the region of its stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.instance import Instance
from xyztf.hcl.module import Declared
from xyztf.hcl.syntax import Block
from xyztf.rules.rule import Rule, Stack

S3 = "https://developer.hashicorp.com/terraform/language/backend/s3"
GOOD = """\
terraform {
  backend "s3" {
    bucket       = "shop-tfstate"
    key          = "dev/eu-west-1/terraform.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = "eu-west-1"
}
"""


def backend(instance: Instance) -> tuple[Declared, Block] | None:
    """The backend of a root module, with the terraform block that it stands in."""
    for declared in instance.module.settings:
        for kind in ("backend", "cloud"):
            for block in declared.block.body.of_type(kind):
                return declared, block
    return None


class NoBackend(Rule):
    """A root module whose state stays on the machine that applied it."""

    id = "XYZ321"
    title = "The state has no shared place"
    why = "It lies in plain text on one machine: nobody else can read or lock it, and would create everything again."
    source = "https://developer.hashicorp.com/terraform/language/backend"
    severity = Severity.WARNING
    bad = 'provider "aws" { # here\n  region = "eu-west-1"\n}\n'
    good = GOOD

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        root = stack.configuration.root
        found = backend(root)
        if found is None and root.module.providers:
            yield self.finding(root.module.providers[0].place, "no backend keeps the state", 'add backend "s3"')
        elif found is not None and found[1].labels[:1] == ("local",):
            yield self.finding(found[0].at("backend"), "the state stays on this machine", 'use backend "s3"')


class UnlockedState(Rule):
    """An S3 backend without a lock."""

    id = "XYZ322"
    title = "The state is not locked"
    why = "Two people who apply at once write over each other's state."
    source = f"{S3}#state-locking"
    bad = GOOD.replace('  backend "s3" {', '  backend "s3" { # here').replace("    use_lockfile = true\n", "")
    good = GOOD

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for declared, block, values in _s3(stack):
            if values.get("use_lockfile") is not True and "dynamodb_table" not in values:
                place = declared.at("backend", "use_lockfile")
                yield self.finding(place, "no lock is taken", "set use_lockfile = true")
            elif "dynamodb_table" in block.body.attributes:
                message = "dynamodb_table is deprecated for locking"
                hint = "set use_lockfile = true (Terraform 1.10 and later)"
                place = declared.at("backend", "dynamodb_table")
                yield self.finding(place, message, hint, severity=Severity.WARNING)


class UnencryptedState(Rule):
    """An S3 backend that does not ask for encryption."""

    id = "XYZ323"
    title = "The state is not encrypted by its writer"
    why = "States hold what the provider knows, secrets included; the bucket's default may not be what was meant."
    source = S3
    severity = Severity.WARNING
    bad = GOOD.replace('  backend "s3" {', '  backend "s3" { # here').replace("    encrypt      = true\n", "")
    good = GOOD

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for declared, _, values in _s3(stack):
            if values.get("encrypt") is not True and "kms_key_id" not in values:
                told = "encrypt is not true" if "encrypt" in values else "encrypt is not set"
                yield self.finding(declared.at("backend", "encrypt"), told, "set encrypt = true")


class StateElsewhere(Rule):
    """A state that lies in another region than what it describes."""

    id = "XYZ324"
    title = "The state lies in another region than its stack"
    why = "When that region is down, this stack cannot be planned or applied, though its own region is well."
    source = "docs/decisions/0001-a-stack-per-region.md"
    severity = Severity.WARNING
    bad = GOOD.replace('    region       = "eu-west-1"', '    region       = "us-east-1" # here')
    good = GOOD

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        root = stack.configuration.root
        regions = {
            root.evaluate(declared.block.body.attributes["region"].value)
            for declared in root.module.providers
            if declared.block.labels == ("aws",)
            and "region" in declared.block.body.attributes
            and "alias" not in declared.block.body.attributes
        }
        for declared, _, values in _s3(stack):
            region = values.get("region")
            if isinstance(region, str) and len(regions) == 1:
                own = regions.pop()
                if isinstance(own, str) and own != region:
                    place = declared.at("backend", "region")
                    yield self.finding(
                        place, f"the state is in {region}, the stack in {own}", "keep it beside its stack"
                    )


class SharedState(Rule):
    """Two root modules with one state."""

    id = "XYZ325"
    title = "Two stacks with one state"
    why = "Each apply of one destroys what the other has made."
    source = S3
    bad = GOOD.replace(
        '    key          = "dev/eu-west-1/terraform.tfstate"',
        '    key          = "dev/other/terraform.tfstate" # here',
    )
    good = GOOD
    files: ClassVar[Mapping[str, str]] = {"other/main.tf": GOOD.replace("dev/eu-west-1", "dev/other")}

    def project(self, stacks: Sequence[Stack]) -> Iterator[Finding]:
        """See `Rule`."""
        seen: dict[tuple[object, object], Stack] = {}
        for stack in sorted(stacks, key=lambda each: each.configuration.folder, reverse=True):
            for declared, _, values in _s3(stack):
                where = (values.get("bucket"), values.get("key"))
                if not all(isinstance(each, str) for each in where):
                    continue
                if where in seen:
                    other = seen[where].configuration.folder or "."
                    place = declared.at("backend", "key")
                    yield self.finding(place, f"{other} keeps its state there too", "give each stack a key of its own")
                seen.setdefault(where, stack)


def _s3(stack: Stack) -> Iterator[tuple[Declared, Block, dict[str, object]]]:
    root = stack.configuration.root
    found = backend(root)
    if found is not None and found[1].labels == ("s3",):
        yield *found, root.body(found[1].body)
