"""Engines of databases and caches, and runtimes of functions, at or near their end."""

from __future__ import annotations

from datetime import date

from xyztf.facts.endings import cache_engine_ending, runtime_ending
from xyztf.hcl.resource import Resource
from xyztf.rules.endings.ending import EndingRule, text
from xyztf.rules.endings.known import Told, database_engine, told

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


class DatabaseEngineEnding(EndingRule):
    """A version of a database engine that is at its end, or near it."""

    id = "XYZ801"
    title = "A database engine at its end"
    why = "AWS upgrades it in a maintenance window that it chooses, or bills each vCPU for extended support."
    source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html"
    arguments = dict.fromkeys(
        ("aws_db_instance", "aws_rds_cluster", "aws_rds_global_cluster", "aws_docdb_cluster"), "engine_version"
    )
    bad = DATABASE.replace('"8.4.11"', '"8.0.46" # here')
    good = DATABASE

    def end(self, resource: Resource, value: str, today: date) -> Told | None:
        """See `EndingRule`."""
        engine = "docdb" if resource.type == "aws_docdb_cluster" else text(resource, "engine")
        return database_engine(engine, value, today) if engine else None


class CacheEngineEnding(EndingRule):
    """A version of a cache's engine that is at its end, or near it."""

    id = "XYZ802"
    title = "A cache engine at its end"
    why = "AWS bills each node for extended support, and at the end of that upgrades the cache by itself."
    source = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/extended-support.html"
    arguments = dict.fromkeys(("aws_elasticache_replication_group", "aws_elasticache_cluster"), "engine_version")
    bad = CACHE.replace('"valkey"', '"redis"').replace('"9.1"', '"5.0.6" # here')
    good = CACHE

    def end(self, resource: Resource, value: str, today: date) -> Told | None:
        """See `EndingRule`. A replication group is of Redis OSS where it does not name its engine."""
        default = "redis" if resource.type == "aws_elasticache_replication_group" else None
        engine = text(resource, "engine") if "engine" in resource.values else default
        ending = cache_engine_ending(engine, value) if engine else None
        return told(ending, today) if ending else None


class RuntimeEnding(EndingRule):
    """A runtime of Lambda that is at its end, or near it."""

    id = "XYZ803"
    title = "A Lambda runtime at its end"
    why = (
        "It gets no more patches; then Lambda takes no new function of it, and at last no update of one that is there."
    )
    source = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"
    arguments = dict.fromkeys(("aws_lambda_function",), "runtime")
    bad = FUNCTION.replace('"python3.14"', '"python3.9" # here')
    good = FUNCTION

    def end(self, resource: Resource, value: str, today: date) -> Told | None:
        """See `EndingRule`."""
        ending = runtime_ending(value)
        return told(ending, today) if ending else None
