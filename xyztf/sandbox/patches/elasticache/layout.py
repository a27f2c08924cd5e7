"""How a replication group is laid out: its shards, their nodes, and the addresses of both.

A node is shown as a cache cluster of its own, made from its group each time it is asked for: nothing to keep in step.
Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html
"""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal import mock_random

from xyztf.sandbox.patches.elasticache import subnet_groups
from xyztf.sandbox.patches.elasticache.backend import arn

SLOTS = 16384
COMPASS = {"northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw"}


def lay_out(backend: Any, group: Any, shards: int, replicas: int) -> None:
    """Give a group so many shards with so many replicas each."""
    if not hasattr(group, "domain"):
        unique = mock_random.get_random_hex(6)
        group.domain = f"{group.replication_group_id}.{unique}.{_short(backend.region_name)}.cache.amazonaws.com"
    zones = subnet_groups.zones(backend, group.cache_subnet_group_name)
    group.node_groups = [_shard(group, number, shards, replicas, zones) for number in range(shards)]
    group.member_clusters = [
        node["cache_cluster_id"] for shard in group.node_groups for node in shard["node_group_members"]
    ]
    if group.cluster_enabled:
        group.configuration_endpoint = _endpoint(group, "clustercfg")


def replicas(group: Any) -> int:
    """How many replicas each shard of a group has."""
    return len(group.node_groups[0]["node_group_members"]) - 1


def nodes(backend: Any, group: Any) -> dict[str, dict[str, Any]]:
    """A group's nodes by name, each as the cache cluster that AWS shows."""
    return {
        node["cache_cluster_id"]: _cluster(backend, group, node)
        for shard in group.node_groups
        for node in shard["node_group_members"]
    }


def _shard(group: Any, number: int, shards: int, replicas: int, zones: list[str]) -> dict[str, Any]:
    name = f"{number + 1:04}"
    prefix = f"{group.replication_group_id}-{name}" if group.cluster_enabled else group.replication_group_id
    members = [
        {
            "cache_cluster_id": f"{prefix}-{node + 1:03}",
            "cache_node_id": "0001",
            "preferred_availability_zone": zones[(number + node) % len(zones)],
        }
        for node in range(replicas + 1)
    ]
    shard: dict[str, Any] = {"node_group_id": name, "status": "available", "node_group_members": members}
    if group.cluster_enabled:
        first, after = (SLOTS * edge // shards for edge in (number, number + 1))
        return {**shard, "slots": f"{first}-{after - 1}"}
    for node in members:
        node["current_role"] = "primary" if node is members[0] else "replica"
    return {**shard, "primary_endpoint": _endpoint(group, "master"), "reader_endpoint": _endpoint(group, "replica")}


def _endpoint(group: Any, name: str) -> dict[str, Any]:
    return {"address": f"{name}.{group.domain}", "port": group.port}


def _cluster(backend: Any, group: Any, node: dict[str, Any]) -> dict[str, Any]:
    name = node["cache_cluster_id"]
    return {
        "cache_cluster_id": name,
        "arn": arn(backend, "cluster", name),
        "replication_group_id": group.replication_group_id,
        "cache_cluster_status": "available",
        "cache_cluster_create_time": group.replication_group_create_time,
        "cache_node_type": group.cache_node_type,
        "engine": group.engine,
        "engine_version": _in_full(group.engine_version),
        "num_cache_nodes": 1,
        "preferred_availability_zone": node["preferred_availability_zone"],
        "preferred_maintenance_window": group.preferred_maintenance_window,
        "cache_parameter_group": {
            "cache_parameter_group_name": group.cache_parameter_group_name,
            "parameter_apply_status": "in-sync",
        },
        "cache_subnet_group_name": group.cache_subnet_group_name,
        "security_groups": [{"security_group_id": name, "status": "active"} for name in group.security_group_ids],
        "cache_nodes": [
            {
                "cache_node_id": node["cache_node_id"],
                "cache_node_status": "available",
                "cache_node_create_time": group.replication_group_create_time,
                "customer_availability_zone": node["preferred_availability_zone"],
                "endpoint": _endpoint(group, name),
                "parameter_group_status": "in-sync",
            }
        ],
        "notification_configuration": _notifications(group.notification_topic_arn),
        "auto_minor_version_upgrade": group.auto_minor_version_upgrade,
        "snapshot_retention_limit": group.snapshot_retention_limit,
        "snapshot_window": group.snapshot_window,
        "auth_token_enabled": group.auth_token_enabled,
        "transit_encryption_enabled": group.transit_encryption_enabled,
        "transit_encryption_mode": group.transit_encryption_mode,
        "at_rest_encryption_enabled": group.at_rest_encryption_enabled,
        "log_delivery_configurations": group.log_delivery_configurations,
        "network_type": group.network_type,
        "ip_discovery": group.ip_discovery,
    }


def _notifications(topic: str | None) -> dict[str, str] | None:
    return {"topic_arn": topic, "topic_status": "active"} if topic else None


def _in_full(version: str) -> str:
    """The version with its patch number, as AWS shows it: `7.1` -> `7.1.0`."""
    return version if version.count(".") > 1 else f"{version}.0"


def _short(region: str) -> str:
    """A region as it is in addresses: `us-west-2` -> `usw2`."""
    land, *compass, number = region.split("-")
    return land + "".join(COMPASS.get(point, point[0]) for point in compass) + number
