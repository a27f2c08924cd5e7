"""What is lost with a resource, and what a change of one interrupts: by types and attributes of the AWS provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from xyztf.facts import mysql
from xyztf.facts.tables import table
from xyztf.facts.versions import major


class Means(Enum):
    """What people notice of a change, the worst first."""

    LOSS = "loss"
    REPLACED = "replaced"
    RESTART = "restart"
    FAILOVER = "failover"
    CONNECTIONS = "connections"
    SLOW = "slow"
    WAITS = "waits"
    NONE = "none"

    @property
    def words(self) -> str:
        """For people."""
        return WORDS[self]

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Means).index(self)


WORDS = {
    Means.LOSS: "data is lost",
    Means.REPLACED: "destroyed and created anew",
    Means.RESTART: "out of reach for minutes",
    Means.FAILOVER: "fails over",
    Means.CONNECTIONS: "connections or requests fail",
    Means.SLOW: "works on, slower or guarded less",
    Means.WAITS: "waits",
    Means.NONE: "nothing is interrupted",
}


class When(Enum):
    """When it happens. What waits for the maintenance window does not wait where apply_immediately is set."""

    NOW = "now"
    WINDOW = "window"
    REBOOT = "reboot"


@dataclass(frozen=True, slots=True)
class Loss:
    """What is gone with a resource that holds data or cannot come back, and who says so."""

    lost: str
    source: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change means for those who use the resource."""

    means: Means
    when: When
    words: str
    duration: str | None
    source: str


GENERIC_REPLACEMENT = Effect(
    Means.REPLACED,
    When.NOW,
    "what uses it has to do without it, or find the new one",
    None,
    "judgement: type not known",
)


def loss(resource_type: str) -> Loss | None:
    """What is gone when a resource of this type is destroyed. None when it can be made again from the files."""
    return _losses().get(resource_type)


def considered(resource_type: str) -> bool:
    """Whether somebody has decided if this type holds data."""
    others = (types for group in table("holds_data")["others"] for types in group["types"])
    return resource_type in _losses() or resource_type in others


def of_replacement(resource_type: str) -> Effect:
    """What it means when a resource is destroyed and created anew, apart from what is lost with it."""
    return _of_group("replacements", resource_type) or GENERIC_REPLACEMENT


def of_removal(resource_type: str) -> Effect | None:
    """What it means when a resource goes, apart from what is lost with it. None where nothing is known."""
    return _of_group("removals", resource_type)


def of_change(
    resource_type: str,
    attribute: str,
    old: object,
    new: object,
    *,
    keys: tuple[str, ...] = (),
    settings: Mapping[str, object] | None = None,
    comparable: bool = True,
) -> Effect | None:
    """What it means when an attribute changes in place. None where nothing is known, and presumably nothing happens.

    `attribute` is its path without indices (`stream_mode_details.stream_mode`), `keys` are the indices; `settings` are
    values of the resource that hold before and after. Where the values cannot be compared, being secret or not known
    yet, the worst that the attribute can mean counts.
    """
    found = []
    for entry in _changes().get(resource_type, ()):
        exact = attribute == entry["attribute"]
        if not exact and not attribute.startswith(f"{entry['attribute']}."):
            continue
        if any((settings or {}).get(name) != value for name, value in entry.get("only", {}).items()):
            continue
        # A whole block is removed; without one of its attributes it is changed.
        sorts = [each for each in entry.get("change", ["any"]) if exact or each != "removed"]
        if any(_is(each, old, new, keys, comparable) for each in sorts):
            found.append(_effect(entry))
    worst = min(found, key=lambda effect: effect.means.rank, default=None)
    return found[0] if found and comparable else worst


def _is(sort: str, old: object, new: object, keys: tuple[str, ...], comparable: bool) -> bool:
    """Whether a change is of that sort: `any`, one of `SORTS`, or `to X`, `with X`, `past N`."""
    if sort == "static parameter":
        return mysql.apply_method(keys[0] if keys else "") == "pending-reboot"
    if sort == "any" or not comparable:
        return True
    if sort in SORTS:
        return SORTS[sort](old, new)
    word, _, value = sort.partition(" ")
    if word == "past":
        return _number(old) < float(value) <= _number(new)
    return value == new or (word == "with" and value == old)


def _down(old: object, new: object) -> bool:
    # 0 often is for ever, or off, and -1 for no limit.
    return 0 < _number(new) < _number(old)


def _number(value: object) -> float:
    try:
        return float(value) if isinstance(value, str | int | float) else 0.0
    except (ValueError, OverflowError):
        return 0.0


SORTS: Mapping[str, Callable[[object, object], bool]] = {
    "on": lambda old, new: not old and bool(new),
    "off": lambda old, new: bool(old) and not new,
    "down": _down,
    "removed": lambda old, new: bool(old) and not new,
    "major": lambda old, new: isinstance(old, str) and isinstance(new, str) and major(old) != major(new),
}


@cache
def _losses() -> Mapping[str, Loss]:
    groups = table("holds_data")["groups"]
    return {name: Loss(group["lost"], group["source"]) for group in groups for name in group["types"]}


@cache
def _changes() -> Mapping[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for entry in table("interruptions")["changes"]:
        found.setdefault(entry["type"], []).append(entry)
    return found


def _of_group(key: str, resource_type: str) -> Effect | None:
    groups = table("interruptions")[key]
    return next((_effect(group) for group in groups if resource_type in group["types"]), None)


def _effect(entry: Mapping[str, Any]) -> Effect:
    when = When(entry.get("when", "now"))
    return Effect(Means(entry["means"]), when, entry["words"], entry.get("duration"), entry["source"])
