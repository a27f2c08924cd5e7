"""A region's zones and the address ranges of its subnets."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from xyztf.environment.model import Environment
from xyztf.facts import regions

TIERS = ("database", "cache", "application", "public")
"""In the order in which ranges are cut from the region's."""
SMALLEST_SUBNET = 28
"""Source: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"""


@dataclass(frozen=True, slots=True)
class Addresses:
    """A region's ranges: per tier, a map of zone to CIDR in the order of the zones."""

    cidr: str
    zones: tuple[str, ...]
    database: dict[str, str]
    cache: dict[str, str]
    application: dict[str, str]
    public: dict[str, str]


def default_zones(region: str) -> tuple[str, ...]:
    """The region's first two zones; for a region that xyztf does not know, those called a and b."""
    known = regions.region(region)
    return known.zones[:2] if known and known.zones else (f"{region}a", f"{region}b")


def has_public_subnets(env: Environment) -> bool:
    """Whether the environment's VPCs have subnets with a route to the internet."""
    return env.network.public_subnets or env.network.nat != "none"


def addresses(env: Environment, region: str) -> Addresses:
    """The address plan of `region`, as the environment gives it or cut from the region's range.

    Cut ranges are numbered from 1 in the order of the tiers and, within one, of the zones: with two zones of a /16
    the databases get .1.0/24 and .2.0/24, the caches .3.0/24 and .4.0/24, and so on. Only where a range is just enough
    for its zones (four in a /24) do they start at its first address.
    """
    network = env.regions[region]
    zones = tuple(network.availability_zones or default_zones(region))
    if network.subnets:
        ranges = {tier: getattr(network.subnets, tier) for tier in TIERS}
    else:
        ranges = _cut(network.cidr, len(zones))
    if not has_public_subnets(env):
        ranges["public"] = []
    by_zone = {tier: dict(zip(zones, ranges[tier], strict=False)) for tier in TIERS}
    return Addresses(cidr=network.cidr, zones=zones, **by_zone)


def _cut(cidr: str, zones: int) -> dict[str, list[str]]:
    whole = IPv4Network(cidr)
    wanted = zones * len(TIERS)
    # A /16 is cut into /24s. Below a /28 there are no subnets, and with four zones a /24 is just enough.
    bits = 8 if whole.prefixlen <= 16 else min(wanted.bit_length(), SMALLEST_SUBNET - whole.prefixlen)
    subnets = whole.subnets(prefixlen_diff=bits)
    if wanted < 1 << bits:
        next(subnets)  # number 0 stays free
    return {tier: [str(next(subnets)) for _ in range(zones)] for tier in TIERS}


def interface_endpoints(env: Environment, region: str) -> list[str]:
    """The services that need an interface endpoint in `region`: what the environment asks for and what ours need.

    The functions reach their dead-letter queues from closed subnets, so SQS joins where there is a processor and no
    NAT gateway.
    """
    wanted = list(env.network.interface_endpoints)
    processed = any(stream.processor for stream in env.streams.values())
    processed = processed or any(table.processor for table in env.tables.values())
    if processed and region == env.primary_region and env.network.nat == "none" and "sqs" not in wanted:
        wanted.append("sqs")
    return sorted(wanted)
