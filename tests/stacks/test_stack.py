"""Which stacks there are, what each calls, in which order; parameter groups and nodes."""

from __future__ import annotations

import pytest

from xyztf.facts import elasticache
from xyztf.stacks.caches import cache_node_ids, cache_version
from xyztf.stacks.parameters import DATABASE_PARAMETERS, cache_parameters, database_parameters
from xyztf.stacks.registry import MODULES
from xyztf.stacks.stack import GLOBAL, calls, modules, stacks

WHOLE = {
    "database": {"replicas": {"us-west-2": {}}},
    "cache": {"regions": ["us-west-2"]},
    "tables": {"t": {"partition_key": {"name": "Id"}}},
    "modules": {"my-audit": {"regions": ["us-east-1"]}, "everywhere": {}},
}


def test_the_global_stack_comes_first_then_the_primary_region(environment):
    found = stacks(environment(**WHOLE))
    assert [(stack.name, stack.kind, stack.region) for stack in found] == [
        (GLOBAL, "global", "us-east-1"),
        ("us-east-1", "region", "us-east-1"),
        ("us-west-2", "region", "us-west-2"),
    ]
    assert [stack.depends_on for stack in found] == [(), (GLOBAL,), (GLOBAL, "us-east-1")]
    done: set[str] = set()
    for stack in found:
        assert set(stack.depends_on) <= done
        done.add(stack.name)


def test_what_each_region_calls(environment):
    env = environment(**WHOLE)
    assert [call.name for call in calls(env, "us-east-1")] == [
        "vpc",
        "rds-primary",
        "kinesis-dynamo",
        "monitoring",
        "my-audit",
        "everywhere",
    ]
    assert [call.name for call in calls(env, "us-west-2")] == [
        "vpc",
        "rds-replica",
        "elasticache",
        "monitoring",
        "everywhere",
    ]
    ours = {module.name for module in MODULES}
    assert all((call.project is None) == (call.name in ours) for call in modules(env))


def test_every_module_is_named_once_with_a_label_for_terraform(environment):
    found = modules(environment(**WHOLE))
    names = [call.name for call in found]
    assert len(names) == len(set(names)) == len(MODULES) + 2
    assert "my_audit" in [call.label for call in found]


def test_an_environment_without_database_cache_and_streams(environment):
    env = environment()
    assert [call.name for call in calls(env, "us-east-1")] == ["vpc", "monitoring"]


def test_streams_alone_call_for_their_module(environment):
    assert "kinesis-dynamo" in [call.name for call in calls(environment(streams={"s": {}}), "us-east-1")]


def test_parameters_of_the_database(environment):
    own = {"max_connections": 1000, "long_query_time": 0.5, "local_infile": False, "innodb_read_io_threads": 8}
    found = {one.name: one for one in database_parameters(environment(database={"parameters": own}))}
    assert list(found) == sorted({*DATABASE_PARAMETERS, *own})
    assert found["require_secure_transport"].value == "1"
    assert found["max_connections"].value == "1000"
    assert found["long_query_time"].value == "0.5"
    assert found["local_infile"].value == "0"
    assert found["max_connections"].apply_method == "immediate"
    assert found["innodb_read_io_threads"].apply_method == "pending-reboot"


def test_parameters_of_the_cache(environment):
    found = cache_parameters(environment(cache={"parameters": {"timeout": 300, "activedefrag": True}}))
    assert [(one.name, one.value) for one in found] == [("activedefrag", "yes"), ("timeout", "300")]
    found = cache_parameters(environment(cache={"cluster_mode": True}))
    assert [(one.name, one.value) for one in found] == [("cluster-enabled", "yes")]


@pytest.mark.parametrize(
    ("cache", "nodes"),
    [
        ({"nodes": 2}, ["001", "002"]),
        ({"nodes": 1, "cluster_mode": True}, ["0001-001"]),
        ({"nodes": 2, "cluster_mode": True, "shards": 2}, ["0001-001", "0001-002", "0002-001", "0002-002"]),
    ],
)
def test_ids_of_the_nodes(environment, cache, nodes):
    assert cache_node_ids(environment(cache=cache)) == [f"xyz-corp-prod-cache-{node}" for node in nodes]


def test_no_cache_has_no_nodes(environment):
    assert cache_node_ids(environment()) == []


def test_the_version_of_the_cache(environment):
    assert cache_version(environment(cache={"version": "7.2"})) == "7.2"
    assert cache_version(environment(cache={"engine": "redis"})) == "7.1"
    assert cache_version(environment(cache={})) == elasticache.newest_creatable("valkey")
