"""Alarms: everything that serves is watched, and whoever must know is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.resource import Resource
from xyztf.hcl.values import UNKNOWN
from xyztf.hcl.walk import traversals
from xyztf.rules.operation.watched import (
    ALARM,
    DIMENSIONS,
    NAMED_BY,
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
                if (dimension, name) in told:
                    continue
                # Ten alarms on one wrong name are one mistake.
                told.add((dimension, name))
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
    source = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Acting_Alarm_Changes.html"
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
    told_by = [composite.body.attributes.get(argument) for argument in ("alarm_rule", "for_each")]
    waiting = [reference for each in told_by if each is not None for reference in traversals(each.value)]
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
