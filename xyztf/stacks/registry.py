"""The modules there are. Adding one: a folder of templates, its part of the environment model, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xyztf.environment.model import Environment


@dataclass(frozen=True, slots=True)
class Module:
    """A module of ours. `name` is its folder under templates/modules; `regions` says whose stacks call it."""

    name: str
    regions: Callable[[Environment], Sequence[str]]


def _everywhere(env: Environment) -> Sequence[str]:
    return list(env.regions)


def _primary_if(present: Callable[[Environment], object]) -> Callable[[Environment], Sequence[str]]:
    return lambda env: [env.primary_region] if present(env) else []


MODULES: tuple[Module, ...] = (
    Module("vpc", _everywhere),
    Module("rds-primary", _primary_if(lambda env: env.database)),
    Module("rds-replica", lambda env: list(env.database.replicas) if env.database else []),
    Module("elasticache", lambda env: env.cache_regions),
    Module("kinesis-dynamo", _primary_if(lambda env: env.streams or env.tables)),
    Module("monitoring", _everywhere),
)
"""In the order in which a stack calls them."""
