"""Zones and subnets."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

import pytest

from xyztf.stacks.addresses import (
    SMALLEST_SUBNET,
    TIERS,
    addresses,
    default_zones,
    has_public_subnets,
    interface_endpoints,
)

ZONES = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"]


@pytest.mark.parametrize("zones", [2, 3, 4])
@pytest.mark.parametrize("prefix", range(16, 25))
@pytest.mark.parametrize("base", ["10.0.0.0", "192.168.255.0"])
def test_cut_ranges_lie_inside_and_apart(environment, base, prefix, zones):
    whole = IPv4Network(f"{base}/{prefix}", strict=False)
    region = {"cidr": str(whole), "availability_zones": ZONES[:zones]}
    plan = addresses(environment(regions={"us-east-1": region}, network={"nat": "single"}), "us-east-1")
    assert plan.zones == tuple(ZONES[:zones])
    cut = [IPv4Network(text) for tier in TIERS for text in getattr(plan, tier).values()]
    assert len(cut) == zones * len(TIERS)
    assert all(list(getattr(plan, tier)) == ZONES[:zones] for tier in TIERS)
    assert all(subnet.subnet_of(whole) and subnet.prefixlen <= SMALLEST_SUBNET for subnet in cut)
    assert not any(one.overlaps(other) for one, other in combinations(cut, 2))


def test_a_16_is_cut_into_24s_and_number_0_stays_free(environment):
    plan = addresses(environment(network={"public_subnets": True}), "us-east-1")
    assert plan.cidr == "10.0.0.0/16"
    assert plan.database == {"us-east-1a": "10.0.1.0/24", "us-east-1b": "10.0.2.0/24"}
    assert plan.cache == {"us-east-1a": "10.0.3.0/24", "us-east-1b": "10.0.4.0/24"}
    assert plan.application == {"us-east-1a": "10.0.5.0/24", "us-east-1b": "10.0.6.0/24"}
    assert plan.public == {"us-east-1a": "10.0.7.0/24", "us-east-1b": "10.0.8.0/24"}


def test_without_public_subnets_the_other_ranges_stay_the_same(environment):
    with_public = addresses(environment(network={"nat": "single"}), "us-east-1")
    without = addresses(environment(), "us-east-1")
    assert without.public == {}
    assert (without.database, without.application) == (with_public.database, with_public.application)


def test_ranges_written_by_hand(environment):
    own = {tier: [f"10.0.{10 * number}.0/24", f"10.0.{10 * number + 1}.0/24"] for number, tier in enumerate(TIERS)}
    env = environment(regions={"us-east-1": {"cidr": "10.0.0.0/16", "subnets": own}})
    plan = addresses(env, "us-east-1")
    assert plan.cache == {"us-east-1a": "10.0.10.0/24", "us-east-1b": "10.0.11.0/24"}
    assert plan.public == {}


def test_default_zones_are_ones_that_the_region_has():
    assert default_zones("us-west-2") == ("us-west-2a", "us-west-2b")
    assert default_zones("ap-northeast-1") == ("ap-northeast-1a", "ap-northeast-1c")
    assert default_zones("xx-nowhere-9") == ("xx-nowhere-9a", "xx-nowhere-9b")


@pytest.mark.parametrize(
    ("network", "public"),
    [({}, False), ({"nat": "single"}, True), ({"nat": "per_zone"}, True), ({"public_subnets": True}, True)],
)
def test_public_subnets_are_there_for_nat_or_when_asked_for(environment, network, public):
    assert has_public_subnets(environment(network=network)) == public


TABLE = {"partition_key": {"name": "Id"}, "stream": "NEW_AND_OLD_IMAGES"}


@pytest.mark.parametrize(
    ("parts", "region", "endpoints"),
    [
        ({}, "us-east-1", ["secretsmanager"]),
        ({"tables": {"t": TABLE}}, "us-east-1", ["secretsmanager"]),
        ({"tables": {"t": {**TABLE, "processor": {}}}}, "us-east-1", ["secretsmanager", "sqs"]),
        (
            {"tables": {"t": TABLE}, "streams": {"s": {"processor": {"table": "t"}}}},
            "us-east-1",
            ["secretsmanager", "sqs"],
        ),
        ({"tables": {"t": {**TABLE, "processor": {}}}}, "us-west-2", ["secretsmanager"]),
        ({"tables": {"t": {**TABLE, "processor": {}}}, "network": {"nat": "single"}}, "us-east-1", ["secretsmanager"]),
        (
            {"tables": {"t": {**TABLE, "processor": {}}}, "network": {"interface_endpoints": ["sqs", "kms"]}},
            "us-east-1",
            ["kms", "sqs"],
        ),
    ],
)
def test_processors_in_closed_subnets_reach_their_queues(environment, parts, region, endpoints):
    assert interface_endpoints(environment(**parts), region) == endpoints
