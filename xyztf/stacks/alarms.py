"""The alarms of an environment: the catalogue with the environment's own thresholds."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from xyztf.environment.model import Environment
from xyztf.facts.alarms import Alarm, Kind, catalogue
from xyztf.stacks.things import Thing, things

SLOW_QUERIES = Alarm(
    id="database-slow-queries",
    kinds=("database", "replica"),
    title="Many queries are slow",
    why="Each ran longer than long_query_time: the slow query log names them, Performance Insights what they wait for.",
    namespace="",
    metric="",
    dimension="",
    dimensions={},
    operations=(),
    statistic="Sum",
    extended_statistic=None,
    period_seconds=300,
    evaluation_periods=3,
    datapoints_to_alarm=3,
    comparison="GreaterThanThreshold",
    threshold=30,
    computed=None,
    unit="queries in 5 minutes",
    treat_missing_data="notBreaching",
    severity="warning",
    only=None,
    because="our judgement: one every ten seconds for a quarter of an hour",
    source="the seed documents (slow query log enabled)",
)
"""Not in the catalogue of AWS's metrics: the metric is one that the monitoring module makes of the log."""


@dataclass(frozen=True, slots=True)
class Watch:
    """An alarm as this environment sets it, with the threshold of each thing that it watches.

    `everything` says whether that is all things of the kind; some metrics exist for some instance classes only.
    """

    alarm: Alarm
    kind: Kind
    thresholds: Mapping[str, float]
    everything: bool

    @property
    def label(self) -> str:
        """The name of the resource: replica_cpu for database-cpu of a replica."""
        return "_".join((self.kind, *self.alarm.id.split("-")[1:]))

    @property
    def threshold(self) -> float | None:
        """The threshold, where it is the same for all things."""
        different = set(self.thresholds.values())
        return different.pop() if len(different) == 1 else None


def alarms(env: Environment, kind: Kind) -> list[Watch]:
    """The enabled alarms for things of `kind`, each with its thresholds settled."""
    known = [thing for thing in things(env) if thing.kind == kind]
    watches = [_watch(env, alarm, kind, known) for alarm in catalogue() if kind in alarm.kinds and _enabled(env, alarm)]
    return [watch for watch in watches if watch.thresholds]


def slow_queries(env: Environment) -> Alarm | None:
    """The alarm on the metric made of the slow query log, unless the environment turns it off or has no database."""
    return _settled(env, SLOW_QUERIES) if env.database and _enabled(env, SLOW_QUERIES) else None


def alarm_ids() -> frozenset[str]:
    """Every alarm that an environment can adjust."""
    return frozenset(alarm.id for alarm in (*catalogue(), SLOW_QUERIES))


def _enabled(env: Environment, alarm: Alarm) -> bool:
    setting = env.alarms.get(alarm.id)
    return setting.enabled if setting else True


def _watch(env: Environment, alarm: Alarm, kind: Kind, known: list[Thing]) -> Watch:
    settled = _settled(env, alarm)
    thresholds: dict[str, float] = {}
    for thing in known:
        threshold = _threshold(settled, thing)
        if threshold is not None and (alarm.only is None or alarm.only in thing.meets):
            thresholds[thing.name] = threshold
    return Watch(settled, kind, thresholds, all(thing.name in thresholds for thing in known))


def _threshold(alarm: Alarm, thing: Thing) -> float | None:
    """The number for one thing; None where the quantity that it is a share of is not known."""
    if alarm.threshold is not None:
        return alarm.threshold
    if alarm.computed is None or alarm.computed.of not in thing.quantities:
        return None
    return round(alarm.computed.threshold(thing.quantities[alarm.computed.of]))


def _settled(env: Environment, alarm: Alarm) -> Alarm:
    setting = env.alarms.get(alarm.id)
    if setting is None:
        return alarm
    if setting.threshold is not None:
        alarm = dataclasses.replace(alarm, threshold=setting.threshold, computed=None)
    if setting.evaluation_periods is not None:
        periods = setting.evaluation_periods
        all_of_them = alarm.datapoints_to_alarm == alarm.evaluation_periods
        datapoints = periods if all_of_them else min(alarm.datapoints_to_alarm, periods)
        alarm = dataclasses.replace(alarm, evaluation_periods=periods, datapoints_to_alarm=datapoints)
    return alarm
