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
                key=True,
            )
        elif regions.partition(region) != regions.partition(env.primary_region):
            message = f"{region} is in another partition of AWS than {env.primary_region}"
            yield Fault(("regions", region), message, "keep each partition in an environment of its own", key=True)
    for path, region in region_paths(env):
        if region not in env.regions and not _misspelt(region, env):
            yield Fault(path, f"{region} is not one of the environment's regions", _way_out(region, env), key=True)


def _misspelt(region: str, env: Environment) -> bool:
    """Whether `region` is right, and it is under `regions` that it is written wrong: that is told there."""
    strange = [listed for listed in env.regions if listed not in regions.codes()]
    return region in regions.codes() and bool(difflib.get_close_matches(region, strange, n=1))


def _way_out(region: str, env: Environment) -> str:
    """A region that exists is meant; another one is misspelt."""
    near = difflib.get_close_matches(region, env.regions, n=1)
    if near and region not in regions.codes():
        return f"did you mean {near[0]}?"
    return f"add regions.{region} with a cidr, or name one of: {', '.join(env.regions)}"


def primary_is_listed(env: Environment) -> Iterator[Fault]:
    """The primary region needs an address range like the others."""
    if env.primary_region not in env.regions and not _misspelt(env.primary_region, env):
        message = f"primary_region {env.primary_region} is not among regions"
        yield Fault(("primary_region",), message, _way_out(env.primary_region, env))


def empty_regions(env: Environment) -> Iterator[Fault]:
    """A region in which nothing is defined would cost a VPC and its endpoints for nothing.

    Silent while something names a region that is not listed: what belongs here may just be misspelt.
    """
    if any(region not in env.regions for _, region in (*region_paths(env), ((), env.primary_region))):
        return
    for region in env.regions:
        if region == env.primary_region:
            used = bool(env.database or env.streams or env.tables) or region in env.cache_regions
            way_out = "define something for it: database, cache, streams or tables (database: {} takes all defaults)"
        else:
            used = bool(env.database and region in env.database.replicas) or region in env.cache_regions
            way_out = "give it a replica (database.replicas) or a cache, or take the region out"
        used = used or any(module.regions is None or region in module.regions for module in env.modules.values())
        if not used:
            yield Fault(("regions", region), f"nothing is defined in {region}", way_out, key=True)
