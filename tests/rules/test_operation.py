"""The rules of operation: each by its examples, and what they must not say."""

from __future__ import annotations

import pytest

from tests.rules.conftest import TODAY
from tests.rules.test_examples import marked
from xyztf.facts.alarms import catalogue
from xyztf.rules.operation import RULES
from xyztf.rules.operation.alarms import PROVIDER, QUEUES, alarm, queue, queue_alarm
from xyztf.rules.rule import Context
from xyztf.rules.run import run

ALL = [rule() for rule in RULES]


def found(stacks_of, text: str, *ids: str, context=None, **files: str) -> list[str]:
    named = {f"{name}/main.tf": each for name, each in files.items()}
    rules = [rule for rule in ALL if not ids or rule.id in ids]
    return [each.message for each in run(rules, stacks_of({**named, "main.tf": text}, context))]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_bad_example(rule, stacks_of):
    files = {**rule.files, "main.tf": rule.bad}
    findings = run([rule], stacks_of(files, rule.context))
    assert {(each.location.file, each.location.line) for each in findings} == marked(files), [*map(str, findings)]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_good_example(rule, stacks_of):
    files = {name: text.replace(" # here", "") for name, text in {**rule.files, "main.tf": rule.good}.items()}
    assert run([rule], stacks_of(files, rule.context)) == []


STREAM = 'resource "aws_kinesis_stream" "this" {\n  name = "orders"\n}\n'


def test_a_module_without_a_provider_is_left_to_its_callers(stacks_of):
    library = (QUEUES + queue("orders") + queue("mails") + queue_alarm("orders", '"orders"')).replace(PROVIDER, "")
    assert found(stacks_of, library, "XYZ701", "XYZ702", "XYZ703", "XYZ704") == []


def test_a_stack_without_any_alarm_is_silent_unless_it_is_of_a_project(stacks_of):
    assert found(stacks_of, PROVIDER + STREAM, "XYZ701") == []
    project = Context(TODAY, "prod", True, "eu-west-1")
    assert found(stacks_of, PROVIDER + STREAM, "XYZ701", context=project) == ["no alarm of this stack names orders"]


@pytest.mark.parametrize(
    "dimensions",
    [
        "var.dimensions",
        "{ StreamName = var.name }",
        '{ StreamName = "orders" }',
        "{ StreamName = aws_kinesis_stream.this.name }",
    ],
)
def test_an_alarm_that_may_name_it(stacks_of, dimensions):
    text = QUEUES + STREAM + alarm("age", "AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "X", "1")
    text = text.replace("{ X = 1 }", dimensions)
    assert found(stacks_of, text, "XYZ701", "XYZ702", "XYZ703") == []


def test_alarms_of_metric_math(stacks_of):
    text = (
        QUEUES
        + STREAM
        + """
resource "aws_cloudwatch_metric_alarm" "age" {
  alarm_name          = "age"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  alarm_actions       = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "a"
    return_data = true

    metric {
      namespace   = "AWS/Kinesis"
      metric_name = "GetRecords.IteratorAgeMilliseconds"
      stat        = "Maximum"
      period      = 60
      dimensions  = { StreamName = "NAME" }
    }
  }
}
"""
    )
    assert found(stacks_of, text.replace("NAME", "orders"), "XYZ701", "XYZ702", "XYZ703", "XYZ704") == []
    assert found(stacks_of, text.replace("NAME", "order"), "XYZ701", "XYZ703") == [
        "no alarm of this stack names orders",
        "nothing in this stack has StreamName order",
    ]


def test_every_node_of_a_cache_is_watched(stacks_of):
    cache = """
resource "aws_elasticache_replication_group" "this" {
  replication_group_id    = "shop"
  num_node_groups         = 2
  replicas_per_node_group = 1
}
"""
    alarms = [f"shop-{shard:04}-{node:03}" for shard in (1, 2) for node in (1, 2)]
    texts = [alarm(name, "AWS/ElastiCache", "CPUUtilization", "CacheClusterId", f'"{name}"') for name in alarms]
    assert found(stacks_of, QUEUES + cache + "".join(texts), "XYZ701", "XYZ703") == []
    for left_out in range(4):
        some = texts[:left_out] + texts[left_out + 1 :]
        expected = [f"no alarm of this stack names {alarms[left_out]}"]
        assert found(stacks_of, QUEUES + cache + "".join(some), "XYZ701", "XYZ703") == expected


def test_names_and_alarms_through_a_module(stacks_of):
    root = PROVIDER + 'module "m" {\n  source = "./m"\n  names  = ["a", "b"]\n}\n'
    module = """
variable "names" {
  type = set(string)
}

resource "aws_sns_topic" "alarms" {
  name = "alarms"
}

resource "aws_sqs_queue" "this" {
  for_each = var.names
  name     = "${each.value}-queue"
}
""" + queue_alarm("this", '"${each.value}-queue"').replace('"this" {', '"this" {\n  for_each = toset(["a"])', 1)
    assert found(stacks_of, root, "XYZ701", "XYZ703", m=module) == ["no alarm of this stack names b-queue"]


def test_a_module_from_elsewhere_may_hold_the_alarms(stacks_of):
    elsewhere = 'module "alarms" {\n  source  = "example/alarms/aws"\n  version = "1.0.0"\n}\n'
    text = QUEUES + queue("orders") + queue("mails") + queue_alarm("orders", '"orders"')
    assert found(stacks_of, text, "XYZ701") == ["no alarm of this stack names mails"]
    assert found(stacks_of, text + elsewhere, "XYZ701", "XYZ702", "XYZ703") == []


@pytest.mark.parametrize("rule", ['"ALARM(orders)"', '"ALARM(\\"orders\\")"', 'join(" OR ", local.names)', "var.rule"])
def test_a_part_of_a_composite_alarm_needs_no_action(stacks_of, rule):
    text = QUEUES + queue("orders") + queue_alarm("orders", '"orders"')
    text = (
        text.replace("alarm_actions       = [aws_sns_topic.alarms.arn]", "alarm_actions = []")
        + f"""
locals {{
  names = [aws_cloudwatch_metric_alarm.orders.arn]
}}

resource "aws_cloudwatch_composite_alarm" "all" {{
  alarm_name    = "all"
  alarm_rule    = {rule}
  alarm_description = "In ${{var.region}}"
  alarm_actions = [aws_sns_topic.alarms.arn]
}}
"""
    )
    assert found(stacks_of, text, "XYZ704") == []
    other = text.replace(f"alarm_rule    = {rule}", 'alarm_rule = "ALARM(order)"')
    assert found(stacks_of, other, "XYZ704") == ["orders has no action"]
    computed = text.replace(
        f"alarm_rule    = {rule}", 'alarm_rule = join("", [for each in aws_sqs_queue.x : each.arn])'
    )
    assert found(stacks_of, computed, "XYZ704") == ["orders has no action"]


def test_actions_that_are_not_known_are_not_missed(stacks_of):
    text = QUEUES + queue("orders") + queue_alarm("orders", '"orders"')
    assert found(stacks_of, text.replace("[aws_sns_topic.alarms.arn]", "var.actions"), "XYZ704") == []


@pytest.mark.parametrize("given", ["var.days", "null_or(var.days)"])
def test_a_retention_that_is_not_known(stacks_of, given):
    group = f'resource "aws_cloudwatch_log_group" "a" {{\n  name = "a"\n  retention_in_days = {given}\n}}\n'
    assert found(stacks_of, group, "XYZ711") == []


def test_a_log_group_with_an_unknown_name_may_be_the_one(stacks_of):
    text = PROVIDER + 'resource "aws_lambda_function" "f" {\n  function_name = "f"\n}\n'
    assert found(stacks_of, text, "XYZ712") == ["no resource here is /aws/lambda/f"]
    assert found(stacks_of, text + 'resource "aws_cloudwatch_log_group" "f" {\n  name = var.name\n}\n', "XYZ712") == []


def test_tags_of_one_of_two_providers(stacks_of):
    text = PROVIDER + 'provider "aws" {\n  alias = "b"\n\n  default_tags {\n    tags = { A = "b" }\n  }\n}\n'
    assert found(stacks_of, text + queue("orders"), "XYZ721") == []


@pytest.mark.parametrize("name", ["var.name", '"${var.name}_x"', '"Shop"'])
def test_names_that_are_fine_or_not_known(stacks_of, name):
    assert found(stacks_of, f'resource "aws_db_instance" "a" {{\n  identifier = {name}\n}}\n', "XYZ731") == []


def test_two_queues_that_are_each_others_dead_letter_queue(stacks_of):
    text = "".join(
        f'resource "aws_sqs_queue" "{one}" {{\n  name = "{one}"\n  redrive_policy = jsonencode({{\n'
        f"    deadLetterTargetArn = aws_sqs_queue.{other}.arn\n  }})\n}}\n"
        for one, other in (("a", "b"), ("b", "a"), ("c", "a"))
    ).replace("aws_sqs_queue.a.arn", '"arn:aws:sqs:eu-west-1:111122223333:a"', 1)
    messages = found(stacks_of, text, "XYZ742")
    assert len(messages) == 2
    assert all("and that back to it" in message for message in messages)


def test_the_catalogue_is_expected_in_a_project(stacks_of):
    project = Context(TODAY, "prod", True, "eu-west-1")
    table = 'resource "aws_dynamodb_table" "this" {\n  name = "orders"\n}\n'
    metrics = ("ReadThrottleEvents", "WriteThrottleEvents", "SystemErrors")
    texts = [alarm(name, "AWS/DynamoDB", name, "TableName", '"orders"') for name in metrics]
    assert found(stacks_of, QUEUES + table + "".join(texts), "XYZ701", "XYZ702", context=project) == []
    for left_out, name in enumerate(metrics):
        some = QUEUES + table + "".join(texts[:left_out] + texts[left_out + 1 :])
        assert found(stacks_of, some, "XYZ702", context=project) == [f"orders has no alarm on {name}"]
        assert found(stacks_of, some, "XYZ702") == []


def test_a_replica_has_three_alarms_on_its_lag_in_a_project(stacks_of):
    project = Context(TODAY, "prod", True, "eu-west-1")
    replica = 'resource "aws_db_instance" "r" {\n  identifier = "r"\n  replicate_source_db = var.source_arn\n}\n'
    lag = [alarm(f"lag-{number}", "AWS/RDS", "ReplicaLag", "DBInstanceIdentifier", '"r"') for number in range(3)]
    for count, expected in ((3, 0), (2, 1)):
        messages = found(stacks_of, QUEUES + replica + "".join(lag[:count]), "XYZ702", context=project)
        assert messages.count(f"r: alarms on ReplicaLag: {count} of 3") == expected


def test_an_alarm_that_the_environment_does_without_is_not_missing(stacks_of):
    table = 'resource "aws_dynamodb_table" "this" {\n  name = "orders"\n}\n'
    kept = [
        alarm(name, "AWS/DynamoDB", name, "TableName", '"orders"') for name in ("ReadThrottleEvents", "SystemErrors")
    ]
    off = frozenset(each.id for each in catalogue() if each.metric == "WriteThrottleEvents")
    project = Context(TODAY, "prod", True, "eu-west-1", off)
    assert off
    assert found(stacks_of, QUEUES + table + "".join(kept), "XYZ702", context=project) == []
