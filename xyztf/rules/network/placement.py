"""Where databases stand: in which subnets, with which way to the internet, in how many zones."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.resource import Resource
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.network.addresses import GOOD
from xyztf.rules.network.following import follow, follow_expression, plainly_there
from xyztf.rules.network.targets import Target, certain, itself, resources_of
from xyztf.rules.rule import Rule, Stack

RDS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"
GROUPS = {
    "aws_db_subnet_group": "databases",
    "aws_docdb_subnet_group": "databases",
    "aws_neptune_subnet_group": "databases",
    "aws_elasticache_subnet_group": "caches",
    "aws_memorydb_subnet_group": "caches",
    "aws_dax_subnet_group": "caches",
    "aws_redshift_subnet_group": "data warehouses",
    "aws_dms_replication_subnet_group": "replication instances",
}
"""Subnet groups, and what stands in them."""
TWO_ZONES = frozenset(
    {
        "aws_db_subnet_group",
        "aws_docdb_subnet_group",
        "aws_neptune_subnet_group",
        "aws_dms_replication_subnet_group",
    }
)
"""Groups that AWS refuses with subnets of one zone: DBSubnetGroupDoesNotCoverEnoughAZs."""
HELD_BY_TWO = frozenset({"aws_elasticache_subnet_group", "aws_memorydb_subnet_group", "aws_dax_subnet_group"})
"""Groups that AWS takes, and in which nothing outlives its zone. A Redshift cluster stands in one zone as a rule."""
GROUP = """
resource "aws_db_subnet_group" "this" {
  name       = "shop"
  subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
}
"""


class DatabaseInPublicSubnet(Rule):
    """A subnet group with a subnet that the internet can reach."""

    id = "XYZ631"
    title = "A database stands in a public subnet"
    why = "One wrong argument or rule is then enough to put it on the internet; in a private subnet there is no way in."
    source = RDS
    severity = Severity.WARNING
    bad = (
        GOOD
        + GROUP.replace(
            "  subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]", "  subnet_ids = aws_subnet.public[*].id # here"
        )
        + """
resource "aws_subnet" "public" {
  count = 2

  vpc_id                  = aws_vpc.this.id
  availability_zone       = var.zones[count.index]
  cidr_block              = cidrsubnet("10.0.0.0/16", 8, count.index + 8)
  map_public_ip_on_launch = true
}
"""
    )
    good = GOOD + GROUP

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        groups = list(stack.configuration.of_type(*GROUPS))
        if not groups:
            return
        public = _open_tables(stack)
        routed = [
            target
            for each in stack.configuration.of_type("aws_route_table_association")
            if plainly_there(each)
            and any(table.meets(other) for table in follow(each, "route_table_id").targets for other in public)
            for target in follow(each, "subnet_id").targets
        ]
        for group in groups:
            for target in follow(group, "subnet_ids").targets:
                why = self._public(stack, target, routed)
                if why is not None:
                    subnet, reason = why
                    message = f"{GROUPS[group.type]} stand in {subnet}, {reason}"
                    hint = "give the group subnets that have no route to an internet gateway"
                    yield self.finding(group.at("subnet_ids"), message, hint, address=group.address)
                    break

    def _public(self, stack: Stack, target: Target, routed: list[Target]) -> tuple[str, str] | None:
        """A subnet that is public, and how. Where it may be one of several, all must be."""
        subnets = [each for each in resources_of(stack.configuration, [target]) if each.type == "aws_subnet"]
        reasons = [(each.address, _reason(each, routed)) for each in subnets]
        plain = [(address, reason) for address, reason in reasons if reason is not None]
        if not plain or (target.key is UNKNOWN and len(plain) < len(reasons)):
            return None
        return plain[0]


def _reason(subnet: Resource, routed: list[Target]) -> str | None:
    if subnet.values.get("map_public_ip_on_launch") is True:
        return "which gives out public addresses"
    own = itself(subnet)
    if any(target.meets(own) for target in routed):
        return "which has a route to an internet gateway"
    return None


def _open_tables(stack: Stack) -> list[Target]:
    """The route tables with a route to an internet gateway."""
    found: list[Target] = []
    for route in stack.configuration.of_type("aws_route"):
        if plainly_there(route) and any(
            target.name.startswith("aws_internet_gateway.") for target in follow(route, "gateway_id").targets
        ):
            found += follow(route, "route_table_id").targets
    for table in stack.configuration.of_type("aws_route_table"):
        for block in table.body.of_type("route"):
            gateway = block.body.attributes.get("gateway_id")
            targets = follow_expression(table, gateway.value).targets if gateway else ()
            if any(target.name.startswith("aws_internet_gateway.") for target in targets):
                found.append(itself(table))
    return found


class OneZone(Rule):
    """A subnet group whose subnets are all in one zone."""

    id = "XYZ632"
    title = "A subnet group of one zone"
    why = "RDS refuses a group that does not cover two zones; a cache in one does not outlive it."
    source = RDS
    bad = (GOOD + GROUP).replace("eu-west-1b", "eu-west-1a").replace("b.id]", "b.id] # here")
    good = GOOD + GROUP

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for group in stack.configuration.of_type(*TWO_ZONES, *HELD_BY_TWO):
            followed = follow(group, "subnet_ids")
            subnets = list(resources_of(stack.configuration, followed.targets))
            if not followed.complete or not subnets or not certain(group) or not all(map(certain, subnets)):
                continue
            zones = {zone if isinstance(zone, str) else UNKNOWN for zone in map(_zone, subnets)}
            if len(subnets) > 1 and (len(zones) > 1 or UNKNOWN in zones):
                continue
            zone = next(iter(zones))
            where = "" if zone is UNKNOWN else f", {zone}"
            message = f"its {'only subnet is' if len(subnets) == 1 else 'subnets are all'} in one zone{where}"
            hint = "add a subnet of another zone"
            severity = Severity.ERROR if group.type in TWO_ZONES else Severity.WARNING
            yield self.finding(group.at("subnet_ids"), message, hint, address=group.address, severity=severity)


def _zone(subnet: Resource) -> object:
    values = subnet.values
    return values.get("availability_zone", values.get("availability_zone_id"))
