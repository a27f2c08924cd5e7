"""What only shows when an environment's fields are held against each other, its names, or AWS's dated facts.

Each check is a plain function that yields faults; `CHECKS` lists them. All run, so that a person sees everything that
is wrong at once. Must not import render, terraform, sandbox or cli.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xyztf.checks.addresses import (
    overlapping_regions,
    own_subnets,
    ranges_that_fit,
    zones_of_the_region,
)
from xyztf.checks.cache import cache_facts, cache_parameters, cache_shape
from xyztf.checks.database import (
    database_facts,
    database_parameters,
    database_storage,
    replica_places,
    replica_sources,
)
from xyztf.checks.fault import Fault
from xyztf.checks.names import colliding_names, names_that_fit
from xyztf.checks.operations import alarm_ids, project_modules, protection, repeated_entries, reserved_tags
from xyztf.checks.parameters import likely_parameters
from xyztf.checks.regions import empty_regions, known_regions, primary_is_listed
from xyztf.checks.streaming import alert_rules, capacities, index_shapes, processors, stream_modes
from xyztf.checks.windows import cache_windows, database_windows
from xyztf.environment.model import Environment

CHECKS: tuple[Callable[[Environment], Iterator[Fault]], ...] = (
    known_regions,
    primary_is_listed,
    empty_regions,
    overlapping_regions,
    ranges_that_fit,
    zones_of_the_region,
    own_subnets,
    database_facts,
    database_storage,
    database_parameters,
    replica_places,
    replica_sources,
    cache_facts,
    cache_shape,
    cache_parameters,
    database_windows,
    cache_windows,
    stream_modes,
    processors,
    capacities,
    index_shapes,
    alert_rules,
    alarm_ids,
    project_modules,
    protection,
    reserved_tags,
    repeated_entries,
    names_that_fit,
    colliding_names,
)


DOUBTS: tuple[Callable[[Environment], Iterator[Fault]], ...] = (likely_parameters,)


def faults(env: Environment, *, partial: bool = False) -> list[Fault]:
    """Everything that is wrong with `env` although each field by itself is right.

    Of a `partial` environment some parts could not be read: a check that asks for one of them ends there.
    """
    found: list[Fault] = []
    for check in CHECKS:
        try:
            for fault in check(env):
                found.append(fault)
        except AttributeError:
            if not partial:
                raise
    return found


def doubts(env: Environment) -> list[Fault]:
    """What is probably a slip, but may be something that AWS knows and xyztf does not."""
    return [doubt for check in DOUBTS for doubt in check(env)]
