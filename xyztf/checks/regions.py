"""Regions: known, listed, and of some use."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from xyztf.checks.fault import Fault
from xyztf.environment.model import Environment
from xyztf.environment.provenance import Path
from xyztf.facts import regions


def region_paths(env: Environment) -> Iterator[tuple[Path, str]]:
    """Every place that names a region, apart from `primary_region` and `regions` themselves."""
    if env.database:
        yield from ((("database", "replicas", region), region) for region in env.database.replicas)
    if env.cache and env.cache.regions:
        yield from ((("cache", "regions", index), region) for index, region in enumerate(env.cache.regions))
    for name, module in env.modules.items():
        yield from ((("modules", name, "regions", i), region) for i, region in enumerate(module.regions or []))


def known_regions(env: Environment) -> Iterator[Fault]:
    """A region must exist, in the same partition as the others; what names one must name one that is listed."""
    codes = regions.codes()
    for region in env.regions:
        if region not in codes:
            near = difflib.get_close_matches(region, codes, n=1)
            yield Fault(
                ("regions", region),
                f"AWS has no region {region} that xyztf knows",
                f"did you mean {near[0]}?" if near else f"known: {', '.join(codes)}",
            )
        elif regions.partition(region) != regions.partition(env.primary_region):
            yield Fault(("regions", region), f"{region} is in another partition of AWS than {env.primary_region}")
    for path, region in region_paths(env):
        if region not in env.regions:
            near = difflib.get_close_matches(region, env.regions, n=1)
            hint = f"did you mean {near[0]}?" if near else "give it an address range under regions"
            yield Fault(path, f"{region} is not one of the environment's regions", hint)


def primary_is_listed(env: Environment) -> Iterator[Fault]:
    """The primary region needs an address range like the others."""
    if env.primary_region not in env.regions:
        near = difflib.get_close_matches(env.primary_region, env.regions, n=1)
        hint = f"did you mean {near[0]}?" if near else f"add regions.{env.primary_region} with a cidr"
        yield Fault(("primary_region",), f"primary_region {env.primary_region} is not among regions", hint)


def empty_regions(env: Environment) -> Iterator[Fault]:
    """A region in which nothing is defined would cost a VPC and its endpoints for nothing."""
    for region in env.regions:
        if region == env.primary_region:
            used = bool(env.database or env.streams or env.tables) or region in env.cache_regions
        else:
            used = bool(env.database and region in env.database.replicas) or region in env.cache_regions
        used = used or any(module.regions is None or region in module.regions for module in env.modules.values())
        if not used:
            yield Fault(
                ("regions", region),
                f"nothing is defined in {region}",
                "give it a replica (database.replicas) or a cache, or take the region out",
            )
