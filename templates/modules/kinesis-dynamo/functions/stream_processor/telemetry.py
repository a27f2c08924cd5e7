"""Structured logs and CloudWatch metrics, both as one JSON object per line on standard output.

Metrics use the CloudWatch Embedded Metric Format (EMF): CloudWatch Logs reads them out of the log, so the function
needs no permission and no call of its own to publish them. Every metric has the dimension `FunctionName`.

Nothing of a record's payload belongs in a log: callers pass counts, reasons and identifiers only.
This file is the same in both functions, as each of them is packaged on its own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40}

Number = int | float
MetricValue = Number | Sequence[Number]


def now_ms() -> int:
    """Return the current time in epoch milliseconds."""
    return time.time_ns() // 1_000_000


class Telemetry:
    """Writes the log lines and metrics of one invocation."""

    def __init__(self, namespace: str, level: str, function_name: str, request_id: str) -> None:
        """Remember what every line carries."""
        self._namespace = namespace
        self._threshold = LEVELS[level]
        self._function_name = function_name
        self._request_id = request_id

    def log(self, level: str, message: str, **fields: object) -> None:
        """Write one log line, unless its level is below the configured one."""
        if LEVELS[level] < self._threshold:
            return
        timestamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        head = {"timestamp": timestamp, "level": level, "message": message, "requestId": self._request_id}
        _write_line({**head, "functionName": self._function_name, **fields})

    def metrics(
        self,
        values: Mapping[str, MetricValue],
        units: Mapping[str, str],
        dimension: tuple[str, str] | None = None,
    ) -> None:
        """Write one EMF document; a further dimension is published beside the total by `FunctionName` alone."""
        sets = [["FunctionName"]]
        members: dict[str, object] = {"FunctionName": self._function_name, "requestId": self._request_id}
        if dimension is not None:
            name, value = dimension
            sets.append(["FunctionName", name])
            members[name] = value
        directive = {
            "Namespace": self._namespace,
            "Dimensions": sets,
            "Metrics": [{"Name": name, "Unit": units[name]} for name in values],
        }
        _write_line({"_aws": {"Timestamp": now_ms(), "CloudWatchMetrics": [directive]}, **members, **values})


def _write_line(document: Mapping[str, object]) -> None:
    # One write per line, so that lines of a process with threads never mix.
    print(json.dumps(document, separators=(",", ":")) + "\n", end="", flush=True)
