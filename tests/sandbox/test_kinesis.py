"""Kinesis: tags, by the stream's name and by its ARN."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/events"


@pytest.fixture
def kinesis(aws):
    client = aws.client("kinesis")
    client.create_stream(StreamName="events", ShardCount=1, Tags={"Owner": "me"})
    return client


def test_a_stream_keeps_the_tags_it_is_made_with(kinesis):
    assert kinesis.list_tags_for_stream(StreamName="events")["Tags"] == [{"Key": "Owner", "Value": "me"}]


def test_tags_by_arn(kinesis):
    kinesis.tag_resource(ResourceARN=ARN, Tags={"Team": "a"})
    kinesis.untag_resource(ResourceARN=ARN, TagKeys=["Owner", "Nothing"])
    assert kinesis.list_tags_for_resource(ResourceARN=ARN)["Tags"] == [{"Key": "Team", "Value": "a"}]


def test_tags_of_a_consumer_are_its_own(kinesis):
    consumer = kinesis.register_stream_consumer(StreamARN=ARN, ConsumerName="reader")["Consumer"]["ConsumerARN"]
    kinesis.tag_resource(ResourceARN=consumer, Tags={"Team": "b"})
    assert kinesis.list_tags_for_resource(ResourceARN=consumer)["Tags"] == [{"Key": "Team", "Value": "b"}]
    assert kinesis.list_tags_for_resource(ResourceARN=ARN)["Tags"] == [{"Key": "Owner", "Value": "me"}]


def test_a_stream_that_is_not_there_is_not_found(kinesis):
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        kinesis.list_tags_for_resource(ResourceARN=f"{ARN}-other")


@pytest.mark.upstream
def test_moto_still_forgets_the_tags_of_create_stream(unpatched):
    script = """
k = client("kinesis")
k.create_stream(StreamName="events", ShardCount=1, Tags={"Owner": "me"})
print(k.list_tags_for_stream(StreamName="events")["Tags"])
"""
    assert unpatched(script).strip() == "[]"


@pytest.mark.upstream
@pytest.mark.parametrize(
    "call",
    [
        f"list_tags_for_resource(ResourceARN='{ARN}')",
        f"tag_resource(ResourceARN='{ARN}', Tags={{'a': 'b'}})",
        f"untag_resource(ResourceARN='{ARN}', TagKeys=['a'])",
    ],
    ids=lambda call: call.partition("(")[0],
)
def test_moto_still_lacks(unpatched, call):
    assert "NotImplementedError" in unpatched(f"client('kinesis').{call}")


@pytest.mark.sandbox
def test_terraform_applies_updates_and_destroys(stack, aws):
    stream = stack("kinesis")
    stream.apply()
    assert stream.plan() == ""
    changed = ("-var=owner=two", "-var=hours=48")
    assert stream.actions(*changed) == {"aws_kinesis_stream.this": ["update"]}
    stream.apply(*changed)
    assert stream.plan(*changed) == ""
    stream.destroy()
    assert aws.client("kinesis").list_streams()["StreamNames"] == []
    assert aws.unsupported() == []
