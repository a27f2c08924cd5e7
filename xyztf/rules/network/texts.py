"""Texts that should be ranges of addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.resource import Resource
from xyztf.rules.network.placed import placed
from xyztf.rules.network.ranges import written_at
from xyztf.rules.rule import Rule, Stack

ARGUMENTS = {
    "aws_vpc": ("cidr_block", "ipv6_cidr_block"),
    "aws_subnet": ("cidr_block", "ipv6_cidr_block"),
    "aws_vpc_ipv4_cidr_block_association": ("cidr_block",),
    "aws_security_group_rule": ("cidr_blocks", "ipv6_cidr_blocks"),
    "aws_vpc_security_group_ingress_rule": ("cidr_ipv4", "cidr_ipv6"),
    "aws_vpc_security_group_egress_rule": ("cidr_ipv4", "cidr_ipv6"),
    "aws_network_acl_rule": ("cidr_block", "ipv6_cidr_block"),
    "aws_route": ("destination_cidr_block", "destination_ipv6_cidr_block"),
}
"""Arguments that take ranges, by resource. Those with ipv6 in their names take IPv6."""
BLOCKS = {
    "aws_security_group": {
        "ingress": ("cidr_blocks", "ipv6_cidr_blocks"),
        "egress": ("cidr_blocks", "ipv6_cidr_blocks"),
    },
    "aws_network_acl": {"ingress": ("cidr_block", "ipv6_cidr_block"), "egress": ("cidr_block", "ipv6_cidr_block")},
    "aws_route_table": {"route": ("cidr_block", "ipv6_cidr_block")},
}
"""The same within blocks. Each is also a `default` resource."""
SIZES = {"aws_vpc": (16, 28), "aws_subnet": (16, 28), "aws_vpc_ipv4_cidr_block_association": (16, 28)}
MADE_RIGHT = frozenset({"aws_network_acl", "aws_network_acl_rule", "aws_default_network_acl"})
"""Where AWS cuts the host bits off by itself: what was meant is still not what is written."""
GOOD = """\
resource "aws_subnet" "a" {
  vpc_id            = var.vpc_id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.0.0.0/24"
}

resource "aws_security_group_rule" "office" {
  security_group_id = var.security_group_id
  description       = "HTTPS from one address"
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["192.0.2.10/32"]
}
"""


class NotARange(Rule):
    """A text that is no range of addresses, or not one that AWS takes."""

    id = "XYZ621"
    title = "A text that is no CIDR"
    why = "The provider or AWS refuses it; where they do not, other addresses are meant than it seems."
    source = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"
    bad = GOOD.replace('"10.0.0.0/24"', '"10.0.0.5/24" # here').replace('["192.0.2.10/32"]', '["192.0.2.10"] # here')
    good = GOOD

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource, name, value, place in _ranges(stack):
            wrong = why_not(value, six="ipv6" in name, sizes=SIZES.get(resource.type))
            if wrong is not None:
                reason, hint = wrong
                cut = resource.type in MADE_RIGHT and "host bits" in reason
                severity = Severity.WARNING if cut else None
                yield self.finding(place, f"{name}: {reason}", hint, address=resource.address, severity=severity)


def _ranges(stack: Stack) -> Iterator[tuple[Resource, str, str, Location]]:
    for resource in stack.configuration.of_type(*ARGUMENTS):
        for name in ARGUMENTS[resource.type]:
            for value in _texts(resource.values.get(name)):
                yield resource, name, value, written_at(resource, name)
    for kind, blocks in BLOCKS.items():
        for resource in stack.configuration.of_type(kind, kind.replace("aws_", "aws_default_")):
            for block, names in blocks.items():
                for each in placed(resource, block):
                    for name in names:
                        for value in _texts(each.values.get(name)):
                            yield resource, name, value, each.at(name)


def _texts(value: Any) -> list[str]:
    """An empty text counts as none, as the provider has it."""
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str) and each]


def why_not(text: str, *, six: bool, sizes: tuple[int, int] | None) -> tuple[str, str] | None:
    """What is wrong with a text, and what to write; None for a range. `sizes` are the shortest and longest prefix."""
    version = "IPv6" if six else "IPv4"
    example = "2001:db8::/56" if six else "10.0.0.0/16"
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return f"{text} is no range of addresses", f'write one such as "{example}"'
    if f"IPv{network.version}" != version:
        return f"{text} is IPv{network.version}", f"IPv{network.version} has an argument of its own"
    if "/" not in text:
        return f"{text} has no length of prefix", f'write "{network}"'
    if str(network.network_address) != str(ipaddress.ip_address(text.partition("/")[0])):
        return f"{text} has host bits set", f'write "{network}"'
    if not text.partition("/")[2].isdigit():
        return f"{text} has a mask instead of a length of prefix", f'write "{network}"'
    if sizes and not six and not sizes[0] <= network.prefixlen <= sizes[1]:
        return f"{text} is not between /{sizes[0]} and /{sizes[1]}", "AWS takes no other size"
    return None
