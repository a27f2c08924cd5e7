"""Analytics: changes are counted per value of one attribute, and the latency of new events is measured.

Each distinct value of a CloudWatch dimension is a metric that is billed, so one invocation publishes at most
`MAX_DIMENSION_VALUES` of them, the most frequent; the rest is counted together as "other".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from changes import Change, Image, Kind, number
from telemetry import MetricValue, Telemetry

MAX_DIMENSION_VALUES = 20
OTHER = "other"
UNKNOWN = "unknown"

ALERTS = "Alerts"
LATENCY = "EventLatency"
UNITS = {**{kind.value: "Count" for kind in Kind}, ALERTS: "Count", LATENCY: "Milliseconds"}

# EMF takes at most 100 values of a metric in one document.
_MAX_VALUES = 100
_MAX_VALUE_LENGTH = 256


@dataclass
class Tally:
    """The numbers of one dimension value."""

    counts: Counter[str] = field(default_factory=Counter)
    latencies: list[int] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """How many changes were counted."""
        return sum(self.counts[kind] for kind in Kind)

    def add(self, other: Tally) -> None:
        """Add another value's numbers."""
        self.counts += other.counts
        self.latencies += other.latencies


class Analytics:
    """The numbers of one invocation."""

    def __init__(self, dimension: str, time_attribute: str) -> None:
        """Count by the attribute `dimension`, or only in total if it is empty."""
        self._dimension = dimension
        self._time_attribute = time_attribute
        self._tallies: dict[str, Tally] = {}

    def count(self, change: Change, alerts: int, now: int) -> None:
        """Count one change and the alerts it raised.

        Latency is that of inserts: a later change of an item does not say when it happened. A device whose clock is
        ahead counts as 0 ms.
        """
        happened_at = number(change.new, self._time_attribute) if change.kind is Kind.INSERTED else None
        tally = self._tallies.setdefault(self._value_of(change.item), Tally())
        tally.counts.update({change.kind.value: 1, ALERTS: alerts})
        if happened_at is not None:
            tally.latencies.append(max(0, now - int(happened_at)))

    def publish(self, telemetry: Telemetry) -> None:
        """Write the metrics; zeros too, so that an alarm on them finds data."""
        for value, tally in _limited(self._tallies).items():
            dimension = (self._dimension, value) if self._dimension else None
            for values in _documents(tally):
                telemetry.metrics(values, UNITS, dimension)

    def totals(self) -> dict[str, int]:
        """Return the counts over all dimension values."""
        total = Tally()
        for tally in self._tallies.values():
            total.add(tally)
        return {name: total.counts[name] for name in [*(kind.value for kind in Kind), ALERTS]}

    def _value_of(self, image: Image) -> str:
        attribute = image.get(self._dimension, {}) if self._dimension else {}
        text = attribute.get("S") or attribute.get("N")
        return _dimension_value(text) if isinstance(text, str) else UNKNOWN


def _dimension_value(text: str) -> str:
    """Return the text as CloudWatch takes it: printable ASCII, not blank, not too long."""
    printable = "".join(character if " " <= character <= "~" else "?" for character in text)
    return printable.strip()[:_MAX_VALUE_LENGTH] or UNKNOWN


def _limited(tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    by_frequency = sorted(tallies, key=lambda value: (-tallies[value].changes, value))
    kept = by_frequency if len(tallies) <= MAX_DIMENSION_VALUES else by_frequency[: MAX_DIMENSION_VALUES - 1]
    limited = {value: tallies[value] for value in kept}
    for value in by_frequency[len(kept) :]:
        limited.setdefault(OTHER, Tally()).add(tallies[value])
    return limited


def _documents(tally: Tally) -> Iterator[dict[str, MetricValue]]:
    counts: dict[str, MetricValue] = {name: tally.counts[name] for name in UNITS if name != LATENCY}
    first, *more = [tally.latencies[at : at + _MAX_VALUES] for at in range(0, len(tally.latencies), _MAX_VALUES)] or [
        []
    ]
    yield {**counts, LATENCY: first} if first else counts
    for latencies in more:
        yield {LATENCY: latencies}
