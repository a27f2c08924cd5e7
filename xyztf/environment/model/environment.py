"""The environment: one reviewed YAML file, checked."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from xyztf.environment.model.cache import Cache
from xyztf.environment.model.database import Database
from xyztf.environment.model.network import Network, RegionNetwork
from xyztf.environment.model.operations import Alarm, AlarmId, Budget, Notify
from xyztf.environment.model.parts import AccountId, Identifier, LogRetentionDays, Part, Region, ResourceName, Slug
from xyztf.environment.model.streaming import Stream, Table

TagKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 _.:/=+@-]{1,128}$")]
TagValue = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 _.:/=+@-]{0,256}$")]
Connection = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*\.[a-z_][a-z0-9_]*$")]


class ProjectModule(Part):
    """A module of the project's own, from `templates/modules/<name>/`."""

    regions: list[Region] | None = Field(default=None, min_length=1)
    """Regions whose stack calls the module. Default: all of the environment's."""
    inputs: dict[Identifier, Any] = {}
    """The module's variables, as values."""
    connect: dict[Identifier, Connection] = {}
    """The module's variables that another module of the same stack gives, as `module.output`."""


class Environment(Part):
    """All that a person decides about one environment. Every field not given has a secure default."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,15}$")]
    project: Slug
    """Comes first in every name: project, environment, thing."""
    account_id: AccountId
    """The AWS account, in quotes. The provider refuses any other."""
    protected: bool = False
    """Nothing that holds data can be destroyed while this is true."""
    primary_region: Region
    """Where the primary database, the streams and the tables are."""
    regions: dict[Region, RegionNetwork] = Field(min_length=1)
    """The primary region and the others, with their address ranges."""
    network: Network = Network()
    database: Database | None = None
    cache: Cache | None = None
    streams: dict[ResourceName, Stream] = {}
    tables: dict[ResourceName, Table] = {}
    alarms: dict[AlarmId, Alarm] = {}
    notify: Notify = Notify()
    budget: Budget | None = None
    log_retention_days: LogRetentionDays = 365
    tags: dict[TagKey, TagValue] = {}
    modules: dict[Slug, ProjectModule] = {}

    @property
    def other_regions(self) -> list[str]:
        """The regions beside the primary one, in the order of the file."""
        return [region for region in self.regions if region != self.primary_region]

    @property
    def cache_regions(self) -> list[str]:
        """The regions that have a cache."""
        if self.cache is None:
            return []
        return self.cache.regions if self.cache.regions is not None else list(self.regions)
