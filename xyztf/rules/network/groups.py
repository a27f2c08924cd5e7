"""Security groups: whether they say what they are for, and what they let out."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.rules.network.ingress import SECURITY
from xyztf.rules.network.openings import GROUPS, RULES, openings
from xyztf.rules.network.placed import placed
from xyztf.rules.rule import Rule, Stack

DEFAULT = "Managed by Terraform"
"""The provider's description of a group that has none."""


class EverythingOut(Rule):
    """A security group that lets everything out, to everywhere."""

    id = "XYZ604"
    title = "Everything may go out"
    why = "Whoever gets onto the machine can send what is there anywhere; a database or a cache has to call nobody."
    source = SECURITY
    severity = Severity.NOTE
    bad = """\
resource "aws_vpc_security_group_egress_rule" "all" {
  security_group_id = var.security_group_id
  description       = "Everything"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0" # here
}
"""
    good = """\
resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = var.security_group_id
  description       = "HTTPS"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}
"""

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for each in openings(stack):
            if not each.inward and not each.of_acl and each.protocol == "-1" and each.everyone:
                hint = "name what it calls: groups, prefix lists, ports"
                yield self.finding(
                    each.place, "everything may go out, to everyone", hint, address=each.resource.address
                )


class GroupWithoutDescription(Rule):
    """A security group that does not say what it is for."""

    id = "XYZ611"
    title = "A security group without a description"
    why = "It cannot be given one later: a changed description makes another group, and this one is in use."
    source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group"
    severity = Severity.WARNING
    bad = 'resource "aws_security_group" "database" { # here\n  name   = "shop-database"\n  vpc_id = var.vpc_id\n}\n'
    good = """\
resource "aws_security_group" "database" {
  name        = "shop-database"
  description = "PostgreSQL, from the application only"
  vpc_id      = var.vpc_id
}
"""

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for group in stack.configuration.of_type("aws_security_group"):
            description = group.values.get("description")
            if isinstance(description, str) and description and description != DEFAULT:
                continue
            if description is None or isinstance(description, str):
                message = f'it will read "{DEFAULT}"'
                hint = "add a description, of what it is for"
                yield self.finding(group.at("description"), message, hint, address=group.address)


class RuleWithoutDescription(Rule):
    """A rule of a security group that does not say what it is for."""

    id = "XYZ612"
    title = "A rule of a security group without a description"
    why = "In a year nobody dares to take it out."
    source = SECURITY
    severity = Severity.NOTE
    bad = """\
resource "aws_vpc_security_group_ingress_rule" "database" { # here
  security_group_id            = var.security_group_id
  referenced_security_group_id = var.application_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_default_security_group" "this" {
  vpc_id = var.vpc_id

  ingress { # here
    protocol  = "-1"
    from_port = 0
    to_port   = 0
    self      = true
  }
}
"""
    good = """\
resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = var.security_group_id
  description                  = "PostgreSQL from the application"
  referenced_security_group_id = var.application_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}
"""

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        message, hint = "nothing says what it is for", "add a description"
        for rule in stack.configuration.of_type(*RULES):
            if rule.values.get("description") in (None, ""):
                yield self.finding(rule.at("description"), message, hint, address=rule.address)
        for group in stack.configuration.of_type(*GROUPS):
            for name in ("ingress", "egress"):
                for each in placed(group, name):
                    if each.values.get("description") in (None, ""):
                        yield self.finding(each.at("description"), f"{name}: {message}", hint, address=group.address)
