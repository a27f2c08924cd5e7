"""Which argument of a resource is its name to AWS, and how long that may be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from xyztf.facts.names import Limit, limit
from xyztf.facts.tables import table


@cache
def named_arguments() -> Mapping[str, tuple[tuple[str, Limit], ...]]:
    """By type of resource, the arguments that are names, each with its limit."""
    found: dict[str, list[tuple[str, Limit]]] = {}
    for argument, kind in table("argument_names")["arguments"].items():
        resource_type, _, name = argument.partition(".")
        found.setdefault(resource_type, []).append((name, limit(kind)))
    return {resource_type: tuple(each) for resource_type, each in found.items()}
