"""The database against RDS's facts, and its replicas against the primary."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date

from xyztf.checks.fault import Fault
from xyztf.environment.model import Environment
from xyztf.environment.model.database import Storage, least_growth
from xyztf.environment.provenance import Path
from xyztf.facts import mysql, rds, regions
from xyztf.facts.tables import table

GP3_SOURCE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage"


def database_facts(env: Environment) -> Iterator[Fault]:
    """Version and classes must be ones that RDS creates today; insights keep data for one of RDS's periods."""
    if not (database := env.database):
        return
    if refusal := rds.why_not(database.version):
        yield Fault.of(("database", "version"), refusal)
    elif rds.in_extended_support(database.version, _as_of()):
        yield Fault(
            ("database", "version"),
            f"MySQL {database.version} is past standard support, which xyztf does not let RDS bill for",
            f"write {rds.newest_creatable(rds.newest_major())}",
        )
    yield from _class(("database", "instance_class"), database.instance_class, env.primary_region)
    for region, replica in database.replicas.items():
        path: Path = ("database", "replicas", region)
        if replica.instance_class:
            yield from _class((*path, "instance_class"), replica.instance_class, region)
        elif rds.runs_on(database.instance_class):
            yield from _class(path, database.instance_class, region)
    if database.insights_retention_days not in rds.insights_retentions():
        yield Fault(
            ("database", "insights_retention_days"),
            f"Performance Insights cannot keep data for {database.insights_retention_days} days",
            "write 7, a multiple of 31 up to 713, or 731",
        )


def _as_of() -> date:
    """The day of the facts, not today: the same files give the same answer tomorrow."""
    return date.fromisoformat(table("rds_mysql_versions")["as_of"])


def _class(path: Path, name: str, region: str) -> Iterator[Fault]:
    """A class on which MySQL runs, and which the region has, if the region is one that is known."""
    if not rds.runs_on(name):
        near = difflib.get_close_matches(name, rds.instance_classes(), n=1)
        yield Fault(path, f"MySQL does not run on {name}", f"did you mean {near[0]}?" if near else None)
    elif region in regions.codes() and not rds.runs_on(name, region):
        yield Fault(path, f"{region} has no {name} for MySQL", "name a class of a family that the region has", key=True)


def database_storage(env: Environment) -> Iterator[Fault]:
    """What can be asked of a volume depends on its type and size; autoscaling needs room."""
    if not env.database:
        return
    storage, base = env.database.storage, ("database", "storage")
    least, most = rds.storage_range(storage.type)
    if not least <= storage.size_gb <= most:
        yield Fault((*base, "size_gb"), f"{storage.size_gb} GiB of {storage.type}: expected {least} to {most}")
    if storage.max_size_gb is not None and storage.max_size_gb < least_growth(storage.size_gb):
        yield Fault(
            (*base, "max_size_gb"),
            f"storage autoscaling to {storage.max_size_gb} GiB from {storage.size_gb}: RDS wants at least 10 % more",
            f"write {least_growth(storage.size_gb)} or more",
        )
    if storage.type in ("io1", "io2") and storage.iops is None:
        yield Fault((*base, "type"), f"{storage.type} needs iops", "add database.storage.iops, or use gp3")
    if storage.type != "gp3" and storage.throughput_mbps is not None:
        yield Fault((*base, "throughput_mbps"), f"{storage.type} takes no throughput", "take it out, or use gp3")
    if storage.type == "gp2" and storage.iops is not None:
        yield Fault((*base, "iops"), "gp2 takes no iops: they follow its size", "take it out, or use gp3")
    if storage.type == "gp3":
        yield from _gp3(storage, base)


def _gp3(storage: Storage, base: Path) -> Iterator[Fault]:
    """Small gp3 volumes are of one speed, large ones have a range for it."""
    volume = rds.gp3(storage.size_gb)
    for name, (least, most) in (("iops", volume.iops), ("throughput_mbps", volume.throughput_mibps)):
        value = getattr(storage, name)
        if value is None:
            continue
        if not volume.adjustable:
            yield Fault(
                (*base, name),
                f"{name} of gp3 cannot be set at {storage.size_gb} GiB",
                f"take it out, or give at least 400 GiB (source: {GP3_SOURCE})",
            )
        elif not least <= value <= most:
            expected = f"expected {least} to {most}"
            message = f"{name} of gp3 is {value} at {storage.size_gb} GiB: {expected}"
            yield Fault((*base, name), message, f"source: {GP3_SOURCE}")


def database_parameters(env: Environment) -> Iterator[Fault]:
    """What xyztf or RDS sets itself cannot be set."""
    for name in env.database.parameters if env.database else ():
        if refusal := mysql.ours(name):
            yield Fault.of(("database", "parameters", name), refusal, key=True)


def replica_places(env: Environment) -> Iterator[Fault]:
    """A replica is for another region; Multi-AZ is what protects the primary in its own."""
    if env.database and env.primary_region in env.database.replicas:
        yield Fault(
            ("database", "replicas", env.primary_region),
            f"{env.primary_region} holds the primary: replicas go to other regions",
            "database.multi_az keeps a standby in the primary's own region",
            key=True,
        )


def replica_sources(env: Environment) -> Iterator[Fault]:
    """RDS makes replicas from backups: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Create.html"""
    if env.database and env.database.replicas and not env.database.backup_retention_days:
        yield Fault(
            ("database", "backup_retention_days"),
            "replicas need backups on the primary, and backup_retention_days is 0",
            "write 1 or more, or take the replicas out",
        )
