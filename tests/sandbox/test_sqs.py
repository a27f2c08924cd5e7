"""SQS: the redrive policy as AWS writes it."""

from __future__ import annotations

import json

import pytest

SCRIPT = """
import json
sqs = client("sqs")
sqs.create_queue(QueueName="dead-letters")
policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead-letters", "maxReceiveCount": 3}
url = sqs.create_queue(QueueName="work", Attributes={"RedrivePolicy": json.dumps(policy)})["QueueUrl"]
print(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["RedrivePolicy"])
"""


def test_a_redrive_policy_comes_back_without_spaces(aws):
    sqs = aws.client("sqs")
    sqs.create_queue(QueueName="dead-letters")
    policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead-letters", "maxReceiveCount": 3}
    url = sqs.create_queue(QueueName="work", Attributes={"RedrivePolicy": json.dumps(policy)})["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["RedrivePolicy"]
    assert told == json.dumps(policy, separators=(",", ":"))


def test_a_queue_without_one_has_none(aws):
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    assert "RedrivePolicy" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def test_a_change_of_something_else_leaves_the_policy(aws):
    sqs = aws.client("sqs")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "sqs:*"}]})
    url = sqs.create_queue(QueueName="work", Attributes={"Policy": policy})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert told["MessageRetentionPeriod"] == "60"
    assert json.loads(told["Policy"])["Statement"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert "Policy" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def test_its_url_is_awss_own_wherever_the_sandbox_answers(aws, elsewhere):
    url = aws.client("sqs").create_queue(QueueName="work")["QueueUrl"]
    assert url == "https://sqs.us-east-1.amazonaws.com/123456789012/work"
    sqs = elsewhere.client("sqs")
    assert sqs.list_queues()["QueueUrls"] == [url]
    assert sqs.get_queue_url(QueueName="work")["QueueUrl"] == url
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert aws.client("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"] == "hello"


@pytest.mark.upstream
def test_moto_still_names_queues_by_its_own_address(unpatched):
    script = """
import threading, boto3
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
mock.stop()
address = "http://%s:%s" % server.get_host_and_port()
keys = dict(aws_access_key_id="x", aws_secret_access_key="x")
sqs = boto3.client("sqs", region_name="us-east-1", endpoint_url=address, **keys)
print(sqs.create_queue(QueueName="work")["QueueUrl"])
server.stop()
"""
    assert unpatched(script).startswith("http://127.0.0.1:")


@pytest.mark.upstream
def test_moto_still_takes_the_policy_away(unpatched):
    script = """
sqs = client("sqs")
policy = '{"Statement": [{"Effect": "Deny", "Action": "sqs:*"}]}'
url = sqs.create_queue(QueueName="work", Attributes={"Policy": policy})["QueueUrl"]
sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})
print("Policy" in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])
"""
    assert unpatched(script).strip() == "False"


@pytest.mark.upstream
def test_moto_still_writes_spaces(unpatched):
    assert '", "' in unpatched(SCRIPT)


@pytest.mark.sandbox
def test_terraform_applies_updates_and_destroys(stack, aws, elsewhere):
    queues = stack("sqs")
    queues.apply()
    assert queues.plan() == ""
    queues.variables["AWS_ENDPOINT_URL"] = elsewhere.endpoint
    assert queues.plan() == ""
    changed = ("-var=count_to_give_up=5", "-var=seconds=7200")
    assert queues.actions(*changed) == {"aws_sqs_queue.this": ["update"], "aws_sqs_queue_policy.this": ["update"]}
    queues.apply(*changed)
    assert queues.plan(*changed) == ""
    queues.destroy()
    assert "QueueUrls" not in aws.client("sqs").list_queues()
    assert aws.unsupported() == []
