"""What AWS refuses of an instance of MySQL and moto takes. The words are AWS's where they are known.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html,
https://github.com/terraform-aws-modules/terraform-aws-rds/issues/532 (a managed password), and `xyztf.facts.rds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.rds.exceptions import InvalidParameterCombination, InvalidParameterValue, RDSClientError

from xyztf.facts import rds
from xyztf.facts.tables import table
from xyztf.facts.versions import major, newest

ENGINE = "mysql"
Settings = Mapping[str, Any]


def new_instance(backend: Any, settings: Settings) -> None:
    """Refuse to create an instance with these settings."""
    _version(settings["engine_version"])
    _parameter_group(backend, settings.get("db_parameter_group_name"), settings["engine_version"])
    _volume(settings, settings.get("storage_type"), settings.get("allocated_storage") or 0)
    _insights(settings.get("enable_performance_insights"), settings["db_instance_class"])


def new_replica(backend: Any, settings: Settings, source: Any) -> None:
    """Refuse to create a replica of this source with these settings."""
    if source.engine != ENGINE:
        return
    if source.manage_master_user_password:
        raise InvalidParameterValue(
            f"Creating read replicas for source instance with engine {ENGINE} where ManageMasterUserPassword is enabled"
            " is not supported."
        )
    if not source.backup_retention_period:
        raise RDSClientError(
            "InvalidDBInstanceState",
            "Automated backups are not enabled for this database instance. To enable automated backups, use "
            "ModifyDBInstance to set the backup retention period to a non-zero value.",
        )
    if source.region != backend.region_name and source.storage_encrypted and not settings.get("kms_key_id"):
        raise InvalidParameterCombination(
            "The source DB instance is encrypted: specify a KmsKeyId of the region of the read replica."
        )
    if source.region == backend.region_name and settings.get("db_parameter_group_name"):
        raise InvalidParameterCombination(
            f"A parameter group can't be specified during Read Replica creation for the following DB engine: {ENGINE}"
        )
    _parameter_group(backend, settings.get("db_parameter_group_name"), source.engine_version)
    _volume(settings, settings.get("storage_type") or source.storage_type, source.allocated_storage)
    _insights(
        settings.get("enable_performance_insights"), settings.get("db_instance_class") or source.db_instance_class
    )


def change(backend: Any, settings: Settings, instance: Any) -> None:
    """Refuse to change this instance so."""
    wanted = settings.get("engine_version") or instance.engine_version
    if wanted != instance.engine_version:
        _upgrade(instance.engine_version, wanted, settings.get("allow_major_version_upgrade", False))
    _parameter_group(backend, settings.get("db_parameter_group_name"), wanted)
    _volume(
        settings,
        settings.get("storage_type") or instance.storage_type,
        settings.get("allocated_storage") or instance.allocated_storage,
    )
    if 0 < (settings.get("allocated_storage") or 0) < instance.allocated_storage:
        raise InvalidParameterCombination("The allocated storage of a DB instance can't be reduced.")
    insights = settings.get("enable_performance_insights", instance.enable_performance_insights)
    _insights(insights, settings.get("db_instance_class") or instance.db_instance_class)
    if instance.replicas and settings.get("backup_retention_period") == 0:
        raise InvalidParameterCombination("Backups cannot be turned off for a DB instance with read replicas.")
    if instance.replicas and settings.get("manage_master_user_password"):
        raise InvalidParameterCombination(
            f"ManageMasterUserPassword is not supported for a source of read replicas with engine {ENGINE}."
        )


def final_snapshot(instance: Any, snapshot: str | None) -> None:
    """Refuse to delete a replica with a final snapshot: its data is the source's."""
    if instance.is_replica and snapshot:
        raise InvalidParameterCombination("FinalDBSnapshotIdentifier cannot be specified when deleting a replica.")


def _version(version: str) -> None:
    refusal = rds.why_not(version)
    if refusal:
        raise InvalidParameterCombination(
            f"Cannot find version {version} for {ENGINE} ({refusal.reason}: {refusal.way_out})"
        )


def _upgrade(current: str, wanted: str, to_new_major: bool) -> None:
    _version(wanted)
    if newest([current, wanted]) != wanted:
        raise InvalidParameterCombination(f"Cannot upgrade {ENGINE} from {current} to {wanted}")
    if major(current) != major(wanted) and not to_new_major:
        raise InvalidParameterCombination(
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
        )


def _parameter_group(backend: Any, name: str | None, version: str) -> None:
    group = backend.db_parameter_groups.get(name) if name else None
    if group is not None and group.family != rds.family(version):
        raise InvalidParameterCombination(
            f"The parameter group {name} with DBParameterGroupFamily {group.family} can't be used for this instance. "
            f"Please use a parameter group with DBParameterGroupFamily {rds.family(version)}"
        )


def _volume(settings: Settings, storage_type: str | None, size_gib: int) -> None:
    asked = settings.get("iops") or settings.get("storage_throughput")
    if asked and storage_type == "gp3" and not rds.gp3(size_gib).adjustable:
        threshold = table("rds_mysql")["gp3"]["threshold_gib"]
        raise InvalidParameterCombination(
            f"You can't specify IOPS or storage throughput for engine {ENGINE} and a storage size less than "
            f"{threshold}."
        )


def _insights(enabled: bool | None, instance_class: str) -> None:
    if enabled and not rds.insights_available(instance_class):
        raise InvalidParameterCombination("Performance Insights not supported for this configuration.")
