"""Each check: what it finds, where, in which words; and that it finds it alone."""

from __future__ import annotations

import pytest

from xyztf.checks import CHECKS, faults
from xyztf.environment.model import Environment

OWN_SUBNETS = {
    "database": ["10.0.1.0/24", "10.0.2.0/24"],
    "cache": ["10.0.3.0/24", "10.0.4.0/24"],
    "application": ["10.0.5.0/24", "10.0.6.0/24"],
}
PROVISIONED = {
    "partition_key": {"name": "Id"},
    "billing_mode": "PROVISIONED",
    "read_capacity": 1,
    "write_capacity": 1,
}
INDEX = "tables/analytics/indexes/by-type"

# The check that finds it; what is changed; where the fault is; words of message or hint.
BAD = [
    ("known_regions", {"database/replicas/us-wst-2": {}}, "database/replicas/us-wst-2", "did you mean us-west-2?"),
    ("known_regions", {"cache/regions": ["us-east-1", "eu-west-1"]}, "cache/regions/1", "not one of the environment's"),
    (
        "known_regions",
        {"modules/audit/regions": ["eu-west-1"]},
        "modules/audit/regions/0",
        "add regions.eu-west-1 with a cidr",
    ),
    ("known_regions", {"regions/us-wesst-2": {"cidr": "10.9.0.0/16"}}, "regions/us-wesst-2", "did you mean us-west-2?"),
    ("known_regions", {"regions/cn-north-1": {"cidr": "10.9.0.0/16"}}, "regions/cn-north-1", "another partition"),
    ("primary_is_listed", {"primary_region": "us-east-2"}, "primary_region", "add regions.us-east-2"),
    (
        "overlapping_regions",
        {"regions/us-west-2/cidr": "10.0.128.0/17"},
        "regions/us-west-2/cidr",
        "10.0.0.0/16 of us-e",
    ),
    ("ranges_that_fit", {"regions/us-west-2/cidr": "10.4.0.0/14"}, "regions/us-west-2/cidr", "/16 to /24"),
    ("ranges_that_fit", {"regions/us-west-2/cidr": "10.1.0.0/25"}, "regions/us-west-2/cidr", "/16 to /24"),
    (
        "ranges_that_fit",
        {"regions/us-west-2/cidr": "127.0.0.0/16"},
        "regions/us-west-2/cidr",
        "take one from 10.0.0.0/8",
    ),
    ("ranges_that_fit", {"regions/us-west-2/cidr": "240.1.0.0/16"}, "regions/us-west-2/cidr", "meaning of their own"),
    (
        "zones_of_the_region",
        {"regions/us-west-2/availability_zones": ["us-west-2a", "us-east-1b"]},
        "regions/us-west-2/availability_zones/1",
        "us-east-1b is not a zone of us-west-2",
    ),
    (
        "zones_of_the_region",
        {"regions/us-west-2/availability_zones": ["us-west-2a", "us-west-2z"]},
        "regions/us-west-2/availability_zones/1",
        "known: us-west-2a",
    ),
    (
        "zones_of_the_region",
        {"regions/us-west-2/availability_zones": ["us-west-2a", "us-west-2a"]},
        "regions/us-west-2/availability_zones/1",
        "named twice",
    ),
    (
        "own_subnets",
        {"regions/us-east-1/subnets": {**OWN_SUBNETS, "cache": ["10.0.3.0/24", "10.0.4.0/24", "10.0.9.0/24"]}},
        "regions/us-east-1/subnets/cache",
        "3 cache ranges for 2 zones",
    ),
    (
        "own_subnets",
        {"regions/us-east-1/subnets": OWN_SUBNETS, "network/nat": "single"},
        "regions/us-east-1/subnets/public",
        "0 public ranges for 2 zones",
    ),
    (
        "own_subnets",
        {"regions/us-east-1/subnets": {**OWN_SUBNETS, "cache": ["10.0.3.0/24", "10.7.4.0/24"]}},
        "regions/us-east-1/subnets/cache/1",
        "not inside 10.0.0.0/16",
    ),
    (
        "own_subnets",
        {"regions/us-east-1/subnets": {**OWN_SUBNETS, "cache": ["10.0.3.0/24", "10.0.4.0/29"]}},
        "regions/us-east-1/subnets/cache/1",
        "at least a /28",
    ),
    (
        "own_subnets",
        {"regions/us-east-1/subnets": {**OWN_SUBNETS, "cache": ["10.0.3.0/24", "10.0.2.128/25"]}},
        "regions/us-east-1/subnets/cache/1",
        "overlaps 10.0.2.0/24",
    ),
    ("database_facts", {"database/version": "8.0.28"}, "database/version", "no longer creates MySQL 8.0.28"),
    ("database_facts", {"database/version": "8.4"}, "database/version", "write it in full"),
    ("database_facts", {"database/version": "9.9.9"}, "database/version", "RDS does not know"),
    (
        "database_facts",
        {"database/instance_class": "db.r7g.larg"},
        "database/instance_class",
        "did you mean db.r7g.large",
    ),
    (
        "database_facts",
        {"database/instance_class": "db.zzz.qqq"},
        "database/instance_class",
        "does not run on db.zzz.qqq",
    ),
    (
        "database_facts",
        {"database/replicas/us-west-2": {"instance_class": "db.r7g.huge"}},
        "database/replicas/us-west-2/instance_class",
        "does not run on",
    ),
    ("database_facts", {"database/insights_retention_days": 8}, "database/insights_retention_days", "a multiple of 31"),
    (
        "database_storage",
        {"database/storage": {"type": "io1", "size_gb": 20, "iops": 1000}},
        "database/storage/size_gb",
        "expected 100 to 65536",
    ),
    (
        "database_storage",
        {"database/storage": {"size_gb": 100, "max_size_gb": 109}},
        "database/storage/max_size_gb",
        "write 110 or more",
    ),
    ("database_storage", {"database/storage": {"type": "io2", "size_gb": 100}}, "database/storage/type", "needs iops"),
    (
        "database_storage",
        {"database/storage": {"type": "gp2", "throughput_mbps": 500}},
        "database/storage/throughput_mbps",
        "takes no throughput",
    ),
    ("database_storage", {"database/storage": {"type": "gp2", "iops": 1000}}, "database/storage/iops", "takes no iops"),
    (
        "database_storage",
        {"database/storage": {"size_gb": 399, "iops": 12000}},
        "database/storage/iops",
        "at least 400",
    ),
    (
        "database_storage",
        {"database/storage": {"size_gb": 400, "iops": 3000}},
        "database/storage/iops",
        "expected 12000 to 64000",
    ),
    (
        "database_storage",
        {"database/storage": {"size_gb": 400, "throughput_mbps": 125}},
        "database/storage/throughput_mbps",
        "expected 500 to 4000",
    ),
    (
        "database_parameters",
        {"database/parameters": {"require_secure_transport": 0}},
        "database/parameters/require_secure_transport",
        "always encrypted",
    ),
    ("replica_places", {"database/replicas/us-east-1": {}}, "database/replicas/us-east-1", "holds the primary"),
    ("replica_sources", {"database/backup_retention_days": 0}, "database/backup_retention_days", "write 1 or more"),
    ("cache_facts", {"cache/version": "7.9"}, "cache/version", "engine valkey"),
    ("cache_facts", {"cache/node_type": "cache.t4g.smal"}, "cache/node_type", "did you mean cache.t4g.small?"),
    ("cache_shape", {"cache/nodes": 1}, "cache/nodes", "multi_az: false"),
    ("cache_shape", {"cache/shards": 2}, "cache/shards", "cluster_mode: true"),
    ("cache_shape", {"cache/shards": 251, "cache/cluster_mode": True}, "cache/shards", "502 nodes"),
    ("cache_parameters", {"cache/parameters": {"timeout": "soon"}}, "cache/parameters/timeout", "expected integer"),
    (
        "cache_parameters",
        {"cache/parameters": {"maxmemory-policy": "lru"}},
        "cache/parameters/maxmemory-policy",
        "expected ",
    ),
    (
        "cache_parameters",
        {"cache/parameters": {"cluster-enabled": True}},
        "cache/parameters/cluster-enabled",
        "write cluster_mode: true",
    ),
    (
        "database_windows",
        {"database/backup_window": "02:45-03:15"},
        "database/backup_window",
        "overlaps the backup window",
    ),
    (
        "database_windows",
        {"database/maintenance_window": "sun:01:30-sun:02:30"},
        "database/maintenance_window",
        "overlaps the backup window 01:00-02:00",
    ),
    ("database_windows", {"database/backup_window": "01:00-01:29"}, "database/backup_window", "29 minutes"),
    (
        "database_windows",
        {"database/maintenance_window": "sun:03:00-tue:03:00"},
        "database/maintenance_window",
        "less than a day",
    ),
    (
        "cache_windows",
        {"cache/snapshot_window": "06:59-08:00"},
        "cache/snapshot_window",
        "overlaps the snapshot window",
    ),
    ("cache_windows", {"cache/snapshot_window": "01:00-01:59"}, "cache/snapshot_window", "at least 60"),
    (
        "cache_windows",
        {"cache/maintenance_window": "sun:06:00-sun:06:59"},
        "cache/maintenance_window",
        "59 minutes",
    ),
    ("stream_modes", {"streams/events/mode": "provisioned"}, "streams/events/mode", "add shards"),
    ("stream_modes", {"streams/events/shards": 1}, "streams/events/shards", "mode: provisioned"),
    (
        "processors",
        {"streams/events/processor/table": "analitics"},
        "streams/events/processor/table",
        "did you mean analytics?",
    ),
    ("processors", {"tables/analytics/stream": "NEW_IMAGE"}, "tables/analytics/stream", "stream is NEW_IMAGE"),
    (
        "processors",
        {"streams/events/processor/batch_window_seconds": 0},
        "streams/events/processor/batch_window_seconds",
        "batch_size: 10 or less",
    ),
    (
        "processors",
        {"tables/analytics/processor/batch_window_seconds": 0},
        "tables/analytics/processor/batch_window_seconds",
        "at least 1 second",
    ),
    ("capacities", {"tables/analytics/read_capacity": 5}, "tables/analytics/read_capacity", "take it out"),
    (
        "capacities",
        {"tables/plain": {key: value for key, value in PROVISIONED.items() if key != "read_capacity"}},
        "tables/plain",
        "add read_capacity",
    ),
    (
        "capacities",
        {
            "tables/plain": {
                **PROVISIONED,
                "indexes": {"by-x": {"partition_key": {"name": "X"}, "read_capacity": 1}},
            }
        },
        "tables/plain/indexes/by-x",
        "add write_capacity",
    ),
    ("index_shapes", {f"{INDEX}/partition_key": {"name": "Timestamp"}}, INDEX, "of type S here and N elsewhere"),
    ("index_shapes", {f"{INDEX}/projection": "INCLUDE"}, f"{INDEX}/projection", "attributes"),
    ("index_shapes", {f"{INDEX}/attributes": ["A"]}, f"{INDEX}/attributes", "projection: INCLUDE"),
    ("index_shapes", {f"{INDEX}/sort_key": {"name": "Type"}}, f"{INDEX}/sort_key", "is the partition key too"),
    ("index_shapes", {"tables/analytics/ttl": {"attribute": "Timestamp"}}, "tables/analytics/ttl", "TTL"),
    (
        "alert_rules",
        {"tables/analytics/processor/alerts": [{"attribute": "A"}]},
        "tables/analytics/processor/alerts/0",
        "above or below",
    ),
    (
        "alert_rules",
        {"tables/analytics/processor/alerts": [{"attribute": "A", "above": 2, "below": 1}]},
        "tables/analytics/processor/alerts/0",
        "one bound",
    ),
    ("alarm_ids", {"alarms/database-cpus": {}}, "alarms/database-cpus", "did you mean database-cpu?"),
    ("project_modules", {"modules/elasticache": {}}, "modules/elasticache", "a module of xyztf"),
    ("project_modules", {"modules/audit/inputs/vpc_id": "x"}, "modules/audit/connect/vpc_id", "inputs already"),
    (
        "project_modules",
        {"modules/audit/inputs/source": "git::x"},
        "modules/audit/inputs/source",
        "Terraform's own word",
    ),
    (
        "project_modules",
        {"modules/audit/connect/count": "vpc.a"},
        "modules/audit/connect/count",
        "Terraform's own word",
    ),
    ("project_modules", {"modules/audit/connect/x": "vpcc.a"}, "modules/audit/connect/x", "did you mean vpc?"),
    ("project_modules", {"modules/audit/connect/x": "audit.a"}, "modules/audit/connect/x", "from itself"),
    ("project_modules", {"modules/audit/connect/x": "rds-replica.a"}, "modules/audit/connect/x", "in us-east-1"),
    (
        "protection",
        {"protected": True, "database/deletion_protection": False},
        "database/deletion_protection",
        "prod is protected",
    ),
    ("protection", {"protected": True, "database/final_snapshot": False}, "database/final_snapshot", "is off"),
    (
        "protection",
        {"protected": True, "tables/analytics/deletion_protection": False},
        "tables/analytics/deletion_protection",
        "is off",
    ),
    ("reserved_tags", {"tags": {"AWS:owner": "me"}}, "tags/AWS:owner", "AWS's own"),
    ("repeated_entries", {"notify/emails": ["a@b.cc", "a@b.cc"]}, "notify/emails/1", "twice in emails"),
    ("repeated_entries", {"network/interface_endpoints": ["sqs", "sqs"]}, "network/interface_endpoints/1", "twice"),
    ("repeated_entries", {"cache/regions": ["us-east-1", "us-east-1"]}, "cache/regions/1", "twice"),
    (
        "repeated_entries",
        {"budget": {"monthly_usd": 1, "alert_at_percent": [80, 80]}},
        "budget/alert_at_percent/1",
        "80",
    ),
    ("repeated_entries", {"modules/audit/regions": ["us-east-1", "us-east-1"]}, "modules/audit/regions/1", "twice"),
    ("names_that_fit", {"project": "x" * 40}, "project", "AWS takes at most"),
    ("names_that_fit", {"cache/application_username": "u" * 32}, "cache/application_username", "at most 40"),
    ("names_that_fit", {"database/admin_username": "a" * 17}, "database/admin_username", "at most 16"),
    ("names_that_fit", {"tables/t": {**PROVISIONED}, f"streams/{'s' * 80}": {"processor": {"table": "t"}}}, None, "64"),
    ("colliding_names", {"streams/a-b": {}, "streams/a_b": {}}, "streams/a_b", "a_b and a-b are the same name"),
    (
        "colliding_names",
        {"tables/a-b": {"partition_key": {"name": "A"}}, "tables/a_b": {"partition_key": {"name": "A"}}},
        "tables/a_b",
        "the same name to Terraform",
    ),
]


def key(path: str | None) -> tuple[str | int, ...]:
    return tuple(int(step) if step.isdecimal() else step for step in (path or "").split("/"))


@pytest.mark.parametrize(("check", "changes", "path", "words"), BAD)
def test_bad(found, monkeypatch, check, changes, path, words):
    [fault] = found(changes)
    if path is not None:
        assert fault.path == key(path)
    assert words in f"{fault.message}\n{fault.hint}"
    without = tuple(one for one in CHECKS if one.__name__ != check)
    assert len(without) == len(CHECKS) - 1
    monkeypatch.setattr("xyztf.checks.CHECKS", without)
    assert found(changes) == []


def test_every_check_is_tried():
    beside = {"empty_regions"}  # tests/checks/test_regions.py
    assert {check.__name__ for check in CHECKS} == {check for check, *_ in BAD} | beside


GOOD = [
    {},
    {"primary_region": "us-west-2", "database/replicas": {"us-east-1": {}}},
    {"regions/us-east-1/subnets": OWN_SUBNETS},
    {"regions/us-west-2/availability_zones": ["us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"]},
    {"regions/us-west-2/cidr": "192.168.1.0/24"},
    {"database/storage": {"size_gb": 100, "max_size_gb": 110}},
    {"database/storage": {"size_gb": 65536}},
    {"database/storage": {"size_gb": 400, "iops": 12000, "throughput_mbps": 500}},
    {"database/storage": {"type": "io2", "size_gb": 100, "iops": 1000}},
    {"database/backup_retention_days": 0, "database/replicas": {}, "cache/regions": ["us-east-1", "us-west-2"]},
    {"database/backup_window": "23:30-00:30"},
    {"database/maintenance_window": "Sun:23:30-Mon:00:30"},
    {"cache/nodes": 1, "cache/multi_az": False},
    {"cache/nodes": 2, "cache/shards": 250, "cache/cluster_mode": True},
    {"cache/application_username": "my_app"},
    {"cache/parameters": {"timeout": 300, "maxmemory-policy": "allkeys-lru", "activedefrag": True}},
    {"cache": {"engine": "valkey"}},
    {"streams/events": {"mode": "provisioned", "shards": 1}},
    {"streams/events/processor/batch_window_seconds": 0, "streams/events/processor/batch_size": 10},
    {"tables/plain": PROVISIONED},
    {f"{INDEX}/projection": "INCLUDE", f"{INDEX}/attributes": ["A"]},
    {"alarms/database-slow-queries": {"threshold": 5}},
    {"modules/audit/connect/x": "rds-replica.arn", "modules/audit/regions": ["us-west-2"]},
    {"protected": True},
    {"database/deletion_protection": False, "tables/analytics/deletion_protection": False},
]


@pytest.mark.parametrize("changes", GOOD)
def test_good(found, changes):
    assert found(changes) == []


def test_an_environment_with_little_in_it_passes_every_check():
    env = Environment.model_validate(
        {
            "name": "tiny",
            "project": "xyz",
            "account_id": "123456789012",
            "primary_region": "us-east-1",
            "regions": {"us-east-1": {"cidr": "10.0.0.0/16"}},
            "tables": {"t": {"partition_key": {"name": "Id"}}},
        }
    )
    assert faults(env) == []
