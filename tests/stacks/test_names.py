"""Names and ARNs."""

from __future__ import annotations

import pytest

from xyztf.stacks.arns import Arns
from xyztf.stacks.names import Names


@pytest.fixture
def names(environment):
    return Names.of(environment())


def test_names(names):
    assert names.prefix == "xyz-corp-prod"
    assert names.database == "xyz-corp-prod-primary-db"
    assert names.replica("us-west-2") == "xyz-corp-prod-replica-us-west-2"
    assert names.cache == "xyz-corp-prod-cache"
    assert names.thing("events") == "xyz-corp-prod-events"
    assert names.processor("events") == "xyz-corp-prod-events-processor"
    assert names.dead_letters("events") == "xyz-corp-prod-events-processor-dlq"
    assert names.topic == "xyz-corp-prod-alarms"
    assert names.key_alias("cache") == "alias/xyz-corp-prod-cache"
    assert names.database_secret == "xyz-corp/prod/database/admin"
    assert names.state_bucket("us-east-1") == "xyz-corp-prod-tfstate-123456789012-us-east-1"
    assert names.state_key("global") == "prod/global/terraform.tfstate"
    assert names.metric_namespace == "xyz-corp/prod"


def test_log_groups(names):
    assert names.flow_log_group == "/aws/vpc/xyz-corp-prod/flow-logs"
    assert names.database_log_group("db", "error") == "/aws/rds/instance/db/error"
    assert names.cache_log_group("slow-log") == "/aws/elasticache/xyz-corp-prod-cache/slow-log"
    assert names.function_log_group("f") == "/aws/lambda/f"


@pytest.mark.parametrize(("user", "name"), [("app", "app"), ("my_app", "my-app"), ("a__b", "a-b"), ("app_", "app")])
def test_the_id_of_a_cache_user_has_no_underscores(names, user, name):
    assert names.cache_user(user) == f"xyz-corp-prod-{name}"


def test_arns(environment):
    arns = Arns.of(environment())
    assert arns.account_root == "arn:aws:iam::123456789012:root"
    assert arns.role("application") == "arn:aws:iam::123456789012:role/xyz-corp-prod-application"
    assert arns.primary_database == "arn:aws:rds:us-east-1:123456789012:db:xyz-corp-prod-primary-db"
    assert arns.replica_database("us-west-2") == "arn:aws:rds:us-west-2:123456789012:db:xyz-corp-prod-replica-us-west-2"
    assert arns.database_user("us-west-2", "app") == "arn:aws:rds-db:us-west-2:123456789012:dbuser:*/app"
    assert arns.cache("us-west-2") == "arn:aws:elasticache:us-west-2:123456789012:replicationgroup:xyz-corp-prod-cache"
    assert arns.cache_user("us-west-2", "x-app") == "arn:aws:elasticache:us-west-2:123456789012:user:x-app"
    assert arns.stream("events") == "arn:aws:kinesis:us-east-1:123456789012:stream/xyz-corp-prod-events"
    assert arns.table("events") == "arn:aws:dynamodb:us-east-1:123456789012:table/xyz-corp-prod-events"
    assert arns.queue("q") == "arn:aws:sqs:us-east-1:123456789012:q"
    assert arns.function("f") == "arn:aws:lambda:us-east-1:123456789012:function:f"
    assert arns.topic("us-west-2") == "arn:aws:sns:us-west-2:123456789012:xyz-corp-prod-alarms"
    assert arns.network("us-west-2") == "arn:aws:ec2:us-west-2:123456789012:*/*"
    assert arns.log_group("us-west-2", "/aws/x") == "arn:aws:logs:us-west-2:123456789012:log-group:/aws/x"
    assert arns.secret("us-east-1", "a/b") == "arn:aws:secretsmanager:us-east-1:123456789012:secret:a/b-??????"


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_arns_in_other_partitions(environment, region, partition):
    arns = Arns.of(environment(primary_region=region, regions={region: {"cidr": "10.0.0.0/16"}}))
    assert arns.stream("s").startswith(f"arn:{partition}:kinesis:{region}:")
