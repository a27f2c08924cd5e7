"""The cache against ElastiCache's facts, and its shape."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from xyztf.checks.fault import Fault
from xyztf.environment.model import Environment
from xyztf.facts import elasticache, redis, regions

MOST_NODES = 500
"""Nodes of a cluster: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html"""


def cache_facts(env: Environment) -> Iterator[Fault]:
    """Engine version and node type must be ones that ElastiCache creates today."""
    if not (cache := env.cache):
        return
    if cache.version and (refusal := elasticache.why_not(cache.engine, cache.version)):
        yield Fault.of(("cache", "version"), refusal)
    if not elasticache.runs_on(cache.node_type):
        near = difflib.get_close_matches(cache.node_type, elasticache.node_types(), n=1)
        hint = f"did you mean {near[0]}?" if near else None
        yield Fault(("cache", "node_type"), f"ElastiCache has no node type {cache.node_type}", hint)
        return
    without = [
        one for one in env.cache_regions if one in regions.codes() and not elasticache.runs_on(cache.node_type, one)
    ]
    if without:
        message = f"{', '.join(without)} has no {cache.node_type}"
        yield Fault(("cache", "node_type"), message, "name a type that all regions have, or set cache.regions")


def cache_shape(env: Environment) -> Iterator[Fault]:
    """Failover needs a second node, more shards than one need cluster mode."""
    if not (cache := env.cache):
        return
    if cache.multi_az and cache.nodes < elasticache.nodes_for_failover():
        yield Fault(
            ("cache", "nodes"),
            f"a Multi-AZ cache needs a node to fail over to, and nodes is {cache.nodes}",
            "write nodes: 2 or more, or multi_az: false",
        )
    if cache.shards > 1 and not cache.cluster_mode:
        yield Fault(("cache", "shards"), f"{cache.shards} shards need cluster_mode", "add cluster_mode: true")
    if cache.shards * cache.nodes > MOST_NODES:
        total = cache.shards * cache.nodes
        yield Fault(("cache", "shards"), f"{total} nodes in one cluster: ElastiCache takes at most {MOST_NODES}")


def cache_parameters(env: Environment) -> Iterator[Fault]:
    """Values must be ones that the parameter takes, as far as they are known."""
    for name, value in (env.cache.parameters if env.cache else {}).items():
        known = redis.parameter(name)
        text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        if name == "cluster-enabled":
            message = "cluster mode is not a parameter here"
            yield Fault(("cache", "parameters", name), message, "write cluster_mode: true", key=True)
        elif known and not known.takes(text):
            expected = ", ".join(known.allowed) or f"{known.type} {known.lowest or 0} to {known.highest or 'any'}"
            yield Fault(("cache", "parameters", name), f"{name} does not take {text}", f"expected {expected}")
