"""What security groups and network ACLs let through, whatever kind of block says it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from xyztf.errors import Location
from xyztf.hcl.resource import Resource
from xyztf.hcl.syntax import Node
from xyztf.rules.network.placed import Placed, placed
from xyztf.rules.rule import Stack

GROUPS = ("aws_security_group", "aws_default_security_group")
ACLS = ("aws_network_acl", "aws_default_network_acl")
RULES = ("aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")
PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}
SOURCES = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6", "cidr_block", "ipv6_cidr_block")
WIDEST = 7
"""The longest prefix of a range that nobody owns alone: a /8 may be a company's, or private."""
LOCAL = ipaddress.ip_network("fc00::/7")
"""Unique local addresses (RFC 4193): wide, and not public."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One rule that lets traffic from, or to, addresses through. `protocol` is tcp, udp, -1, or what is written.

    `first` and `last` are its ports, None where they are not known or there are none.
    """

    resource: Resource
    inward: bool
    protocol: str
    first: int | None
    last: int | None
    ranges: tuple[str, ...]
    place: Location

    @property
    def of_acl(self) -> bool:
        """Whether a network ACL says it: without state, and beneath the security groups."""
        return "network_acl" in self.resource.type

    @property
    def everyone(self) -> list[str]:
        """Its ranges that are everyone."""
        return [each for each in self.ranges if is_everyone(each)]


def is_everyone(text: str) -> bool:
    """Whether a range is the internet, or so much of it that it is nobody's own."""
    try:
        found = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return found.prefixlen <= WIDEST and found != LOCAL


def openings(stack: Stack) -> Iterator[Opening]:
    """All rules of a stack that allow something and name addresses, as far as they are known."""
    for resource in stack.configuration.of_type(*GROUPS, *ACLS):
        for name in ("ingress", "egress"):
            for each in placed(resource, name):
                if resource.type in GROUPS or each.values.get("action") == "allow":
                    yield from _opening(resource, name == "ingress", each)
    for resource in stack.configuration.of_type(*RULES, "aws_network_acl_rule"):
        values = resource.values
        own = Placed(values, resource.declared.path, resource.declared.block, _arguments(resource))
        inward = _inward(resource.type, values)
        if inward is not None:
            yield from _opening(resource, inward, own)


def _arguments(resource: Resource) -> dict[str, Node]:
    return dict(resource.body.attributes)


def _inward(kind: str, values: dict[str, Any]) -> bool | None:
    """Whether a rule of its own is about what comes in; None where it allows nothing, or that is not known."""
    if kind == "aws_security_group_rule":
        return {"ingress": True, "egress": False}.get(str(values.get("type")))
    if kind == "aws_network_acl_rule":
        egress = values.get("egress")
        if values.get("rule_action") != "allow" or egress not in (None, True, False):
            return None
        return not egress
    return kind == "aws_vpc_security_group_ingress_rule"


def _opening(resource: Resource, inward: bool, block: Placed) -> Iterator[Opening]:
    values = block.values
    written = values.get("ip_protocol", values.get("protocol"))
    if not isinstance(written, (str, int)) or isinstance(written, bool):
        return
    protocol = PROTOCOLS.get(str(written).lower(), str(written).lower())
    first, last = _port(values.get("from_port")), _port(values.get("to_port"))
    if protocol == "-1":
        first, last = 0, 65535
    found = {name: [each for each in _texts(values.get(name)) if is_everyone(each)] for name in SOURCES}
    ranges = tuple(each for name in SOURCES for each in _texts(values.get(name)))
    place = block.at(*(name for name, wide in found.items() if wide), *SOURCES)
    if ranges:
        yield Opening(resource, inward, protocol, first, last, ranges, place)


def _port(value: Any) -> int | None:
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str)]
