"""The alarms that a thing should have: the chief ones anywhere, those of the catalogue in a project's stack."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from xyztf.facts.alarms import Alarm, alarms_for
from xyztf.facts.rds import instance_classes
from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.operation.alarms import QUEUES, alarm
from xyztf.rules.operation.watched import (
    Metric,
    Watched,
    is_dead_letter_queue,
    is_watched_here,
    metrics,
    reads_nothing_else,
    watched,
)
from xyztf.rules.rule import Rule, Stack

ESSENTIAL: Mapping[str, tuple[frozenset[str], ...]] = {
    "database": (frozenset({"FreeStorageSpace"}), frozenset({"CPUUtilization", "DBLoad"})),
    "replica": (frozenset({"FreeStorageSpace"}), frozenset({"ReplicaLag"})),
    "cache": (
        frozenset({"EngineCPUUtilization", "CPUUtilization"}),
        frozenset({"DatabaseMemoryUsagePercentage", "Evictions", "FreeableMemory", "BytesUsedForCache"}),
    ),
    "stream": (
        frozenset(
            {
                "GetRecords.IteratorAgeMilliseconds",
                "ReadProvisionedThroughputExceeded",
                "WriteProvisionedThroughputExceeded",
            }
        ),
    ),
    "function": (frozenset({"Errors", "IteratorAge"}),),
    "queue": (frozenset({"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"}),),
    "table": (
        frozenset({"ReadThrottleEvents", "WriteThrottleEvents", "ThrottledRequests", "SystemErrors", "UserErrors"}),
    ),
}
"""What anybody's alarms should read at least: one metric of each group. Recommended alarms of CloudWatch's."""


class MissingAlarm(Rule):
    """A thing that has alarms, but not on what fails first; in a project's stack, not all of the catalogue."""

    id = "XYZ702"
    title = "An alarm is missing"
    why = "What matters most about it, such as a replica's lag or a disk that fills up, goes unseen."
    source = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html"
    severity = Severity.WARNING
    bad = (
        QUEUES + '\nresource "aws_db_instance" "this" {\n  identifier     = "shop" # here\n  engine         = "mysql"\n'
        '  instance_class = "db.m7g.large"\n}\n'
        + alarm("cpu", "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", '"shop"')
    )
    good = bad + alarm("storage", "AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier", '"shop"')

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        configuration = stack.configuration
        if not is_watched_here(stack) or not reads_nothing_else(configuration):
            return
        read = metrics(configuration)
        fed = _fed_by_stream(stack)
        for each in watched(configuration):
            named = [metric for metric in read if metric.may_be(each)]
            unknown = any(metric.name is UNKNOWN or metric.expression is not None for metric in named)
            if not named or unknown or each.resource.type.startswith("aws_rds_cluster"):
                continue
            if stack.context.environment is not None:
                off = stack.context.alarms_off
                expected = [
                    alarm for alarm in alarms_for(each.kind) if alarm.id not in off and _is_for(alarm, each, fed)
                ]
                yield from self._of_catalogue(each, named, expected)
            elif each.kind != "queue" or is_dead_letter_queue(each.resource):
                names = {str(metric.name) for metric in named}
                for group in ESSENTIAL[each.kind]:
                    if not names & group:
                        yield self._missing(each, " or ".join(sorted(group)), self.severity, "")

    def _of_catalogue(self, each: Watched, named: list[Metric], expected: list[Alarm]) -> Iterator[Finding]:
        wanted = Counter(alarm.metric for alarm in expected)
        for name, count in wanted.items():
            alarms = {metric.alarm.address for metric in named if metric.name == name}
            if len(alarms) < count:
                worst = any(alarm.severity == "critical" for alarm in expected if alarm.metric == name)
                severity = Severity.WARNING if worst else Severity.NOTE
                yield self._missing(each, name, severity, f": {len(alarms)} of {count}" if alarms else "")

    def _missing(self, each: Watched, metric: str, severity: Severity, counted: str) -> Finding:
        message = (
            f"{each.name} has no alarm on {metric}" if not counted else f"{each.name}: alarms on {metric}{counted}"
        )
        hint = f"write an aws_cloudwatch_metric_alarm on {metric} with {each.dimension} = {each.name}"
        place = each.resource.at(each.argument)
        return self.finding(place, message, hint, address=each.resource.address, severity=severity)


OF_CLASS = frozenset({"memory", "max_connections", "vcpus"})


def _is_for(alarm: Alarm, each: Watched, fed: bool) -> bool:
    """Whether the catalogue has the alarm for this thing; one for conditions that are not known to hold is not."""
    values = each.resource.values
    size = values.get("node_type" if each.kind == "cache" else "instance_class")
    if alarm.computed and alarm.computed.of in OF_CLASS and size not in instance_classes():
        # Its threshold is a share of what is not known of this class: nothing is generated either.
        return False
    match alarm.only:
        case None:
            return True
        case "burstable":
            return isinstance(size, str) and re.match(r"(db|cache)\.t\d", size) is not None
        case "gp2":
            return bool(values.get("storage_type") == "gp2")
        case "insights":
            return values.get("performance_insights_enabled") is True
    return fed


def _fed_by_stream(stack: Stack) -> bool:
    """Whether every function is fed by a stream: which one is, is not known from an ARN that AWS makes."""
    mappings = [
        each
        for each in stack.configuration.of_type("aws_lambda_event_source_mapping")
        if "starting_position" in each.values
    ]
    functions = list(stack.configuration.of_type("aws_lambda_function"))
    return bool(functions) and len(mappings) >= len(functions)
