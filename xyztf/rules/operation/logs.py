"""Logs: they end some day, and it is written down when."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.resource import Resource
from xyztf.hcl.values import UNKNOWN, Value
from xyztf.rules.operation.watched import is_uncertain
from xyztf.rules.rule import Rule, Stack

GROUP = "aws_cloudwatch_log_group"
RETENTION = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"


class LogsKeptForever(Rule):
    """A log group without an end."""

    id = "XYZ711"
    title = "Logs that are kept for ever"
    why = "CloudWatch keeps them without end unless told: they cost more each month, and keep personal data too long."
    source = RETENTION
    severity = Severity.WARNING
    bad = """\
resource "aws_cloudwatch_log_group" "a" { # here
  name = "/shop/a"
}

resource "aws_cloudwatch_log_group" "b" {
  name              = "/shop/b"
  retention_in_days = 0 # here
}
"""
    good = 'resource "aws_cloudwatch_log_group" "a" {\n  name              = "/shop/a"\n  retention_in_days = 365\n}\n'

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for each in stack.configuration.of_type(GROUP):
            days = each.values.get("retention_in_days")
            if days is UNKNOWN or days or is_uncertain(each):
                continue
            # Without its name: a module that leaves it open is told once, however often it is called.
            message = "retention_in_days is 0: for ever" if days == 0 else "there is no retention_in_days"
            hint = "set retention_in_days, such as 365"
            yield self.finding(each.at("retention_in_days"), message, hint, address=each.address)


class UnmanagedLogGroup(Rule):
    """A function or a database that writes to a log group which AWS makes by itself."""

    id = "XYZ712"
    title = "A log group that nobody manages"
    why = "AWS makes it at the first line: without an end, without a key of yours, and it stays when the rest is gone."
    source = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html"
    severity = Severity.NOTE
    bad = """\
provider "aws" {
  region = "eu-west-1"
}

resource "aws_lambda_function" "orders" {
  function_name = "orders" # here
  role          = "arn:aws:iam::111122223333:role/orders"
}

resource "aws_db_instance" "shop" {
  identifier                      = "shop"
  enabled_cloudwatch_logs_exports = ["error", "slowquery"] # here
}

resource "aws_cloudwatch_log_group" "error" {
  name              = "/aws/rds/instance/shop/error"
  retention_in_days = 365
}
"""
    good = """\
provider "aws" {
  region = "eu-west-1"
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = "arn:aws:iam::111122223333:role/orders"
}

resource "aws_cloudwatch_log_group" "orders" {
  name              = "/aws/lambda/orders"
  retention_in_days = 365
}
"""

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        configuration = stack.configuration
        if not configuration.root.module.providers:
            return
        managed: list[Value] = [each.values.get("name") for each in configuration.of_type(GROUP)]
        if any(not isinstance(name, str) for name in managed):
            return
        for resource, argument, name in _written(stack):
            if name not in managed:
                place = resource.at(argument)
                hint = f'write an aws_cloudwatch_log_group with name = "{name}"'
                yield self.finding(place, f"no resource here is {name}", hint, address=resource.address)


def _written(stack: Stack) -> Iterator[tuple[Resource, str, str]]:
    """The log groups that things write to under names which AWS fixes."""
    for each in stack.configuration.of_type("aws_lambda_function"):
        name = each.values.get("function_name")
        logging = each.values.get("logging_config", [])
        # One that is named elsewhere is not this function's alone.
        own = logging is not UNKNOWN and not any(block.get("log_group") is not None for block in logging)
        if isinstance(name, str) and own and not is_uncertain(each) and not re.search(r"[:/]", name):
            yield each, "function_name", f"/aws/lambda/{name}"
    for kind, argument, folder in (
        ("aws_db_instance", "identifier", "instance"),
        ("aws_rds_cluster", "cluster_identifier", "cluster"),
    ):
        for each in stack.configuration.of_type(kind):
            name, exports = each.values.get(argument), each.values.get("enabled_cloudwatch_logs_exports")
            if isinstance(name, str) and isinstance(exports, list) and not is_uncertain(each):
                for export in exports:
                    if isinstance(export, str):
                        yield each, "enabled_cloudwatch_logs_exports", f"/aws/rds/{folder}/{name}/{export}"
