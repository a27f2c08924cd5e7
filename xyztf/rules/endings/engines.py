"""Engines of databases and caches, and runtimes of functions, at or near their end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.configuration import Resource
from xyztf.rules.endings import known
from xyztf.rules.endings.known import End
from xyztf.rules.rule import Context, Rule, Stack

TODAY = Context(date(2026, 11, 28))
FUNCTION = """\
resource "aws_lambda_function" "this" {
  function_name = "shop"
  role          = var.role_arn
  filename      = "shop.zip"
  handler       = "main.handler"
  runtime       = "python3.14"
}
"""
DATABASE = """\
resource "aws_db_instance" "this" {
  identifier               = "shop"
  engine                   = "mysql"
  engine_version           = "8.4.11"
  engine_lifecycle_support = "open-source-rds-extended-support-disabled"
  instance_class           = "db.m8g.large"
}
"""
CACHE = """\
resource "aws_elasticache_replication_group" "this" {
  replication_group_id = "shop"
  description          = "The shop's cache"
  engine               = "valkey"
  engine_version       = "9.1"
  node_type            = "cache.m7g.large"
}
"""


class _Ending(Rule):
    """Something that ends, by arguments of a resource."""

    severity = Severity.WARNING
    context = TODAY
    kinds: ClassVar[tuple[str, ...]]
    argument: ClassVar[str]

    def end(self, resource: Resource, today: date) -> End | None:
        """What ends there."""
        raise NotImplementedError

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        today = stack.context.today
        for resource in stack.configuration.of_type(*self.kinds):
            end = self.end(resource, today)
            severity = end.severity(today) if end else None
            if end is not None and severity is not None:
                place, address = resource.at(self.argument), resource.address
                yield self.finding(place, end.message(today), end.hint, address=address, severity=severity)


def _text(resource: Resource, name: str) -> str | None:
    value = resource.values.get(name)
    return value if isinstance(value, str) else None


class DatabaseEngineEnding(_Ending):
    """A version of a database engine that is at its end, or near it."""

    id = "XYZ801"
    title = "A database engine at its end"
    why = "AWS upgrades it in a maintenance window that it chooses, or bills each vCPU for extended support."
    source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html"
    kinds = ("aws_db_instance", "aws_rds_cluster", "aws_rds_global_cluster")
    argument = "engine_version"
    bad = DATABASE.replace('"8.4.11"', '"8.0.46" # here')
    good = DATABASE

    def end(self, resource: Resource, today: date) -> End | None:
        """See `_Ending`."""
        engine, version = _text(resource, "engine"), _text(resource, "engine_version")
        return known.engine(engine, version) if engine and version else None


class CacheEngineEnding(_Ending):
    """A version of a cache's engine that is at its end, or near it."""

    id = "XYZ802"
    title = "A cache engine at its end"
    why = "AWS bills each node for extended support, and at the end of that upgrades the cache by itself."
    source = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/extended-support.html"
    kinds = ("aws_elasticache_replication_group", "aws_elasticache_cluster")
    argument = "engine_version"
    bad = CACHE.replace('"valkey"', '"redis"').replace('"9.1"', '"5.0.6" # here')
    good = CACHE

    def end(self, resource: Resource, today: date) -> End | None:
        """See `_Ending`. A replication group is of Redis OSS where it does not name its engine."""
        default = "redis" if resource.type == "aws_elasticache_replication_group" else None
        engine = _text(resource, "engine") if "engine" in resource.values else default
        version = _text(resource, "engine_version")
        return known.cache(engine, version) if engine and version else None


class RuntimeEnding(_Ending):
    """A runtime of Lambda that is at its end, or near it."""

    id = "XYZ803"
    title = "A Lambda runtime at its end"
    why = (
        "It gets no more patches; then Lambda takes no new function of it, and at last no update of one that is there."
    )
    source = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"
    kinds = ("aws_lambda_function",)
    argument = "runtime"
    bad = FUNCTION.replace('"python3.14"', '"python3.9" # here')
    good = FUNCTION

    def end(self, resource: Resource, today: date) -> End | None:
        """See `_Ending`."""
        name = _text(resource, "runtime")
        return known.runtime(name, today) if name else None
