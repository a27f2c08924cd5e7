"""RDS for MySQL: which versions, instance classes, storage and settings it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from xyztf.facts.answers import Refusal
from xyztf.facts.tables import table
from xyztf.facts.versions import major, newest


def creatable(version: str) -> bool:
    """Whether a new instance can be created with this version, written in full (`8.4.11`)."""
    return version in table("rds_mysql_versions")["creatable"].get(major(version), ())


def newest_creatable(major_version: str) -> str:
    """The newest minor of a major version that can be created: `8.4` -> `8.4.11`. KeyError for an unknown major."""
    return newest(table("rds_mysql_versions")["creatable"][major_version])


def newest_major() -> str:
    """The newest major version RDS offers."""
    return newest(list(table("rds_mysql_versions")["creatable"]))


def why_not(version: str) -> Refusal | None:
    """Why no instance can be created with this version, and which one to write. None when one can."""
    if creatable(version):
        return None
    facts = table("rds_mysql_versions")
    latest = newest_creatable(newest_major())
    if version in facts["creatable"]:
        own = newest_creatable(version)
        return Refusal(f"MySQL {version} names no minor version", f"write it in full: {own}", facts["source"])
    if version not in facts["withdrawn"].get(major(version), ()):
        return Refusal(f"RDS does not know MySQL {version}", f"write {latest}", facts["source"])
    ends = standard_support_ends(major(version))
    if ends is None or major(version) == newest_major():
        return Refusal(f"RDS no longer creates MySQL {version}", f"write {latest}", facts["source"])
    return Refusal(
        f"RDS no longer creates MySQL {version}, and standard support of {major(version)} ended on {ends}",
        f"write {latest}",
        f"{facts['source']}; {table('rds_mysql')['majors']['source']}",
    )


def standard_support_ends(version: str) -> date | None:
    """The last day of standard support of a version or its major; from the next day extended support is billed.

    None where AWS's date is not known here.
    """
    ends = table("rds_mysql")["majors"]["versions"].get(major(version), {}).get("standard_support_ends")
    return date.fromisoformat(ends) if ends else None


def in_extended_support(version: str, today: date) -> bool:
    """Whether this version is billed for extended support on that day."""
    ends = standard_support_ends(version)
    return ends is not None and today > ends


def family(version: str) -> str:
    """The parameter group family of a version: `8.4.11` -> `mysql8.4`. KeyError for an unknown major."""
    name: str = table("rds_mysql")["majors"]["versions"][major(version)]["family"]
    return name


def instance_classes() -> tuple[str, ...]:
    """The instance classes that run MySQL 8.4 in some region."""
    return tuple(table("rds_instance_classes")["classes"])


def runs_on(instance_class: str, region: str | None = None) -> bool:
    """Whether MySQL runs on this class at all, or in that region.

    A region is looked up by the family of the class (`t4g`): a single size of it may still be missing there.
    """
    facts = table("rds_instance_classes")
    if instance_class not in facts["classes"]:
        return False
    return region is None or instance_class.split(".")[1] in facts["families"].get(region, ())


def memory_mib(instance_class: str) -> int:
    """The memory of a class in MiB. KeyError for an unknown class."""
    return int(table("rds_instance_classes")["classes"][instance_class][0])


def vcpus(instance_class: str) -> int:
    """The number of vCPUs of a class. KeyError for an unknown class."""
    return int(table("rds_instance_classes")["classes"][instance_class][1])


def burstable(instance_class: str) -> bool:
    """Whether the class lives on CPU credits."""
    return instance_class.startswith("db.t")


def insights_available(instance_class: str) -> bool:
    """Whether Database Insights (formerly Performance Insights) can be turned on for MySQL on this class."""
    return instance_class not in table("rds_mysql")["insights"]["not_on"]


def insights_retentions() -> tuple[int, ...]:
    """The days for which Performance Insights data can be kept."""
    days = table("rds_mysql")["insights_retention"]["days"]
    months = range(1, days["longest_months"] + 1)
    return (days["shortest"], *(month * days["month"] for month in months), days["longest"])


def default_max_connections(instance_class: str) -> int:
    """About how many connections RDS allows on a class when max_connections is not set.

    About, because RDS counts with the memory left after its own, which is a little less than the class has.
    """
    share = table("rds_mysql")["default_max_connections"]["bytes_per_connection"]
    return memory_mib(instance_class) * 1024 * 1024 // int(share)


@dataclass(frozen=True, slots=True)
class Gp3:
    """What can be asked of a gp3 volume of one size: ranges inclusive. Fixed volumes have one value in each."""

    adjustable: bool
    iops: tuple[int, int]
    throughput_mibps: tuple[int, int]


def storage_types() -> tuple[str, ...]:
    """The storage types RDS for MySQL takes."""
    return tuple(table("rds_mysql")["storage_gib"]["types"])


def storage_range(storage_type: str) -> tuple[int, int]:
    """The least and the most GiB of a storage type. KeyError for an unknown type."""
    limits = table("rds_mysql")["storage_gib"]["types"][storage_type]
    return limits["min"], limits["max"]


def gp3(size_gib: int) -> Gp3:
    """What a gp3 volume of this size gives, or can be asked for: below 400 GiB nothing may be set."""
    facts: dict[str, Any] = table("rds_mysql")["gp3"]
    if size_gib < facts["threshold_gib"]:
        iops, throughput = facts["below"]["iops"], facts["below"]["throughput_mibps"]
        return Gp3(False, (iops, iops), (throughput, throughput))
    iops, throughput = facts["from"]["iops"], facts["from"]["throughput_mibps"]
    return Gp3(True, (iops["min"], iops["max"]), (throughput["min"], throughput["max"]))


def backup_retention_range(*, source_of_replicas: bool = False) -> tuple[int, int]:
    """The least and the most days of backup retention. The source of a replica needs backups."""
    days = table("rds_mysql")["backup_retention_days"]
    return days["min_for_source_of_replicas" if source_of_replicas else "min"], days["max"]


def log_exports() -> tuple[str, ...]:
    """The logs RDS for MySQL can deliver to CloudWatch."""
    return tuple(table("rds_mysql")["log_exports"]["names"])


def monitoring_intervals() -> tuple[int, ...]:
    """The intervals of enhanced monitoring in seconds; 0 is off."""
    return tuple(table("rds_mysql")["monitoring_intervals"]["seconds"])
