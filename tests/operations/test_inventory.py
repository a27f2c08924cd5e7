"""What exists in a stack, from outputs and addresses as Terraform gave them for dev."""

from __future__ import annotations

from pathlib import Path

import pytest

from xyztf.environment.model import Environment
from xyztf.operations.inventory import section
from xyztf.project import Project
from xyztf.stacks.stack import stacks

REPOSITORY = Path(__file__).parents[2]
EAST = {
    "alarm_topic_arn": "arn:aws:sns:us-east-1:123456789012:xyz-corp-dev-alarms",
    "cache_endpoint": "master.xyz-corp-dev-cache.aaff86.use1.cache.amazonaws.com",
    "cache_port": 6379,
    "cache_reader_endpoint": "replica.xyz-corp-dev-cache.aaff86.use1.cache.amazonaws.com",
    "dashboard_name": "xyz-corp-dev-us-east-1",
    "database_endpoint": "xyz-corp-dev-primary-db.aaaaaaaaaa.us-east-1.rds.amazonaws.com",
    "database_port": 3306,
    "function_names": {
        "device-data-stream": "xyz-corp-dev-device-data-stream-processor",
        "realtime-analytics": "xyz-corp-dev-realtime-analytics-processor",
    },
    "stream_names": {"device-data-stream": "xyz-corp-dev-device-data-stream"},
    "table_names": {"realtime-analytics": "xyz-corp-dev-realtime-analytics", "plain": "xyz-corp-dev-plain"},
    "vpc_id": "vpc-10c2579475a5142f5",
}
ADDRESSES = [
    "module.kinesis_dynamo.data.aws_iam_policy_document.streaming_key",
    'module.monitoring.aws_cloudwatch_metric_alarm.database["cpu"]',
    'module.monitoring.aws_cloudwatch_metric_alarm.database["a.b"]',
    "module.monitoring.aws_cloudwatch_composite_alarm.database",
    "module.rds_primary.aws_db_instance.this",
    'module.vpc.aws_subnet.application["us-east-1a"]',
]


@pytest.fixture(scope="module")
def dev() -> Environment:
    return Project.at(REPOSITORY).load("dev").environment


def rows(env: Environment, name: str, given: dict, addresses: list[str]) -> dict[str, tuple[str, ...]]:
    stack = next(stack for stack in stacks(env) if stack.name == name)
    found = section(env, stack, given, addresses)
    assert found.title == name
    return dict(found.rows)


def test_a_primary_region(dev):
    assert rows(dev, "us-east-1", EAST, ADDRESSES) == {
        "primary database": ("xyz-corp-dev-primary-db.aaaaaaaaaa.us-east-1.rds.amazonaws.com:3306",),
        "cache": ("master.xyz-corp-dev-cache.aaff86.use1.cache.amazonaws.com:6379",),
        "cache, reading": ("replica.xyz-corp-dev-cache.aaff86.use1.cache.amazonaws.com:6379",),
        "streams": ("xyz-corp-dev-device-data-stream",),
        "tables": ("xyz-corp-dev-realtime-analytics (streamed)", "xyz-corp-dev-plain"),
        "functions": (
            "xyz-corp-dev-device-data-stream-processor",
            "xyz-corp-dev-realtime-analytics-processor",
        ),
        "alarms": ("2", "1 composite"),
        "alarms go to": ("arn:aws:sns:us-east-1:123456789012:xyz-corp-dev-alarms",),
        "dashboard": ("xyz-corp-dev-us-east-1",),
        "resources": ("5",),
        "state bucket": ("xyz-corp-dev-tfstate-123456789012-us-east-1",),
    }


def test_a_replica_says_that_it_is_one_until_it_is_promoted(dev):
    given = {"database_endpoint": "replica.example", "database_port": 3306}
    assert rows(dev, "us-west-2", given, [])["replica database"] == ("replica.example:3306",)
    replicas = {
        region: replica.model_copy(update={"role": "promoted"}) for region, replica in dev.database.replicas.items()
    }
    promoted = dev.model_copy(update={"database": dev.database.model_copy(update={"replicas": replicas})})
    assert rows(promoted, "us-west-2", given, [])["promoted database"] == ("replica.example:3306",)


def test_the_global_stack_has_roles_and_its_state_in_the_primary_region(dev):
    given = {"application_role_arn": "arn:aws:iam::123456789012:role/app"}
    assert rows(dev, "global", given, ["aws_iam_role.a", "aws_iam_role.b", "aws_budgets_budget.monthly"]) == {
        "roles": ("2",),
        "for applications": ("arn:aws:iam::123456789012:role/app",),
        "budgets": ("1",),
        "resources": ("3",),
        "state bucket": ("xyz-corp-dev-tfstate-123456789012-us-east-1",),
    }


def test_a_stack_with_nothing_in_it_says_so(dev):
    assert rows(dev, "global", {}, [])["resources"] == ("none",)
