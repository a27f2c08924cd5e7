"""Alarms: everything that serves is watched, and whoever must know is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from xyztf.facts.alarms import Alarm, alarms_for
from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.configuration import Resource
from xyztf.hcl.values import UNKNOWN
from xyztf.hcl.walk import references, traversals
from xyztf.rules.operation.watched import (
    ALARM,
    DIMENSIONS,
    NAMED_BY,
    Metric,
    Watched,
    is_dead_letter_queue,
    is_uncertain,
    is_watched_here,
    metrics,
    reads_nothing_else,
    watched,
)
from xyztf.rules.rule import Rule, Stack

COMPOSITE = "aws_cloudwatch_composite_alarm"
PROVIDER = 'provider "aws" {\n  region = "eu-west-1"\n}\n\n'
QUEUES = PROVIDER + 'resource "aws_sns_topic" "alarms" {\n  name = "alarms"\n}\n\n'


def alarm(label: str, namespace: str, metric: str, dimension: str, name: str) -> str:
    """An alarm, for the examples."""
    return (
        f'\nresource "aws_cloudwatch_metric_alarm" "{label}" {{\n  alarm_name          = "{label}"\n'
        f'  namespace           = "{namespace}"\n  metric_name         = "{metric}"\n'
        f"  dimensions          = {{ {dimension} = {name} }}\n"
        '  comparison_operator = "GreaterThanThreshold"\n  threshold           = 0\n  evaluation_periods  = 1\n'
        "  alarm_actions       = [aws_sns_topic.alarms.arn]\n}\n"
    )


def queue(label: str, here: str = "") -> str:
    """A queue, for the examples."""
    return f'\nresource "aws_sqs_queue" "{label}" {{\n  name = "{label}"{here}\n}}\n'


def queue_alarm(label: str, name: str) -> str:
    """An alarm on a queue, for the examples."""
    return alarm(label, "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name)


class NothingWatches(Rule):
    """A database, cache, stream, table, function or queue that no alarm names."""

    id = "XYZ701"
    title = "Nothing watches it"
    why = "It fills up, falls behind or fails, and the first to tell are its users."
    source = (
        "https://docs.aws.amazon.com/wellarchitected/latest/framework/rel_monitor_aws_resources_monitor_resources.html"
    )
    severity = Severity.WARNING
    bad = QUEUES + queue("orders") + queue("mails", " # here") + queue_alarm("orders", "aws_sqs_queue.orders.name")
    good = (
        QUEUES
        + queue("orders")
        + queue("mails")
        + queue_alarm("orders", '"orders"')
        + queue_alarm("mails", "aws_sqs_queue.mails.name")
    )

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        configuration = stack.configuration
        if not is_watched_here(stack) or not reads_nothing_else(configuration):
            return
        read = metrics(configuration)
        members = [each for each in watched(configuration) if each.resource.type == "aws_rds_cluster_instance"]
        for each in watched(configuration):
            if each.resource.type == "aws_rds_cluster_instance":
                # What the cluster's alarms do not tell of it, those of the other instances do.
                continue
            candidates = [each, *members] if each.resource.type == "aws_rds_cluster" else [each]
            if not any(metric.may_be(candidate) for metric in read for candidate in candidates):
                yield self.finding(
                    each.resource.at(each.argument),
                    f"no alarm of this stack names {each.name}",
                    f"write an aws_cloudwatch_metric_alarm with {each.dimension} = {each.name}",
                    address=each.resource.address,
                )


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
                yield from self._of_catalogue(each, named, fed)
            elif each.kind != "queue" or is_dead_letter_queue(each.resource):
                names = {str(metric.name) for metric in named}
                for group in ESSENTIAL[each.kind]:
                    if not names & group:
                        yield self._missing(each, " or ".join(sorted(group)), self.severity, "")

    def _of_catalogue(self, each: Watched, named: list[Metric], fed: bool) -> Iterator[Finding]:
        expected = [alarm for alarm in alarms_for(each.kind) if _is_for(alarm, each, fed)]
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


def _is_for(alarm: Alarm, each: Watched, fed: bool) -> bool:
    """Whether the catalogue has the alarm for this thing; one for conditions that are not known to hold is not."""
    values = each.resource.values
    size = values.get("node_type" if each.kind == "cache" else "instance_class")
    match alarm.only:
        case None:
            return True
        case "burstable":
            return isinstance(size, str) and re.match(r"(db|cache)\.t\d", size) is not None
        case "gp2":
            return bool(values.get("storage_type") == "gp2")
        case "insights":
            return values.get("performance_insights_enabled") is True
        case "stream":
            return fed
    return False


def _fed_by_stream(stack: Stack) -> bool:
    """Whether every function is fed by a stream: which one is, is not known from an ARN that AWS makes."""
    mappings = [
        each
        for each in stack.configuration.of_type("aws_lambda_event_source_mapping")
        if "starting_position" in each.values
    ]
    functions = list(stack.configuration.of_type("aws_lambda_function"))
    return bool(functions) and len(mappings) >= len(functions)


class AlarmOnNothing(Rule):
    """An alarm whose dimension names what the stack does not have."""

    id = "XYZ703"
    title = "An alarm on something that is not there"
    why = "It gets no data: it never tells anything, or tells of trouble all the time."
    source = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"
    severity = Severity.WARNING
    bad = (QUEUES + queue("orders") + queue_alarm("orders", '"orders"') + queue_alarm("wrong", '"order"')).replace(
        '{ QueueName = "order" }', '{ QueueName = "order" } # here'
    )
    good = QUEUES + queue("orders") + queue_alarm("orders", '"orders"')

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        configuration = stack.configuration
        if not configuration.root.module.providers or not reads_nothing_else(configuration):
            return
        names: dict[str, set[str]] = {}
        named = set()
        for each in watched(configuration):
            names.setdefault(each.dimension, set()).update(each.names)
            named.add(each.resource.address)
        unknown = {
            dimension
            for resource in configuration.resources
            for argument, _, dimension in [NAMED_BY.get(resource.type, ("", "", ""))]
            if dimension and (resource.mode != "resource" or resource.address not in named)
        }
        told = set()
        for metric in metrics(configuration):
            if not isinstance(metric.dimensions, dict):
                continue
            for dimension in sorted(DIMENSIONS & metric.dimensions.keys()):
                name = metric.dimensions[dimension]
                known = names.get(dimension, set())
                if not isinstance(name, str) or not known or name in known or dimension in unknown:
                    continue
                if (metric.alarm.address, name) in told:
                    continue
                told.add((metric.alarm.address, name))
                near = get_close_matches(name, sorted(known), 1)
                place = metric.alarm.at(
                    "dimensions" if "dimensions" in metric.alarm.body.attributes else "metric_query"
                )
                yield self.finding(
                    place,
                    f"nothing in this stack has {dimension} {name}",
                    f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(known)[:5])}",
                    address=metric.alarm.address,
                )


class AlarmTellsNobody(Rule):
    """An alarm without an action, and not part of a composite alarm."""

    id = "XYZ704"
    title = "An alarm that tells nobody"
    why = "It changes its colour on a page that nobody looks at."
    source = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html"
    severity = Severity.WARNING
    bad = (QUEUES + queue("orders") + queue_alarm("orders", '"orders"')).replace(
        "  alarm_actions       = [aws_sns_topic.alarms.arn]\n", "  alarm_actions       = [] # here\n"
    )
    good = QUEUES + queue("orders") + queue_alarm("orders", '"orders"')

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        if not stack.configuration.root.module.providers:
            return
        composites = list(stack.configuration.of_type(COMPOSITE))
        for each in stack.configuration.of_type(ALARM, COMPOSITE):
            values = each.values
            enabled = values.get("actions_enabled")
            actions = [values.get(name) for name in ("alarm_actions", "insufficient_data_actions")]
            if is_uncertain(each) or enabled is UNKNOWN or any(action is UNKNOWN for action in actions):
                continue
            if (enabled is not False and any(actions)) or any(_names(composite, each) for composite in composites):
                continue
            name = values.get("alarm_name")
            label = name if isinstance(name, str) else each.address
            message = f"the actions of {label} are switched off" if enabled is False else f"{label} has no action"
            hint = "take out actions_enabled" if enabled is False else "give it alarm_actions, such as an SNS topic"
            place = each.at("actions_enabled" if enabled is False else "alarm_actions")
            yield self.finding(place, message, hint, address=each.address)


def _names(composite: Resource, alarm: Resource) -> bool:
    """Whether the rule of a composite alarm names an alarm, or may: by its name, or by what the text refers to."""
    rule, name = composite.values.get("alarm_rule"), alarm.values.get("alarm_name")
    if isinstance(rule, str):
        return isinstance(name, str) and re.search(rf"\(\s*[\"']?{re.escape(name)}[\"']?\s*\)", rule) is not None
    seen: set[str] = set()
    waiting = list(references(composite.body))
    while waiting:
        found = waiting.pop()
        first = next((step for step in found.steps if isinstance(step, str)), "")
        if found.root in ("var", "module") or (found.root, first) == (ALARM, alarm.name):
            return True
        declared = composite.instance.module.locals.get(first) if found.root == "local" else None
        if declared is not None and first not in seen:
            seen.add(first)
            waiting += traversals(declared.attribute.value)
    return False
