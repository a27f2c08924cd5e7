"""The alarm catalogue: what is watched on each kind of thing, and what stands on its dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from xyztf.facts.tables import table

Kind = Literal["database", "replica", "cache", "stream", "table", "function", "queue"]
Severity = Literal["critical", "warning"]
Condition = Literal["burstable", "gp2", "insights", "stream"]


@dataclass(frozen=True, slots=True)
class Computed:
    """A threshold that depends on the thing watched: so many per cent of a quantity, in the metric's own unit.

    `of` is one of storage and memory (bytes), max_connections, vcpus, retention and timeout.
    """

    percent: int
    of: str

    def threshold(self, quantity: float) -> float:
        """The number for one thing: 10 % of 100 GiB, in bytes."""
        return quantity * self.percent / 100

    def __str__(self) -> str:
        return f"{self.percent}% of {self.of}"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm, for each thing of one of its kinds.

    Exactly one of `threshold` and `computed` is set, and exactly one of `statistic` and `extended_statistic`.
    `dimension` is the one filled with the thing's name; `dimensions` are fixed ones beside it. With `operations`
    the metric exists per `Operation` only, and the alarm is on the sum over them (metric math).
    `only` limits it to burstable classes, gp2 volumes, classes with insights, or functions fed by a stream.
    """

    id: str
    kinds: tuple[Kind, ...]
    title: str
    why: str
    namespace: str
    metric: str
    dimension: str
    dimensions: Mapping[str, str]
    operations: tuple[str, ...]
    statistic: str | None
    extended_statistic: str | None
    period_seconds: int
    evaluation_periods: int
    datapoints_to_alarm: int
    comparison: str
    threshold: float | None
    computed: Computed | None
    unit: str
    treat_missing_data: str
    severity: Severity
    only: Condition | None
    because: str
    source: str


@dataclass(frozen=True, slots=True)
class Widget:
    """One graph on the dashboard: metrics of one unit, each with its statistic, for each thing of its kinds."""

    id: str
    kinds: tuple[Kind, ...]
    title: str
    namespace: str
    dimension: str
    metrics: Mapping[str, str]
    period_seconds: int
    unit: str


@cache
def catalogue() -> tuple[Alarm, ...]:
    """Every alarm, in the order in which they should be shown."""
    return tuple(_alarm(entry) for entry in table("alarms")["alarms"])


def alarms_for(kind: Kind) -> tuple[Alarm, ...]:
    """The alarms for one kind of thing. Look at `only` before using one."""
    return tuple(alarm for alarm in catalogue() if kind in alarm.kinds)


@cache
def dashboard() -> tuple[Widget, ...]:
    """Every graph of the dashboard, in order."""
    entries = table("alarms")["dashboard"]["widgets"]
    return tuple(Widget(**{**entry, "kinds": tuple(entry["kinds"])}) for entry in entries)


def _alarm(entry: Mapping[str, Any]) -> Alarm:
    optional = dict.fromkeys(("statistic", "extended_statistic", "only"))
    shaped = {
        "kinds": tuple(entry["kinds"]),
        "dimensions": entry.get("dimensions", {}),
        "operations": tuple(entry.get("operations", ())),
        "computed": Computed(**entry["computed"]) if "computed" in entry else None,
    }
    return Alarm(**{**optional, **entry, **shaped})
