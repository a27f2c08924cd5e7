"""The parameters of a cache (Valkey and Redis OSS): which are known, what they take, what is not a parameter there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from xyztf.facts.answers import Refusal, Superseded
from xyztf.facts.tables import table


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter that can be set. `lowest` and `highest` are inclusive; None means no known bound."""

    name: str
    type: str
    allowed: tuple[str, ...]
    lowest: int | None
    highest: int | None
    only_at_creation: bool

    def takes(self, value: str) -> bool:
        """Whether AWS takes this value, as far as is known."""
        if self.allowed:
            return value in self.allowed
        if self.type != "integer":
            return True
        if re.fullmatch(r"-?\d+", value) is None:
            return False
        number = int(value)
        return (self.lowest is None or number >= self.lowest) and (self.highest is None or number <= self.highest)


@cache
def known() -> frozenset[str]:
    """The parameters that can be set. Newer engines may have more: use it to suggest, not to refuse."""
    return frozenset(table("redis_parameters")["parameters"])


def parameter(name: str) -> Parameter | None:
    """What is known about a parameter, or None."""
    entry = table("redis_parameters")["parameters"].get(name)
    if entry is None:
        return None
    lowest, highest = entry.get("range", (None, None))
    creation = entry.get("when") == "creation"
    return Parameter(name, entry["type"], tuple(entry.get("allowed", ())), lowest, highest, creation)


def superseded(name: str) -> Superseded | None:
    """What a parameter of a redis.conf is called by now, or why it is none on ElastiCache. None when neither."""
    facts = table("redis_parameters")
    if name in facts["superseded"]["names"]:
        becomes, reason = facts["superseded"]["names"][name]
        return Superseded(name, "translate", becomes, reason, f"write {becomes}", facts["superseded"]["source"])
    if name in facts["refused"]["names"]:
        reason, way_out = facts["refused"]["names"][name]
        return Superseded(name, "refuse", None, reason, way_out, facts["refused"]["source"])
    return None


def refused(name: str) -> Refusal | None:
    """Why a parameter of a redis.conf is none on ElastiCache, and what to do instead. None when it may be one."""
    found = superseded(name)
    return found.refusal() if found is not None and found.action == "refuse" else None
