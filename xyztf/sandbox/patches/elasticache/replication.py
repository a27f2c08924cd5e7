"""Replication groups: what becomes of what is asked for, changes, and the end."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

from xyztf.facts import elasticache
from xyztf.sandbox.patches import add, replace
from xyztf.sandbox.patches.elasticache import parameter_groups, refusals
from xyztf.sandbox.patches.elasticache.backend import Method, forget_tags
from xyztf.sandbox.patches.elasticache.layout import lay_out, nodes, replicas

SETTINGS = {
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "CacheNodeType": "cache_node_type",
    "CacheParameterGroupName": "cache_parameter_group_name",
    "Engine": "engine",
    "EngineVersion": "engine_version",
    "IpDiscovery": "ip_discovery",
    "NotificationTopicArn": "notification_topic_arn",
    "PreferredMaintenanceWindow": "preferred_maintenance_window",
    "ReplicationGroupDescription": "description",
    "SecurityGroupIds": "security_group_ids",
    "SnapshotRetentionLimit": "snapshot_retention_limit",
    "SnapshotWindow": "snapshot_window",
    "TransitEncryptionEnabled": "transit_encryption_enabled",
    "TransitEncryptionMode": "transit_encryption_mode",
}
"""What can be changed in place, by AWS's name for it and moto's."""

SWITCHES = {"AutomaticFailoverEnabled": "automatic_failover", "MultiAZEnabled": "multi_az"}
"""What is true or false when it is asked for, and enabled or disabled when it is shown."""

DEFAULT_MAINTENANCE = "sun:05:00-sun:06:00"
DEFAULT_SNAPSHOTS = "03:00-04:00"


def install() -> None:
    """Change moto's replication groups, once."""
    replace(ElastiCacheBackend, "create_replication_group", _create)
    replace(ElastiCacheBackend, "describe_cache_clusters", _describe_nodes)
    replace(ElastiCacheResponse, "modify_replication_group", _modify)
    replace(ElastiCacheResponse, "delete_replication_group", _delete)
    add(
        ElastiCacheResponse,
        increase_replica_count,
        decrease_replica_count,
        modify_replication_group_shard_configuration,
    )


def _create(original: Method) -> Method:
    def create_replication_group(self: Any, **settings: Any) -> Any:
        wanted = _with_defaults(settings)
        refusals.engine_version(wanted["engine"], wanted["engine_version"])
        if parameter_groups.in_cluster_mode(self, wanted["cache_parameter_group_name"]):
            wanted["cluster_mode"] = "enabled"
        _refuse_new(self, wanted)
        group = original(self, **wanted)
        lay_out(self, group, wanted["num_node_groups"], wanted["replicas_per_node_group"])
        return group

    return create_replication_group


def _with_defaults(settings: dict[str, Any]) -> dict[str, Any]:
    """What was asked for, and what AWS takes where nothing was."""
    engine = settings["engine"] or "redis"
    version = settings["engine_version"] or elasticache.newest_creatable(engine)
    defaults: dict[str, Any] = {
        "engine": engine,
        "engine_version": version,
        "auto_minor_version_upgrade": True,
        "cluster_mode": "disabled",
        "num_node_groups": 1,
        "preferred_maintenance_window": DEFAULT_MAINTENANCE,
        "replicas_per_node_group": (settings["num_cache_clusters"] or 1) - 1,
        "security_group_ids": [],
        "snapshot_window": DEFAULT_SNAPSHOTS,
        "transit_encryption_mode": "required" if settings["transit_encryption_enabled"] else None,
        "user_group_ids": [],
    }
    if elasticache.creatable(engine, version):
        cluster = ".cluster.on" if settings["cluster_mode"] == "enabled" else ""
        defaults["cache_parameter_group_name"] = f"default.{elasticache.family(engine, version)}{cluster}"
    return {name: defaults.get(name) if value is None else value for name, value in settings.items()}


def _refuse_new(backend: Any, wanted: dict[str, Any]) -> None:
    refusals.parameter_group(backend, wanted["cache_parameter_group_name"], wanted["engine"], wanted["engine_version"])
    refusals.nodes(
        cluster_mode=wanted["cluster_mode"] == "enabled",
        shards=wanted["num_node_groups"],
        replicas=wanted["replicas_per_node_group"],
        failover=bool(wanted["automatic_failover_enabled"]),
        multi_az=bool(wanted["multi_az_enabled"]),
    )
    refusals.user_groups(backend, wanted["user_group_ids"], encrypted=bool(wanted["transit_encryption_enabled"]))
    if wanted["cache_subnet_group_name"]:
        backend.describe_cache_subnet_groups(wanted["cache_subnet_group_name"])


def _describe_nodes(original: Method) -> Method:
    def describe_cache_clusters(self: Any, cache_cluster_id: str | None = None) -> Any:
        found = {}
        for group in self.replication_groups.values():
            found.update(nodes(self, group))
        if cache_cluster_id in found:
            return [found[cache_cluster_id]]
        clusters = original(self, cache_cluster_id)
        return clusters if cache_cluster_id else [*clusters, *found.values()]

    return describe_cache_clusters


def _modify(_: Method) -> Method:
    def modify_replication_group(self: Any) -> ActionResult:
        backend, changes = self.elasticache_backend, self._get_params()
        group = backend.describe_replication_groups(changes["ReplicationGroupId"])[0]
        user_groups = _user_groups(group, changes)
        _refuse_change(backend, group, changes, user_groups)
        for name, attribute in SETTINGS.items():
            if name in changes:
                setattr(group, attribute, changes[name])
        for name, attribute in SWITCHES.items():
            if name in changes:
                setattr(group, attribute, "enabled" if changes[name] else "disabled")
        group.user_group_ids = user_groups
        group.log_delivery_configurations = _log_deliveries(group, changes.get("LogDeliveryConfigurations", []))
        return ActionResult({"ReplicationGroup": group})

    return modify_replication_group


def _refuse_change(backend: Any, group: Any, changes: dict[str, Any], user_groups: list[str]) -> None:
    engine, version = changes.get("Engine", group.engine), changes.get("EngineVersion", group.engine_version)
    if (engine, version) != (group.engine, group.engine_version):
        refusals.engine_version(engine, version)
    parameters = changes.get("CacheParameterGroupName", group.cache_parameter_group_name)
    refusals.parameter_group(backend, parameters, engine, version)
    _refuse_nodes(group, len(group.node_groups), replicas(group), changes)
    encrypted = changes.get("TransitEncryptionEnabled", group.transit_encryption_enabled)
    refusals.user_groups(backend, user_groups, encrypted=encrypted)


def _refuse_nodes(group: Any, shards: int, each: int, changes: dict[str, Any]) -> None:
    refusals.nodes(
        cluster_mode=group.cluster_enabled,
        shards=shards,
        replicas=each,
        failover=changes.get("AutomaticFailoverEnabled", group.automatic_failover == "enabled"),
        multi_az=changes.get("MultiAZEnabled", group.multi_az == "enabled"),
    )


def _user_groups(group: Any, changes: dict[str, Any]) -> list[str]:
    removed: list[str] = changes.get("UserGroupIdsToRemove", [])
    added: list[str] = changes.get("UserGroupIdsToAdd", [])
    return [name for name in group.user_group_ids if name not in (*removed, *added)] + added


def _log_deliveries(group: Any, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A group's log deliveries after these changes, each of which is about one type of log."""
    kept = {delivery["LogType"]: delivery for delivery in group.log_delivery_configurations}
    kept.update({change["LogType"]: change for change in changes})
    deliveries = [delivery for delivery in kept.values() if delivery.get("Enabled", True)]
    shown: list[dict[str, Any]] = group._get_log_delivery_configurations(deliveries)
    return shown


def _delete(original: Method) -> Method:
    def delete_replication_group(self: Any) -> ActionResult:
        backend, name = self.elasticache_backend, self._get_param("ReplicationGroupId")
        group = backend.describe_replication_groups(name)[0]
        snapshot = self._get_param("FinalSnapshotIdentifier")
        if snapshot:
            backend.create_snapshot(snapshot, name, cache_cluster_id=None, kms_key_id=group.kms_key_id, tags=None)
        result: ActionResult = original(self)
        del backend.replication_groups[name]
        forget_tags(backend, group.arn)
        return result

    return delete_replication_group


def increase_replica_count(self: Any) -> ActionResult:
    """Give each shard more replicas."""
    return _resize(self, replicas_each=self._get_param("NewReplicaCount"))


def decrease_replica_count(self: Any) -> ActionResult:
    """Leave each shard fewer replicas."""
    return _resize(self, replicas_each=self._get_param("NewReplicaCount"))


def modify_replication_group_shard_configuration(self: Any) -> ActionResult:
    """Spread the slots over more or fewer shards."""
    return _resize(self, shards=self._get_param("NodeGroupCount"))


def _resize(response: Any, shards: int | None = None, replicas_each: int | None = None) -> ActionResult:
    backend = response.elasticache_backend
    group = backend.describe_replication_groups(response._get_param("ReplicationGroupId"))[0]
    many, each = shards or len(group.node_groups), replicas(group) if replicas_each is None else replicas_each
    _refuse_nodes(group, many, each, {})
    lay_out(backend, group, many, each)
    return ActionResult({"ReplicationGroup": group})
