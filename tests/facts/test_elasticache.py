from __future__ import annotations

from datetime import date

import pytest

from xyztf.facts import elasticache, redis


@pytest.mark.parametrize(
    ("engine", "version", "family"),
    [
        ("valkey", "7.2", "valkey7"),
        ("valkey", "8.2", "valkey8"),
        ("valkey", "9.1", "valkey9"),
        ("redis", "5.0.6", "redis5.0"),
        ("redis", "6.2", "redis6.x"),
        ("redis", "7.1", "redis7"),
    ],
)
def test_families(engine: str, version: str, family: str) -> None:
    assert elasticache.creatable(engine, version)
    assert elasticache.why_not(engine, version) is None
    assert elasticache.family(engine, version) == family


@pytest.mark.parametrize("engine", elasticache.engines())
def test_every_creatable_version_has_a_family(engine: str) -> None:
    assert elasticache.family(engine, elasticache.newest_creatable(engine))


@pytest.mark.parametrize(
    ("engine", "version", "reason", "way_out"),
    [
        ("redis", "7.2", "stops at 7.1", "valkey"),
        ("redis", "8", "stops at 7.1", "valkey"),
        ("redis", "7.1.0", "no patch number", "7.1"),
        ("redis", "7.x", "does not know", "7.1"),
        ("valkey", "8.9", "does not know", "9.1"),
        ("memcached", "1.6", "no cache engine", "valkey"),
    ],
)
def test_refusals(engine: str, version: str, reason: str, way_out: str) -> None:
    refusal = elasticache.why_not(engine, version)
    assert refusal is not None
    assert reason in refusal.reason
    assert way_out in refusal.way_out


def test_support() -> None:
    assert elasticache.standard_support_ended("redis", "5.0.6") == date(2026, 1, 31)
    assert elasticache.standard_support_ended("valkey", "8.2") is None


def test_node_types() -> None:
    assert elasticache.runs_on("cache.t4g.micro", "us-west-2")
    assert not elasticache.runs_on("cache.t9.huge")
    assert elasticache.data_tiering("cache.r6gd.xlarge") and not elasticache.data_tiering("cache.r6g.xlarge")
    assert elasticache.burstable("cache.t3.micro")
    assert elasticache.nodes_for_failover() == 2
    assert elasticache.node_range() == (1, 6)
    assert elasticache.cluster_parameters() == {"cluster-enabled": "yes"}


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("maxmemory-policy", "allkeys-lru", True),
        ("maxmemory-policy", "lru", False),
        ("timeout", "300", True),
        ("timeout", "5m", False),
        ("active-defrag-cycle-max", "76", False),
        ("repl-backlog-size", "1", False),
        ("notify-keyspace-events", "AKE", True),
    ],
)
def test_parameter_values(name: str, value: str, taken: bool) -> None:
    parameter = redis.parameter(name)
    assert parameter is not None
    assert parameter.takes(value) is taken


def test_the_seeds_redis_conf() -> None:
    assert all(redis.refused(name) is None for name in ("maxmemory-policy", "timeout", "tcp-keepalive"))
    save, maxmemory = redis.refused("save"), redis.refused("maxmemory")
    assert save is not None and "snapshot" in save.way_out
    assert maxmemory is not None and "node type" in maxmemory.way_out


def test_renamed_parameters_lead_to_known_ones() -> None:
    renamed = redis.superseded("close-on-slave-write")
    assert renamed is not None
    assert (renamed.action, renamed.becomes) == ("translate", "close-on-replica-write")
    assert renamed.becomes in redis.known()
    assert redis.refused("close-on-slave-write") is None


def test_nothing_is_both_known_and_gone() -> None:
    assert all(redis.superseded(name) is None for name in redis.known())
