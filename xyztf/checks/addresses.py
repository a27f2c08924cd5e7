"""Address ranges: no two overlap, each holds what is cut from it, zones belong to their region."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations

from xyztf.checks.fault import Fault
from xyztf.environment.model import Environment
from xyztf.environment.model.network import RegionNetwork
from xyztf.environment.provenance import Path
from xyztf.facts import regions
from xyztf.stacks.addresses import SMALLEST_SUBNET, TIERS, default_zones, has_public_subnets

SOURCE = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"
LARGEST, SMALLEST = 16, 24
"""Prefix lengths of a VPC here: AWS takes /16 to /28, and tiers by zones do not fit into less than a /24."""
RESERVED = ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")


def overlapping_regions(env: Environment) -> Iterator[Fault]:
    """Regions of one environment may have to be peered, and then must not share addresses."""
    for (one, first), (other, second) in combinations(env.regions.items(), 2):
        if IPv4Network(first.cidr).overlaps(IPv4Network(second.cidr)):
            yield Fault(
                ("regions", other, "cidr"),
                f"{second.cidr} of {other} overlaps {first.cidr} of {one}",
                "give each region a range of its own, such as 10.0.0.0/16 and 10.1.0.0/16",
            )


def ranges_that_fit(env: Environment) -> Iterator[Fault]:
    """A VPC's range is /16 to /24."""
    for region, network in env.regions.items():
        length = IPv4Network(network.cidr).prefixlen
        if not LARGEST <= length <= SMALLEST:
            yield Fault(
                ("regions", region, "cidr"),
                f"{network.cidr} cannot be the range of a VPC here: expected /{LARGEST} to /{SMALLEST}",
                f"source: {SOURCE}",
            )
        if any(IPv4Network(network.cidr).overlaps(IPv4Network(reserved)) for reserved in RESERVED):
            yield Fault(
                ("regions", region, "cidr"),
                f"{network.cidr} cannot be the range of a VPC: it has addresses with a meaning of their own",
                f"take one from 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (source: {SOURCE})",
            )


def zones_of_the_region(env: Environment) -> Iterator[Fault]:
    """Zones must be the region's, as far as they are known, and each named once."""
    for region, network in env.regions.items():
        known = regions.region(region)
        for index, zone in enumerate(network.availability_zones or []):
            path: Path = ("regions", region, "availability_zones", index)
            if zone[:-1] != region:
                yield Fault(path, f"{zone} is not a zone of {region}")
            elif known and known.zones and zone not in known.zones and not known.zones_by_account:
                yield Fault(path, f"{region} has no zone {zone}", f"known: {', '.join(known.zones)}")
            elif zone in (network.availability_zones or [])[:index]:
                yield Fault(path, f"{zone} is named twice")


def own_subnets(env: Environment) -> Iterator[Fault]:
    """Subnets written by hand: one per zone and tier, inside the region's range, none over another."""
    for region, network in env.regions.items():
        if network.subnets:
            yield from _counts(region, network, env)
            yield from _places(region, network)


def _counts(region: str, network: RegionNetwork, env: Environment) -> Iterator[Fault]:
    zones = len(network.availability_zones or default_zones(region))
    public_wanted = has_public_subnets(env)
    for tier in TIERS:
        ranges = getattr(network.subnets, tier)
        wanted = zones if tier != "public" or public_wanted else len(ranges)
        if len(ranges) != wanted:
            yield Fault(
                ("regions", region, "subnets", tier),
                f"{len(ranges)} {tier} ranges for {zones} zones",
                "write one range for each zone, in the order of the zones",
            )


def _places(region: str, network: RegionNetwork) -> Iterator[Fault]:
    whole = IPv4Network(network.cidr)
    seen: list[IPv4Network] = []
    for tier in TIERS:
        for index, text in enumerate(getattr(network.subnets, tier)):
            subnet, path = IPv4Network(text), ("regions", region, "subnets", tier, index)
            if not subnet.subnet_of(whole):
                yield Fault(path, f"{text} is not inside {network.cidr}, the range of {region}")
            elif subnet.prefixlen > SMALLEST_SUBNET:
                yield Fault(path, f"{text} is too small: a subnet has at least a /{SMALLEST_SUBNET}")
            yield from (
                Fault(path, f"{text} overlaps {other} of the same region") for other in seen if subnet.overlaps(other)
            )
            seen.append(subnet)
