"""What should be watched in a stack, and what its alarms watch, as far as the text tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xyztf.facts.alarms import Kind
from xyztf.hcl.configuration import Configuration
from xyztf.hcl.module import Declared
from xyztf.hcl.resource import Resource
from xyztf.hcl.syntax import Literal
from xyztf.hcl.values import UNKNOWN, Value
from xyztf.hcl.walk import attributes, traversals
from xyztf.rules.rule import Stack

NAMED_BY: Mapping[str, tuple[str, str, str]] = {
    "aws_db_instance": ("identifier", "AWS/RDS", "DBInstanceIdentifier"),
    "aws_rds_cluster": ("cluster_identifier", "AWS/RDS", "DBClusterIdentifier"),
    "aws_rds_cluster_instance": ("identifier", "AWS/RDS", "DBInstanceIdentifier"),
    "aws_elasticache_replication_group": ("replication_group_id", "AWS/ElastiCache", "CacheClusterId"),
    "aws_elasticache_cluster": ("cluster_id", "AWS/ElastiCache", "CacheClusterId"),
    "aws_kinesis_stream": ("name", "AWS/Kinesis", "StreamName"),
    "aws_dynamodb_table": ("name", "AWS/DynamoDB", "TableName"),
    "aws_lambda_function": ("function_name", "AWS/Lambda", "FunctionName"),
    "aws_sqs_queue": ("name", "AWS/SQS", "QueueName"),
}
"""The argument with a resource's name, and the namespace and the dimension in which CloudWatch has it."""
DIMENSIONS = frozenset(dimension for _, _, dimension in NAMED_BY.values())


@dataclass(frozen=True)
class Watched:
    """One thing that CloudWatch counts by itself: a cache's nodes are one each."""

    resource: Resource
    kind: Kind
    names: tuple[str, ...]
    """Its name, and others that it may have instead."""
    argument: str
    namespace: str
    dimension: str

    @property
    def name(self) -> str:
        """What to call it."""
        return self.names[0]


@dataclass(frozen=True)
class Metric:
    """One metric that an alarm reads. UNKNOWN where the text does not tell. `expression` is one of metric math."""

    alarm: Resource
    namespace: Value
    name: Value
    dimensions: Value
    expression: Value = None

    def may_be(self, watched: Watched) -> bool:
        """Whether it is, or may be, about this thing. Without dimensions it is about all that its namespace has."""
        if self.expression is not None:
            # Metrics Insights and SEARCH find what they are about by themselves.
            return (
                self.expression is UNKNOWN or re.search(r"\b(SELECT|SEARCH)\b", str(self.expression), re.I) is not None
            )
        if self.namespace is not UNKNOWN and self.namespace != watched.namespace:
            return False
        if self.dimensions is UNKNOWN:
            return True
        if not self.dimensions:
            # A namespace that is computed is most often one of the project's own.
            return self.namespace is not UNKNOWN
        given = self.dimensions.get(watched.dimension)
        return given is UNKNOWN or given in watched.names


def is_watched_here(stack: Stack) -> bool:
    """Whether a stack should hold the alarms for what it holds: one of a project, or one applied that has alarms."""
    if not stack.configuration.root.module.providers:
        return False
    return stack.context.environment is not None or any(True for _ in stack.configuration.of_type(ALARM))


ALARM = "aws_cloudwatch_metric_alarm"


def metrics(configuration: Configuration) -> list[Metric]:
    """Every metric that an alarm of the configuration reads."""
    return [metric for alarm in configuration.of_type(ALARM) for metric in _of_alarm(alarm)]


def _of_alarm(alarm: Resource) -> Iterator[Metric]:
    values = alarm.values
    queries = values.get("metric_query", [])
    if queries is UNKNOWN:
        yield Metric(alarm, UNKNOWN, UNKNOWN, UNKNOWN)
        return
    if "metric_name" in values:
        yield Metric(alarm, values.get("namespace"), values["metric_name"], values.get("dimensions"))
    for query in queries:
        if query is UNKNOWN or query.get("metric") is UNKNOWN:
            yield Metric(alarm, UNKNOWN, UNKNOWN, UNKNOWN)
        elif query.get("metric"):
            for metric in query["metric"]:
                yield Metric(alarm, metric.get("namespace"), metric.get("metric_name"), metric.get("dimensions"))
        elif query.get("expression") is not None:
            yield Metric(alarm, None, None, None, query["expression"])


def watched(configuration: Configuration) -> Iterator[Watched]:
    """What the configuration holds that should be watched. What has no known name is left out."""
    for resource in configuration.of_type(*NAMED_BY):
        argument, namespace, dimension = NAMED_BY[resource.type]
        name = resource.values.get(argument)
        if not isinstance(name, str) or is_uncertain(resource):
            continue
        kind = _kind(resource)
        for each in _nodes(resource, name):
            yield Watched(resource, kind, each, argument, namespace, dimension)


def is_uncertain(resource: Resource) -> bool:
    """Whether it may not be there at all, or often: its `count` or `for_each` is not known."""
    return resource.key is None and bool({"count", "for_each"} & resource.body.attributes.keys())


def _kind(resource: Resource) -> Kind:
    if resource.type == "aws_db_instance":
        return "database" if resource.values.get("replicate_source_db") is None else "replica"
    for word, kind in KINDS.items():
        if word in resource.type:
            return kind
    raise ValueError(resource.type)


KINDS: Mapping[str, Kind] = {
    "rds": "database",
    "elasticache": "cache",
    "kinesis": "stream",
    "dynamodb": "table",
    "lambda": "function",
    "sqs": "queue",
}


def _nodes(resource: Resource, name: str) -> list[tuple[str, ...]]:
    """The names that CloudWatch has for it: those of the nodes of a replication group, when their number is known.

    Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html
    """
    if resource.type != "aws_elasticache_replication_group":
        return [(name,)]
    values = resource.values
    shards, replicas = values.get("num_node_groups"), values.get("replicas_per_node_group", 0)
    if isinstance(shards, int) and isinstance(replicas, int):
        # With one shard the name tells nothing of it where the cluster mode is off, which the parameter group decides.
        return [
            (f"{name}-{shard:04}-{node:03}", *([f"{name}-{node:03}"] if shards == 1 else []))
            for shard in range(1, shards + 1)
            for node in range(1, replicas + 2)
        ]
    nodes = values.get("num_cache_clusters", 1)
    if shards is None and isinstance(nodes, int):
        return [(f"{name}-{node:03}", f"{name}-0001-{node:03}") for node in range(1, nodes + 1)]
    return []


def reads_nothing_else(configuration: Configuration) -> bool:
    """Whether all modules are at hand: one from elsewhere may hold things, or alarms."""
    return all(
        name in instance.children
        for instance in configuration.instances
        for name, call in instance.module.calls.items()
        if not _is_empty(call)
    )


def _is_empty(call: Declared) -> bool:
    count = call.block.body.attributes.get("count")
    return count is not None and isinstance(count.value, Literal) and count.value.value == 0


def is_dead_letter_queue(queue: Resource) -> bool:
    """Whether something of its module sends there what it gave up on, or its name says so."""
    if re.search(r"dlq|dead.?letter", str(queue.values.get("name")), re.I):
        return True
    for declared in queue.instance.module.resources.values():
        for attribute in attributes(declared.block.body):
            if attribute.name in DEAD_LETTERS and declared is not queue.declared:
                for reference in traversals(attribute.value):
                    if (reference.root, reference.steps[:1]) == (queue.type, (queue.name,)):
                        return True
    return False


DEAD_LETTERS = frozenset({"redrive_policy", "deadLetterTargetArn", "target_arn", "destination_arn"})
