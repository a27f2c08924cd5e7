"""Subnet groups, which moto can create and describe, but neither change nor delete."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.models import CacheSubnetGroup
from moto.elasticache.responses import ElastiCacheResponse

from xyztf.sandbox.patches import add
from xyztf.sandbox.patches.elasticache.backend import forget_tags, refuse


def install() -> None:
    """Add the actions that subnet groups lack."""
    add(ElastiCacheResponse, modify_cache_subnet_group, delete_cache_subnet_group)


def zones(backend: Any, name: str | None) -> list[str]:
    """The zones that a subnet group reaches; two of the region's without one."""
    subnets = backend.cache_subnet_groups[name].subnets if name in backend.cache_subnet_groups else []
    found = sorted({subnet.get("subnet_availability_zone", "") for subnet in subnets} - {""})
    return found or [f"{backend.region_name}{letter}" for letter in "ab"]


def modify_cache_subnet_group(self: Any) -> ActionResult:
    """Give a group another description or other subnets."""
    backend = self.elasticache_backend
    name = self._get_param("CacheSubnetGroupName")
    old = backend.describe_cache_subnet_groups(name)[0]
    group = CacheSubnetGroup(
        account_id=backend.account_id,
        region_name=backend.region_name,
        cache_subnet_group_name=name,
        cache_subnet_group_description=self._get_param(
            "CacheSubnetGroupDescription", old.cache_subnet_group_description
        ),
        subnet_ids=self._get_param("SubnetIds", old.subnet_ids),
        tags=old.tags,
    )
    backend.cache_subnet_groups[name] = group
    return ActionResult({"CacheSubnetGroup": group})


def delete_cache_subnet_group(self: Any) -> ActionResult:
    """Delete a group that no cache uses."""
    backend = self.elasticache_backend
    name = self._get_param("CacheSubnetGroupName")
    group = backend.describe_cache_subnet_groups(name)[0]
    if any(cache.cache_subnet_group_name == name for cache in backend.replication_groups.values()):
        raise refuse("CacheSubnetGroupInUse", f"Cache subnet group {name} is currently in use by a cache.")
    del backend.cache_subnet_groups[name]
    forget_tags(backend, group.arn)
    return EmptyResult()
