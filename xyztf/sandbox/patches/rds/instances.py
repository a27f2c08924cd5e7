"""Instances, replicas and promotion."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from typing import Any

from moto.moto_api._internal import mock_random
from moto.rds.exceptions import DBInstanceAlreadyExists, DBInstanceNotFoundError, RDSClientError
from moto.rds.models import DBInstance, RDSBackend
from moto.rds.responses import RDSResponse

from xyztf.facts import rds
from xyztf.facts.versions import major
from xyztf.sandbox.patches import replace
from xyztf.sandbox.patches.rds import refusals

KEPT = {
    "enable_performance_insights": False,
    "performance_insights_kms_key_id": None,
    "performance_insights_retention_period": None,
    "database_insights_mode": "standard",
    "engine_lifecycle_support": "open-source-rds-extended-support",
    "network_type": "IPV4",
}
"""Settings that moto drops, with what they are when nobody sets them."""

INHERITED = (
    "allocated_storage",
    "auto_minor_version_upgrade",
    "character_set_name",
    "db_instance_class",
    "db_name",
    "engine",
    "engine_lifecycle_support",
    "engine_version",
    "license_model",
    "master_username",
    "network_type",
    "port",
    "storage_encrypted",
    "storage_type",
)
"""What a replica has from its source when it is told nothing else; there are more in the source's own region."""

INHERITED_NEARBY = ("db_parameter_group_name", "kms_key_id", "option_group_name", "vpc_security_group_ids")

Method = Callable[..., Any]


def install() -> None:
    """Change moto's instances, once."""
    replace(DBInstance, "__init__", _init)
    replace(RDSResponse, "create_db_instance", _create)
    replace(RDSBackend, "create_db_instance_read_replica", _create_replica)
    replace(RDSBackend, "modify_db_instance", _modify)
    replace(RDSBackend, "promote_read_replica", _promote)
    replace(RDSBackend, "delete_db_instance", _delete)
    insights = property(lambda instance: instance.enable_performance_insights)
    setattr(DBInstance, "performance_insights_enabled", insights)  # noqa: B010 # the class is typed and lacks it


def _init(original: Method) -> Method:
    def __init__(self: Any, *given: Any, **settings: Any) -> None:  # noqa: N807
        original(self, *given, **settings)
        self.dbi_resource_id = "db-" + b32encode(mock_random.uuid4().bytes).decode().rstrip("=")
        for name, default in KEPT.items():
            setattr(self, name, settings.get(name, default))
        _settle(self)

    return __init__


def _create(original: Method) -> Method:
    # Not the backend's method: that also restores, and a restored instance may be what a new one may not.
    def create_db_instance(self: Any) -> Any:
        if self.params["engine"] == refusals.ENGINE:
            self.params["EngineVersion"] = _in_full(self.params.get("engine_version"))
            refusals.new_instance(self.backend, self.params)
        return original(self)

    return create_db_instance


def _create_replica(_: Method) -> Method:
    def create_db_instance_read_replica(self: Any, db_kwargs: Any) -> Any:
        settings = dict(db_kwargs)
        name = settings["db_instance_identifier"]
        self._validate_db_identifier(name)
        if name in self.databases:
            raise DBInstanceAlreadyExists
        source = self.find_db_from_id(settings["source_db_instance_identifier"])
        refusals.new_replica(self, settings, source)
        del settings["source_db_instance_identifier"]
        new: Any = DBInstance
        replica = new(self, **{**_from_source(source, self.region_name), **settings})
        replica.set_as_replica()
        self.databases[name] = replica
        source.add_replica(replica)
        return replica

    return create_db_instance_read_replica


def _modify(original: Method) -> Method:
    def modify_db_instance(self: Any, db_instance_identifier: str, db_kwargs: Any) -> Any:
        instance = self.describe_db_instances(db_instance_identifier)[0]
        settings = dict(db_kwargs)
        if instance.engine == refusals.ENGINE:
            if "engine_version" in settings:
                settings["engine_version"] = _in_full(settings["engine_version"], instance.engine_version)
            refusals.change(self, settings, instance)
        if "db_port_number" in settings:
            settings["port"] = settings.pop("db_port_number")
        original(self, db_instance_identifier, settings)
        _settle(instance)
        return instance

    return modify_db_instance


def _promote(original: Method) -> Method:
    def promote_read_replica(self: Any, db_kwargs: Any) -> Any:
        instance = self.describe_db_instances(db_kwargs["db_instance_identifier"])[0]
        if not instance.is_replica:
            raise RDSClientError("InvalidDBInstanceState", "DB Instance is not a read replica.")
        original(self, db_kwargs)
        _detach(instance)
        return instance

    return promote_read_replica


def _delete(original: Method) -> Method:
    def delete_db_instance(self: Any, db_instance_identifier: str, **how: Any) -> Any:
        instance = self.databases.get(db_instance_identifier)
        if instance is not None and instance.is_replica and not instance.deletion_protection:
            refusals.final_snapshot(instance, how.get("final_db_snapshot_identifier"))
            _detach(instance)
        return original(self, db_instance_identifier, **how)

    return delete_db_instance


def _from_source(source: Any, region: str) -> dict[str, Any]:
    """What a replica in that region has from its source."""
    nearby = source.region == region
    settings = {name: copy(getattr(source, name)) for name in INHERITED + (INHERITED_NEARBY if nearby else ())}
    settings["master_user_password"] = source._master_user_password
    settings["backup_retention_period"] = 0
    settings["source_db_instance_identifier"] = source.db_instance_identifier if nearby else source.arn
    if nearby and hasattr(source, "db_subnet_group"):
        settings["db_subnet_group_name"] = source.db_subnet_group.name
    if nearby and settings["option_group_name"] not in source.backend.option_groups:
        del settings["option_group_name"]  # AWS's own group, which moto does not keep
    return settings


def _detach(replica: Any) -> None:
    """Let a replica go from its source, which may be gone itself."""
    source, replica.source_db_instance_identifier = replica.source_db_instance_identifier, None
    replica.is_replica = False
    with suppress(DBInstanceNotFoundError):
        replicas = replica.backend.find_db_from_id(source).replicas
        replicas[:] = [other for other in replicas if other not in (replica.arn, replica.db_instance_identifier)]


def _in_full(version: str | None, current: str = "") -> str:
    """The version that RDS takes for a missing one, or for a major version: the instance's own, or else the newest."""
    if version and version == major(current):
        return current
    try:
        return rds.newest_creatable(version or rds.newest_major())
    except KeyError:
        return version or ""


def _settle(instance: Any) -> None:
    """What RDS sets by itself when it is left open: a gp3 volume's speed, and how long insights are kept."""
    if instance.engine != refusals.ENGINE or instance.db_cluster_identifier:
        return
    if instance.storage_type == "gp3":
        offer = rds.gp3(instance.allocated_storage)
        instance.iops = _within(instance.iops, offer.iops)
        instance.storage_throughput = _within(instance.storage_throughput, offer.throughput_mibps)
    if instance.enable_performance_insights and not instance.performance_insights_retention_period:
        instance.performance_insights_retention_period = rds.insights_retentions()[0]


def _within(value: Any, bounds: tuple[int, int]) -> int:
    lowest, highest = bounds
    return min(max(int(value or 0), lowest), highest)
