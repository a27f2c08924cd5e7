"""What follows from the cache's shape."""

from __future__ import annotations

from xyztf.environment.model import Environment
from xyztf.facts import elasticache
from xyztf.stacks.names import Names


def cache_version(env: Environment) -> str:
    """The engine's version: the environment's, or the newest that can be created."""
    assert env.cache is not None
    return env.cache.version or elasticache.newest_creatable(env.cache.engine)


def cache_node_ids(env: Environment) -> list[str]:
    """The ids that ElastiCache gives to the nodes; metrics come per node.

    Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.html (name-001 without cluster mode,
    name-0001-001 with it).
    """
    if env.cache is None:
        return []
    name = Names.of(env).cache
    nodes = range(1, env.cache.nodes + 1)
    if not env.cache.cluster_mode:
        return [f"{name}-{node:03}" for node in nodes]
    return [f"{name}-{shard:04}-{node:03}" for shard in range(1, env.cache.shards + 1) for node in nodes]
