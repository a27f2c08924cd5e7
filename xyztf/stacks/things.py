"""What an environment has that is watched, and the quantities that thresholds are shares of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xyztf.environment.model import Environment
from xyztf.environment.model.streaming import Processor
from xyztf.facts import elasticache, rds
from xyztf.facts.alarms import Condition, Kind
from xyztf.stacks.caches import cache_node_ids
from xyztf.stacks.names import Names

MEBIBYTE = 1024**2
GIBIBYTE = 1024**3

DEAD_LETTER_RETENTION_SECONDS = 14 * 24 * 3600
"""How long a dead-letter queue keeps a message: as long as SQS allows."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is watched. Its metrics carry `name`.

    `quantities` are those that the catalogue's computed thresholds name, in the unit of the metric; `meets` are the
    catalogue's conditions that hold.
    """

    kind: Kind
    name: str
    region: str
    quantities: Mapping[str, float] = field(default_factory=dict)
    meets: frozenset[Condition] = frozenset()


def things(env: Environment) -> list[Thing]:
    """Everything that is watched, in all regions."""
    return [*_databases(env), *_caches(env), *_streaming(env)]


def names_of(env: Environment, kind: Kind, region: str | None = None) -> list[str]:
    """The names of the things of `kind`, in one region or in all."""
    found = (thing.name for thing in things(env) if thing.kind == kind and region in (None, thing.region))
    return list(dict.fromkeys(found))


def _databases(env: Environment) -> list[Thing]:
    database, names = env.database, Names.of(env)
    if database is None:
        return []
    found = [_database(env, "database", names.database, env.primary_region, database.instance_class)]
    for region, replica in database.replicas.items():
        kind: Kind = "database" if replica.role == "promoted" else "replica"
        found.append(_database(env, kind, names.replica(region), region, database.replica_class(region)))
    return found


def _database(env: Environment, kind: Kind, name: str, region: str, instance_class: str) -> Thing:
    assert env.database is not None
    quantities: dict[str, float] = {"storage": env.database.storage.size_gb * GIBIBYTE}
    if rds.runs_on(instance_class):
        quantities["memory"] = rds.memory_mib(instance_class) * MEBIBYTE
        quantities["vcpus"] = rds.vcpus(instance_class)
        quantities["max_connections"] = _max_connections(env, instance_class)
    conditions: dict[Condition, bool] = {
        "burstable": rds.burstable(instance_class),
        "gp2": env.database.storage.type == "gp2",
        "insights": rds.insights_available(instance_class),
    }
    return Thing(kind, name, region, quantities, frozenset(met for met, holds in conditions.items() if holds))


def _max_connections(env: Environment, instance_class: str) -> int:
    """The number that the environment sets; RDS's own where it sets none or a formula."""
    assert env.database is not None
    wanted = str(env.database.parameters.get("max_connections", ""))
    return int(wanted) if wanted.isdecimal() else rds.default_max_connections(instance_class)


def _caches(env: Environment) -> list[Thing]:
    if env.cache is None:
        return []
    meets: frozenset[Condition] = frozenset({"burstable"} if elasticache.burstable(env.cache.node_type) else ())
    return [Thing("cache", node, region, meets=meets) for region in env.cache_regions for node in cache_node_ids(env)]


def _streaming(env: Environment) -> list[Thing]:
    names, region = Names.of(env), env.primary_region
    found: list[Thing] = []
    for name, stream in env.streams.items():
        retention = stream.retention_hours * 3600 * 1000
        found.append(Thing("stream", names.thing(name), region, {"retention": retention}))
    found += [Thing("table", names.thing(name), region) for name in env.tables]
    processors: list[tuple[str, Processor | None]] = [(name, stream.processor) for name, stream in env.streams.items()]
    processors += [(name, table.processor) for name, table in env.tables.items()]
    for name, processor in processors:
        if processor:
            found += _processor(names, name, region, processor)
    return found


def _processor(names: Names, name: str, region: str, processor: Processor) -> list[Thing]:
    timeout = {"timeout": processor.timeout_seconds * 1000}
    retention = {"retention": DEAD_LETTER_RETENTION_SECONDS}
    return [
        Thing("function", names.processor(name), region, timeout, frozenset({"stream"})),
        Thing("queue", names.dead_letters(name), region, retention),
    ]
