"""Parameter groups, of which moto knows nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.responses import ElastiCacheResponse

from xyztf.sandbox.patches import add
from xyztf.sandbox.patches.elasticache.backend import arn, forget_tags, refuse, tag

CLUSTER_MODE = "cluster-enabled"


@dataclass(slots=True)
class ParameterGroup:
    """A parameter group, in the names of AWS's answers. Only what a user has set is kept."""

    cache_parameter_group_name: str
    cache_parameter_group_family: str
    description: str
    arn: str
    is_global: bool = False
    parameters: dict[str, str] = field(default_factory=dict)


def install() -> None:
    """Add the actions for parameter groups."""
    add(
        ElastiCacheResponse,
        create_cache_parameter_group,
        describe_cache_parameter_groups,
        modify_cache_parameter_group,
        reset_cache_parameter_group,
        delete_cache_parameter_group,
        describe_cache_parameters,
    )


def find(backend: Any, name: str) -> ParameterGroup:
    """The parameter group of this name, which must be one that a user has made."""
    group: ParameterGroup | None = backend.parameter_groups.get(name.lower())
    if group is None:
        raise refuse("CacheParameterGroupNotFound", f"CacheParameterGroup {name} not found.")
    return group


def is_default(name: str) -> bool:
    """Whether the group is one of AWS's own."""
    return name.startswith("default.")


def in_cluster_mode(backend: Any, name: str) -> bool:
    """Whether a group's caches are in cluster mode."""
    if is_default(name):
        return name.endswith(".cluster.on")
    return find(backend, name).parameters.get(CLUSTER_MODE) == "yes"


def create_cache_parameter_group(self: Any) -> ActionResult:
    """A new group, with nothing set."""
    backend = self.elasticache_backend
    name = self._get_param("CacheParameterGroupName").lower()
    if name in backend.parameter_groups or is_default(name):
        raise refuse("CacheParameterGroupAlreadyExists", f"Cache parameter group {name} already exists.")
    family, description = self._get_param("CacheParameterGroupFamily"), self._get_param("Description")
    group = ParameterGroup(name, family, description, arn(backend, "parametergroup", name))
    backend.parameter_groups[name] = group
    tag(backend, group.arn, self._get_param("Tags"))
    return ActionResult({"CacheParameterGroup": group})


def describe_cache_parameter_groups(self: Any) -> ActionResult:
    """One group, or all."""
    name = self._get_param("CacheParameterGroupName")
    backend = self.elasticache_backend
    groups = [find(backend, name)] if name else list(backend.parameter_groups.values())
    return ActionResult({"CacheParameterGroups": groups})


def modify_cache_parameter_group(self: Any) -> ActionResult:
    """Set some parameters."""
    group = find(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
    for parameter in self._get_param("ParameterNameValues", []):
        group.parameters[parameter["ParameterName"]] = parameter["ParameterValue"]
    return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})


def reset_cache_parameter_group(self: Any) -> ActionResult:
    """Take some parameters, or all, back to their defaults."""
    group = find(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
    if self._get_param("ResetAllParameters"):
        group.parameters.clear()
    for parameter in self._get_param("ParameterNameValues", []):
        group.parameters.pop(parameter["ParameterName"], None)
    return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})


def delete_cache_parameter_group(self: Any) -> ActionResult:
    """Delete a group that no cache uses."""
    backend = self.elasticache_backend
    group = find(backend, self._get_param("CacheParameterGroupName"))
    name = group.cache_parameter_group_name
    if any(cache.cache_parameter_group_name == name for cache in backend.replication_groups.values()):
        raise refuse("InvalidCacheParameterGroupState", f"One or more caches are still using parameter group {name}.")
    del backend.parameter_groups[name]
    forget_tags(backend, group.arn)
    return EmptyResult()


def describe_cache_parameters(self: Any) -> ActionResult:
    """What a user has set in a group; the hundreds of defaults are not known here."""
    group = find(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
    asked_for = self._get_param("Source") in (None, "user")
    parameters = [
        {"ParameterName": name, "ParameterValue": value, "Source": "user", "IsModifiable": True}
        for name, value in sorted(group.parameters.items())
        if asked_for
    ]
    return ActionResult({"Parameters": parameters})
