"""ElastiCache for Valkey and Redis OSS: which versions, families and node types there are."""

from __future__ import annotations

from datetime import date

from xyztf.facts.answers import Refusal
from xyztf.facts.tables import table
from xyztf.facts.versions import newest


def engines() -> tuple[str, ...]:
    """The engines: `redis` and `valkey`."""
    return tuple(table("cache_versions")["creatable"])


def creatable(engine: str, version: str) -> bool:
    """Whether a replication group can be created with this engine and version (`8.2`)."""
    return version in table("cache_versions")["creatable"].get(engine, ())


def newest_creatable(engine: str) -> str:
    """The newest version of an engine. KeyError for an unknown engine."""
    return newest(table("cache_versions")["creatable"][engine])


def why_not(engine: str, version: str) -> Refusal | None:
    """Why no replication group can be created with this engine and version, and what to write. None when one can."""
    facts = table("cache_versions")
    if engine not in facts["creatable"]:
        return Refusal(f"there is no cache engine {engine}", f"write one of {', '.join(engines())}", facts["source"])
    if creatable(engine, version):
        return None
    own = newest_creatable(engine)
    short = ".".join(version.split(".")[:2])
    if creatable(engine, short):
        return Refusal(f"ElastiCache takes no patch number: {version}", f"write {short}", facts["source"])
    last = table("elasticache")["last_redis"]
    if engine == "redis" and newest([version + ".0", last["version"]]) != last["version"]:
        successor = last["successor"]
        return Refusal(
            f"Redis OSS stops at {last['version']} on ElastiCache",
            f"write engine {successor}, version {newest_creatable(successor)}",
            last["source"],
        )
    return Refusal(f"ElastiCache does not know {engine} {version}", f"write {own}", facts["source"])


def standard_support_ended(engine: str, version: str) -> date | None:
    """The day standard support of a version ended, when it has."""
    ended = table("elasticache")["left_standard_support"].get(engine, {}).get(version.split(".")[0])
    return date.fromisoformat(ended) if ended else None


def family(engine: str, version: str) -> str:
    """The parameter group family: valkey 8.2 -> `valkey8`, redis 6.2 -> `redis6.x`. KeyError for an unknown one."""
    name: str = table("elasticache")["engines"]["families"][engine][version.split(".")[0]]
    return name


def node_types() -> tuple[str, ...]:
    """The node types there are in some region."""
    return tuple(table("cache_node_types")["types"])


def runs_on(node_type: str, region: str | None = None) -> bool:
    """Whether the node type exists, at all or in that region (there by its family: `t4g`)."""
    facts = table("cache_node_types")
    if node_type not in facts["types"]:
        return False
    return region is None or node_type.split(".")[1] in facts["families"].get(region, ())


def burstable(node_type: str) -> bool:
    """Whether the node type lives on CPU credits."""
    return node_type.startswith("cache.t")


def data_tiering(node_type: str) -> bool:
    """Whether the node type tiers data to its disk. It then must be turned on, and on others must not."""
    return node_type.split(".")[1] in table("elasticache")["limits"]["data_tiering_families"]


def nodes_for_failover() -> int:
    """The least number of nodes with which a shard can fail over."""
    return int(table("elasticache")["limits"]["nodes_for_failover"])


def node_range() -> tuple[int, int]:
    """The least and the most nodes of a shard: the primary and up to five replicas."""
    nodes = table("elasticache")["limits"]["nodes"]
    return nodes["min"], nodes["max"]


def cluster_parameters() -> dict[str, str]:
    """What a parameter group must say for cluster mode."""
    return dict(table("elasticache")["limits"]["cluster_parameter"])
