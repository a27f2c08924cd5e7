"""Names and tags: what AWS takes, and what tells a bill or an on-call engineer whose a thing is."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.facts.argument_names import named_arguments
from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.module import Declared
from xyztf.hcl.resource import Resource
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.operation.watched import NAMED_BY
from xyztf.rules.rule import Rule, Stack


class RefusedName(Rule):
    """A name that is too long for AWS, too short, or has characters that it does not take."""

    id = "XYZ731"
    title = "AWS refuses the name"
    why = "The plan is fine; the apply stops in the middle."
    source = "xyztf/facts/data/name_limits.json, with AWS's API reference for each kind of name"
    bad = """\
resource "aws_db_instance" "this" {
  identifier = "shop_primary" # here
}

resource "aws_iam_role" "this" {
  name               = "reads-the-stream-of-orders-and-writes-what-it-found-into-the-table" # here
  assume_role_policy = "{}"
}
"""
    good = """\
resource "aws_db_instance" "this" {
  identifier = "shop-primary"
}

resource "aws_iam_role" "this" {
  name               = "order-processor"
  assume_role_policy = "{}"
}
"""

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        named = named_arguments()
        for each in stack.configuration.of_type(*named):
            for argument, limit in named[each.type]:
                name = each.values.get(argument)
                if not isinstance(name, str):
                    continue
                # The provider and RDS make these small by themselves.
                refusal = limit.why_not(name.lower() if limit.kind.startswith(LOWERED) else name)
                if refusal is not None:
                    yield self.finding(each.at(argument), refusal.reason, refusal.way_out, address=each.address)


LOWERED = ("rds_instance", "rds_subnet_group", "rds_parameter_group", "rds_option_group", "elasticache_")

TAGGED = frozenset({*NAMED_BY, "aws_s3_bucket", "aws_sns_topic", "aws_vpc", "aws_kms_key", "aws_instance"})
"""Types that take tags and that a bill has lines for."""


class Untagged(Rule):
    """Resources without tags where the provider has no default tags either."""

    id = "XYZ721"
    title = "Nothing says whose it is"
    why = "The bill cannot be split, and nobody knows whom to ask before it is removed."
    source = "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html"
    severity = Severity.WARNING
    bad = """\
provider "aws" { # here
  region = "eu-west-1"
}

resource "aws_sns_topic" "orders" {
  name = "orders"
}
"""
    good = """\
provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = { Owner = "database-team" }
  }
}

resource "aws_sns_topic" "orders" {
  name = "orders"
}
"""

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        root = stack.configuration.root
        providers = [each for each in root.module.providers if each.block.labels[:1] == ("aws",)]
        plain = [each for each in providers if not any(_default_tags(each))]
        if not plain or len(plain) < len(providers):
            # With several providers, which resource is whose is not told by the resource alone.
            return
        untagged = [each for each in stack.configuration.of_type(*sorted(TAGGED)) if _has_no_tags(each)]
        if untagged:
            first = min(untagged, key=lambda each: each.address)
            more = f" and {len(untagged) - 1} more" if len(untagged) > 1 else ""
            message = f"no default_tags, and no tags on {first.address}{more}"
            yield self.finding(plain[0].place, message, "write default_tags { tags = { Owner = ... } }")


def _default_tags(provider: Declared) -> Iterator[bool]:
    for block in provider.block.body.blocks:
        yield block.type == "default_tags" or (block.type == "dynamic" and block.labels[:1] == ("default_tags",))


def _has_no_tags(resource: Resource) -> bool:
    tags = resource.values.get("tags")
    return tags is not UNKNOWN and not tags
