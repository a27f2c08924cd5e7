"""The Redis or Valkey cache of each region."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from xyztf.environment.model.database import UserName
from xyztf.environment.model.parts import DailyWindow, ParameterName, Part, Region, Scalar, WeeklyWindow


class Cache(Part):
    """ElastiCache: one replication group of the same shape in each region that has a cache."""

    engine: Literal["valkey", "redis"] = "valkey"
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+$")] | None = None
    """Major and minor, such as "7.1". Default: the engine's newest that xyztf knows."""
    node_type: Annotated[str, StringConstraints(pattern=r"^cache\.[a-z0-9-]+\.[a-z0-9-]+$")] = "cache.t4g.micro"
    nodes: int = Field(default=2, ge=1, le=6)
    """Nodes of a shard: one primary, the others its replicas."""
    cluster_mode: bool = False
    """Keys are spread over shards; clients must speak the cluster protocol."""
    shards: int = Field(default=1, ge=1, le=500)
    """More than one needs `cluster_mode`."""
    multi_az: bool = True
    """Nodes of a shard in different zones, with automatic failover. Needs two nodes."""
    parameters: dict[ParameterName, Scalar] = {}
    application_username: UserName = "app"
    """The cache user that the application's role may become with IAM authentication."""
    snapshot_retention_days: int = Field(default=7, ge=1, le=35)
    snapshot_window: DailyWindow = "04:30-05:30"
    maintenance_window: WeeklyWindow = "sun:06:00-sun:07:00"
    regions: list[Region] | None = Field(default=None, min_length=1)
    """Regions with a cache. Default: all of the environment's."""
