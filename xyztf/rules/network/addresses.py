"""Addresses of VPCs and subnets: they must fit into each other, and not into those of others."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from xyztf.findings.finding import Finding, Severity
from xyztf.rules.network.ranges import Ranged, ranged, ranges_of, vpc_of
from xyztf.rules.network.targets import Target, itself
from xyztf.rules.rule import Rule, Stack

SUBNETS = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"
VPCS = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"
NOT_PUBLIC = tuple(
    ipaddress.IPv4Network(each)
    for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "198.18.0.0/15")
)
"""RFC 1918, RFC 6598 and RFC 2544: nobody on the internet has these addresses."""
APART = frozenset({"examples", "example", "tests", "test", "fixtures"})
"""Folders whose stacks are not one system."""
GOOD = """\
resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "ALL"
  log_destination = var.log_group_arn
  iam_role_arn    = var.role_arn
}

resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.this.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.0.0.0/24"
}

resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.this.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.0.1.0/24"
}
"""


class SubnetsOverlap(Rule):
    """Two subnets of a VPC with addresses in common."""

    id = "XYZ622"
    title = "Two subnets overlap"
    why = "AWS refuses the second, in the middle of the apply: InvalidSubnet.Conflict."
    source = SUBNETS
    bad = GOOD.replace('"10.0.1.0/24"', '"10.0.0.128/25" # here')
    good = GOOD

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        of_vpc: dict[Target | tuple[int, str], list[Ranged]] = {}
        for subnet in ranged(stack, "aws_subnet"):
            vpc = vpc_of(subnet.resource)
            if vpc is None:
                continue
            others = of_vpc.setdefault(vpc, [])
            other = next((each for each in others if each.network.overlaps(subnet.network)), None)
            if other is not None:
                message = f"{subnet.network} overlaps {other.network} of {other.resource.address} at {other.place}"
                hint = "give each subnet addresses of its own"
                yield self.finding(subnet.place, message, hint, address=subnet.resource.address)
            others.append(subnet)


class SubnetOutsideVpc(Rule):
    """A subnet whose addresses are not the VPC's."""

    id = "XYZ623"
    title = "A subnet lies outside of its VPC"
    why = "AWS refuses it, in the middle of the apply: InvalidSubnet.Range."
    source = SUBNETS
    bad = GOOD.replace('"10.0.1.0/24"', '"10.1.1.0/24" # here')
    good = GOOD

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        vpcs = {itself(each): each for each in stack.configuration.of_type("aws_vpc")}
        for subnet in ranged(stack, "aws_subnet"):
            target = vpc_of(subnet.resource)
            vpc = vpcs.get(target) if isinstance(target, Target) else None
            ranges = ranges_of(stack, vpc) if vpc else None
            if vpc and ranges and not any(subnet.network.subnet_of(each) for each in ranges):
                message = f"{subnet.network} is not within {' or '.join(map(str, ranges))} of {vpc.address}"
                hint = "take addresses of the VPC, or associate another range with it"
                yield self.finding(subnet.place, message, hint, address=subnet.resource.address)


class VpcsOverlap(Rule):
    """Two VPCs of a project with addresses in common. Examples and tests beside each other are not one project."""

    id = "XYZ624"
    title = "Two VPCs overlap"
    why = "They cannot be peered, nor reach each other over a transit gateway or VPN; a VPC keeps its first range."
    source = "https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-limitations"
    severity = Severity.WARNING
    bad = GOOD
    good = GOOD.replace("10.0.", "10.1.")
    files: ClassVar[Mapping[str, str]] = {
        "other/main.tf": 'module "vpc" {\n  source     = "../modules/vpc"\n  cidr_block = "10.0.128.0/17" # here\n}\n',
        "modules/vpc/main.tf": """\
variable "cidr_block" {
  type = string
}

resource "aws_vpc" "this" {
  cidr_block = var.cidr_block
}

resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "ALL"
  log_destination = "arn:aws:s3:::shop-flow-logs"
}
""",
    }

    def project(self, stacks: Sequence[Stack]) -> Iterator[Finding]:
        """See `Rule`."""
        seen: list[tuple[Ranged, str]] = []
        for stack in sorted(stacks, key=lambda each: each.configuration.folder):
            folder = stack.configuration.folder
            if APART & set(folder.split("/")):
                continue
            for vpc in ranged(stack, "aws_vpc"):
                others = [each for each in seen if each[0].network.overlaps(vpc.network)]
                if others:
                    other, where = others[0]
                    message = f"{vpc.network} overlaps {other.network} of {where or '.'} at {other.place}"
                    if len(others) > 1:
                        message += f", and {len(others) - 1} more"
                    hint = "give each VPC addresses of its own"
                    yield self.finding(vpc.place, message, hint, address=vpc.resource.address)
                seen.append((vpc, folder))


class PublicAddresses(Rule):
    """A VPC with addresses that are someone else's on the internet."""

    id = "XYZ625"
    title = "A VPC has public addresses"
    why = "Whoever owns them on the internet cannot be reached from within the VPC."
    source = VPCS
    severity = Severity.WARNING
    bad = GOOD.replace('"10.0.0.0/16"', '"11.0.0.0/16" # here').replace("10.0.", "11.0.")
    good = GOOD

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for vpc in ranged(stack, "aws_vpc"):
            if not any(vpc.network.subnet_of(each) for each in NOT_PUBLIC):
                message = f"{vpc.network} are public addresses"
                hint = "take a range within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"
                yield self.finding(vpc.place, message, hint, address=vpc.resource.address)
