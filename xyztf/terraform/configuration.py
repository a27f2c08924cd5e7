"""What the configuration sets, as a plan's JSON tells it. Blocks made by `dynamic` are not in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_INSTANCE_KEY = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')


class Written:
    """The attributes and blocks that are written for each resource."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._names = dict(_resources(plan.get("configuration", {}).get("root_module", {}), ""))

    def of(self, address: str) -> frozenset[str]:
        """The names of what is written for the resource, which may be one of many by `count` or `for_each`."""
        return self._names.get(_INSTANCE_KEY.sub("", address), frozenset())


def _resources(module: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, frozenset[str]]]:
    for resource in module.get("resources", ()):
        yield f"{prefix}{resource['address']}", frozenset(resource.get("expressions", ()))
    for name, call in module.get("module_calls", {}).items():
        yield from _resources(call.get("module", {}), f"{prefix}module.{name}.")
