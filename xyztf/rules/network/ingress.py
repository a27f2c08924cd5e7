"""What the whole internet may reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.resource import Resource
from xyztf.rules.network.following import follow
from xyztf.rules.network.openings import GROUPS, Opening, openings
from xyztf.rules.network.ports import range_of, spelt, within
from xyztf.rules.network.targets import Target, itself
from xyztf.rules.rule import Rule, Stack

SECURITY = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
WEB = (80, 443)
NARROW = 100
"""A range of a network ACL that is wider is for answers (1024 to 65535) or the default: the groups decide."""
GOOD = """\
resource "aws_security_group" "database" {
  name        = "shop-database"
  description = "PostgreSQL, from the application only"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  description                  = "PostgreSQL from the application"
  referenced_security_group_id = var.application_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}
"""


def _open_to_all(stack: Stack) -> Iterator[tuple[Opening, int, int]]:
    """What everyone may reach, with its ports. ICMP is left out: errors on the way must come in."""
    for each in openings(stack):
        if not each.inward or not each.everyone or each.protocol in ("icmp", "icmpv6"):
            continue
        if each.first is None or each.last is None:
            continue
        if each.of_acl and each.last - each.first >= NARROW:
            continue
        yield each, each.first, each.last


class _ServicesOpen(Rule):
    """Ports of some services that are open to everyone."""

    services: ClassVar[Literal["database", "administration"]]

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for each, first, last in _open_to_all(stack):
            found = within(first, last, self.services, each.protocol)
            if found:
                which = spelt(found)
                ports = range_of(first, last)
                opened = f"port {which}" if first == last else f"{ports}, among them {which},"
                message = f"{' and '.join(each.everyone)} may reach {opened}".rstrip(",")
                yield self.finding(
                    each.place,
                    message,
                    self.way_out,
                    address=each.resource.address,
                    severity=Severity.WARNING if each.of_acl else None,
                )

    way_out: ClassVar[str]


class DatabaseOpen(_ServicesOpen):
    """A port of a database, cache or broker that everyone may reach."""

    id = "XYZ601"
    title = "A database is open to the internet"
    why = "Its password is all that is left between the data and everyone who looks for open ports, which many do."
    source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html"
    services = "database"
    way_out = "name the security group of what uses it: referenced_security_group_id"
    bad = """\
resource "aws_security_group" "cache" {
  name        = "shop-cache"
  description = "Redis"
  vpc_id      = var.vpc_id

  ingress {
    description = "Redis"
    protocol    = "tcp"
    from_port   = 6379
    to_port     = 6379
    cidr_blocks = ["0.0.0.0/0"] # here
  }
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id = var.security_group_id
  description       = "PostgreSQL"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_ipv4         = "0.0.0.0/0" # here
}

resource "aws_security_group_rule" "all" {
  security_group_id = var.security_group_id
  description       = "Everything"
  type              = "ingress"
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
  ipv6_cidr_blocks  = ["::/0"] # here
}
"""
    good = GOOD


class AdministrationOpen(_ServicesOpen):
    """A port for administration that everyone may reach."""

    id = "XYZ602"
    title = "A port for administration is open to the internet"
    why = "Whoever guesses a password, or knows of a fault that is not patched yet, is on the machine."
    source = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19"
    services = "administration"
    way_out = "take it out and use Session Manager, or name your own addresses"
    bad = """\
resource "aws_security_group_rule" "ssh" {
  security_group_id = var.security_group_id
  description       = "SSH"
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["10.0.0.0/8", "0.0.0.0/1", "128.0.0.0/1"] # here
}

resource "aws_network_acl_rule" "remote_desktop" {
  network_acl_id = var.network_acl_id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "tcp"
  from_port      = 3389
  to_port        = 3389
  cidr_block     = "0.0.0.0/0" # here
}
"""
    good = GOOD


class AnythingOpen(Rule):
    """Any other port that everyone may reach; a load balancer's 80 and 443 are as they should be."""

    id = "XYZ603"
    title = "A port is open to the internet"
    why = "What listens there must stand against everyone; only a load balancer is made for that."
    source = SECURITY
    severity = Severity.WARNING
    bad = """\
resource "aws_security_group_rule" "application" {
  security_group_id = var.security_group_id
  description       = "The application"
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 8080
  to_port           = 8080
  cidr_blocks       = ["0.0.0.0/0"] # here
}
"""
    good = """\
resource "aws_lb" "this" {
  name            = "shop"
  security_groups = [aws_security_group.web.id]
  subnets         = var.subnet_ids
}

resource "aws_security_group" "web" {
  name        = "shop-web"
  description = "HTTPS from everyone"
  vpc_id      = var.vpc_id

  ingress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        balanced: list[Target] | None = None
        for each, first, last in _open_to_all(stack):
            if each.of_acl or within(first, last, None, each.protocol):
                continue
            severity = Severity.WARNING
            if first == last and first in WEB:
                balanced = _balanced(stack) if balanced is None else balanced
                if any(one.meets(other) for one in balanced for other in _group(each.resource)):
                    continue
                severity = Severity.NOTE
            over = "" if each.protocol == "tcp" else f" over {each.protocol}"
            message = f"{' and '.join(each.everyone)} may reach {range_of(first, last)}{over}"
            hint = "put a load balancer before it, and name its security group here"
            yield self.finding(each.place, message, hint, address=each.resource.address, severity=severity)


def _balanced(stack: Stack) -> list[Target]:
    """The security groups of load balancers."""
    kinds = ("aws_lb", "aws_alb", "aws_elb")
    return [
        target
        for resource in stack.configuration.of_type(*kinds)
        for target in follow(resource, "security_groups").targets
    ]


def _group(resource: Resource) -> tuple[Target, ...]:
    if resource.type in GROUPS:
        return (itself(resource),)
    return follow(resource, "security_group_id").targets
