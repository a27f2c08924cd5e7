"""The MySQL primary and its replicas in other regions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from xyztf.environment.model.parts import DailyWindow, Number, ParameterName, Part, Region, Scalar, WeeklyWindow

InstanceClass = Annotated[str, StringConstraints(pattern=r"^db\.[a-z0-9-]+\.[a-z0-9-]+$")]
UserName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


LARGEST_VOLUME = 65536
"""GiB."""


def least_growth(size_gb: int) -> int:
    """The least limit of storage autoscaling: 10 % above the size.

    Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
    """
    return -(-size_gb * 11 // 10)


class Storage(Part):
    """The volume of the primary. Replicas follow it."""

    type: Literal["gp3", "gp2", "io1", "io2"] = "gp3"
    size_gb: int = Field(default=20, ge=20, le=LARGEST_VOLUME)
    max_size_gb: int | None = Field(default=None, ge=22, le=LARGEST_VOLUME)
    """Storage autoscaling stops here. Default: twice the size."""
    iops: int | None = Field(default=None, ge=1000, le=256000)
    throughput_mbps: int | None = Field(default=None, ge=125, le=4000)


class Replica(Part):
    """The copy of the primary in one other region."""

    role: Literal["replica", "promoted"] = "replica"
    """`promoted` makes it a stand-alone database in place: that cannot be undone."""
    instance_class: InstanceClass | None = None
    """Default: the primary's class."""
    multi_az: bool = False


class Database(Part):
    """RDS for MySQL: a primary in the primary region, replicas where wanted."""

    engine: Literal["mysql"] = "mysql"
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+(\.[0-9]+)?$")] = "8.4.10"
    """Major and minor, such as "8.4.10". A minor that AWS no longer creates is refused."""
    instance_class: InstanceClass = "db.t4g.medium"
    storage: Storage = Storage()
    multi_az: bool = True
    backup_retention_days: int = Field(default=7, ge=0, le=35)
    """Days of automated backups. Replicas need at least 1 on the primary."""
    backup_window: DailyWindow = "01:00-02:00"
    maintenance_window: WeeklyWindow = "sun:03:00-sun:04:00"
    parameters: dict[ParameterName, Scalar] = {}
    """MySQL parameters beyond what xyztf sets itself (TLS required, slow query log, row-based binary log)."""
    admin_username: UserName = "admin"
    """The master user. Its password is made in Secrets Manager and never reaches a file or the state."""
    admin_password_version: int = Field(default=1, ge=1)
    """Raise it by one for a new password."""
    application_username: UserName = "app"
    """The database user that the application's role may become with IAM authentication."""
    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")] | None = None
    """A first schema to create with the instance."""
    monitoring_interval_seconds: Annotated[Literal[1, 5, 10, 15, 30, 60], Number] = 60
    insights_retention_days: int = Field(default=7, ge=7, le=731)
    """Performance Insights' retention: 7, a multiple of 31, or 731."""
    deletion_protection: bool = True
    final_snapshot: bool = True
    """Take a snapshot when the primary is destroyed."""
    replicas: dict[Region, Replica] = {}

    @property
    def major_version(self) -> str:
        """Such as "8.4": what parameter and option groups are made for."""
        return ".".join(self.version.split(".")[:2])

    @property
    def max_size_gb(self) -> int:
        """Where storage autoscaling stops, in GiB; 0 turns it off, for a volume that has hardly any room to grow."""
        if self.storage.max_size_gb:
            return self.storage.max_size_gb
        most = min(2 * self.storage.size_gb, LARGEST_VOLUME)
        return most if most >= least_growth(self.storage.size_gb) else 0

    def replica_class(self, region: str) -> str:
        """The instance class of the replica in `region`."""
        return self.replicas[region].instance_class or self.instance_class
