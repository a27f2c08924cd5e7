"""stream_processor as a whole, against an in-process DynamoDB and SQS, and against clients that fail."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import random
from collections import Counter
from threading import Lock
from types import SimpleNamespace

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.stub import Stubber
from moto import mock_aws

MS = 1_700_000_000_000


@pytest.fixture
def aws(stream, monkeypatch):
    """The function with its table and queue on moto."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        index = {"Projection": {"ProjectionType": "ALL"}}
        dynamodb.create_table(
            TableName="analytics",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "DeviceId", "AttributeType": "S"},
                {"AttributeName": "Timestamp", "AttributeType": "N"},
                {"AttributeName": "DeviceType", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "DeviceId", "KeyType": "HASH"},
                {"AttributeName": "Timestamp", "KeyType": "RANGE"},
            ],
            GlobalSecondaryIndexes=[
                {
                    **index,
                    "IndexName": "DeviceType-Timestamp-index",
                    "KeySchema": [
                        {"AttributeName": "DeviceType", "KeyType": "HASH"},
                        {"AttributeName": "Timestamp", "KeyType": "RANGE"},
                    ],
                }
            ],
        )
        sqs = boto3.client("sqs", region_name="us-east-1")
        url = sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
        monkeypatch.setattr(stream.handler, "TABLE", stream.storage.Table(dynamodb, "analytics"))
        monkeypatch.setattr(stream.handler, "DEAD_LETTERS", stream.dead_letters.DeadLetterQueue(sqs, url))

        def items():
            return {
                (item["DeviceId"]["S"], int(item["Timestamp"]["N"])): item
                for item in dynamodb.scan(TableName="analytics", ConsistentRead=True)["Items"]
            }

        def messages():
            found = []
            while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                found += [json.loads(message["Body"]) for message in batch]
            return found

        yield SimpleNamespace(items=items, messages=messages, dynamodb=dynamodb, sqs=sqs, url=url)


@pytest.fixture
def run(stream, context):
    """Call the handler; return the sequence numbers it reports as failed."""

    def call(*records, remaining=(60_000,)):
        response = stream.handler.handler({"Records": list(records)}, context(*remaining))
        return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]

    return call


class RawBody(io.BytesIO):
    """A response's body as botocore reads it."""

    def stream(self, **_):
        yield self.read()


class FakeTable:
    """A DynamoDB client that remembers what it wrote, and fails as told: a list of errors for each device."""

    def __init__(self, **errors):
        self.errors = {device: list(codes) for device, codes in errors.items()}
        self.written = []
        self._lock = Lock()

    def put_item(self, **request):
        item = request["Item"]
        with self._lock:
            planned = self.errors.get(item["DeviceId"]["S"], [])
            error = planned.pop(0) if planned else None
            if error is None:
                self.written.append((item["DeviceId"]["S"], item["SourceSequenceNumber"]["S"]))
                return {}
        if isinstance(error, Exception):
            raise error
        raise ClientError({"Error": {"Code": error, "Message": "S3CR3T"}}, "PutItem")


class FakeQueue:
    """An SQS client that remembers its requests, and fails as told."""

    def __init__(self, error=None, refuse=()):
        self.error, self.refuse, self.requests = error, set(refuse), []

    def send_message_batch(self, **request):
        self.requests.append(request["Entries"])
        if self.error:
            raise self.error
        bodies = {entry["Id"]: json.loads(entry["MessageBody"]) for entry in request["Entries"]}
        failed = {number for number, body in bodies.items() if body["sequenceNumber"] in self.refuse}
        return {
            "Successful": [{"Id": number} for number in bodies if number not in failed],
            "Failed": [{"Id": number, "Code": "InternalError", "SenderFault": False} for number in failed],
        }


@pytest.fixture
def fakes(stream, monkeypatch):
    """Give the function fake clients."""

    def install(table=None, queue=None):
        table, queue = table or FakeTable(), queue or FakeQueue()
        monkeypatch.setattr(stream.handler, "TABLE", stream.storage.Table(table, "analytics"))
        monkeypatch.setattr(stream.handler, "DEAD_LETTERS", stream.dead_letters.DeadLetterQueue(queue, "url"))
        return table, queue

    return install


@pytest.fixture
def record(kinesis_record):
    """Build a valid record."""

    def build(sequence=1, device="a", time=MS, **more):
        return kinesis_record({"DeviceId": device, "Timestamp": time, **more}, sequence)

    return build


def counts(metrics):
    (document,) = metrics
    return tuple(document[name] for name in ("RecordsProcessed", "RecordsInvalid", "RecordsFailed"))


# storing


def test_a_record_is_stored_with_its_enrichment(aws, run, record):
    assert run(record(17, DeviceType=" pump ", Temperature=21.5, Nothing=None)) == []
    item = aws.items()["a", MS]
    assert int(item.pop("ProcessedAt")["N"]) > MS
    assert item == {
        "DeviceId": {"S": "a"},
        "Timestamp": {"N": str(MS)},
        "DeviceType": {"S": "pump"},
        "Temperature": {"N": "21.5"},
        "IngestedAt": {"N": str(MS + 100_250)},
        "EventDate": {"S": "2023-11-14"},
        "SourceSequenceNumber": {"S": "17"},
        "ExpiresAt": {"N": str(1_700_000_000 + 30 * 86_400)},
    }
    assert aws.messages() == []


def test_a_full_batch_is_stored(aws, run, record, output):
    assert run(*(record(number, device=f"d{number}") for number in range(100))) == []
    assert len(aws.items()) == 100
    assert counts(output()[1]) == (100, 0, 0)


def test_an_empty_batch_is_nothing(fakes, run, output):
    fakes()
    assert run() == []
    assert counts(output()[1]) == (0, 0, 0)


def test_redelivery_changes_nothing(aws, run, record, output):
    run(record(5, Value=1))
    before = aws.items()
    output()
    assert run(record(5, Value=1)) == []
    assert aws.items() == before
    logs, metrics = output()
    assert counts(metrics) == (1, 0, 0)
    assert (logs[0]["written"], logs[0]["alreadyThere"]) == (0, 1)


SEQUENCES = {"a": ("5", "6"), "b": ("9", "10"), "c": ("4" + "9" * 55, "5" + "0" * 55), "d": ("9", "1" * 129)}


def test_an_older_record_never_replaces_a_newer_one(aws, run, record):
    for device, (older, newer) in SEQUENCES.items():
        assert run(record(newer, device, Value="new")) == []
        assert run(record(older, device, Value="old")) == []
    assert [item["Value"]["S"] for item in aws.items().values()] == ["new"] * len(SEQUENCES)


def test_a_newer_record_replaces_an_older_one(aws, run, record):
    for device, (older, newer) in SEQUENCES.items():
        assert run(record(older, device, Value="old")) == []
        assert run(record(newer, device, Value="new")) == []
    assert [item["Value"]["S"] for item in aws.items().values()] == ["new"] * len(SEQUENCES)


def test_an_item_of_other_origin_is_replaced(aws, run, record):
    aws.dynamodb.put_item(TableName="analytics", Item={"DeviceId": {"S": "a"}, "Timestamp": {"N": str(MS)}})
    run(record(1))
    assert "SourceSequenceNumber" in aws.items()["a", MS]


def test_any_order_of_delivery_ends_the_same(aws, run, record):
    records = [record(number, device="ab"[number % 2], Value=number) for number in range(8, 14)]
    for seed in range(4):
        shuffled = random.Random(seed).sample(records, len(records))
        for one in shuffled:
            run(one)
        values = {device: item["Value"]["N"] for (device, _), item in aws.items().items()}
        assert values == {"a": "12", "b": "13"}


def test_the_last_of_several_versions_is_written(fakes, run, record, output):
    table, _ = fakes()
    same = [record(1), record(2, time=MS // 1000), record(3, device=" a "), record(4, time="2023-11-14T22:13:20Z")]
    assert run(*same, record(5, device="b")) == []
    assert sorted(table.written) == [("a", "4"), ("b", "5")]
    assert counts(output()[1]) == (5, 0, 0)


# failing for now


@pytest.mark.parametrize(
    "error",
    [
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "AccessDeniedException",
        "ResourceNotFoundException",
        EndpointConnectionError(endpoint_url="https://dynamodb"),
    ],
)
def test_what_may_pass_is_reported_for_redelivery(fakes, run, record, output, error):
    table, queue = fakes(FakeTable(a=[error]))
    assert run(record(1), record(2, device="b")) == ["1"]
    assert table.written == [("b", "2")]
    assert queue.requests == []
    logs, metrics = output()
    assert counts(metrics) == (1, 0, 1)
    assert logs[0]["level"] == "ERROR"
    assert logs[0]["errors"] == {error if isinstance(error, str) else "EndpointConnectionError": 1}
    assert run(record(1), record(2, device="b")) == []


def test_the_clients_own_retries_handle_short_throttling(aws, stream, run, record, monkeypatch):
    client = boto3.client("dynamodb", region_name="us-east-1", config=stream.handler._CLIENT_CONFIG)
    calls = Counter()
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda self, context: 0)

    def throttle_once(request, **_):
        calls["put"] += 1
        if calls["put"] == 1:
            body = b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}'
            return AWSResponse(request.url, 400, {}, RawBody(body))
        return None

    client.meta.events.register_first("before-send.dynamodb.PutItem", throttle_once)
    monkeypatch.setattr(stream.handler, "TABLE", stream.storage.Table(client, "analytics"))
    assert run(record(1)) == []
    assert calls["put"] == 2
    assert len(aws.items()) == 1


def test_no_version_is_dropped_for_a_newer_one_that_is_not_stored(fakes, run, record, output):
    fakes(FakeTable(a=["ThrottlingException"]))
    assert run(record(1), record(2)) == ["1", "2"]
    assert counts(output()[1]) == (0, 0, 2)


def test_an_older_version_stands_in_for_one_that_dynamodb_refuses(fakes, run, record, output):
    table, queue = fakes(FakeTable(a=["ValidationException"]))
    assert run(record(1), record(2)) == []
    assert table.written == [("a", "1")]
    ((entry,),) = queue.requests
    assert json.loads(entry["MessageBody"])["sequenceNumber"] == "2"
    assert json.loads(entry["MessageBody"])["reason"] == "DynamoDB refuses the item (ValidationException)"
    assert counts(output()[1]) == (1, 1, 0)


def test_one_refused_item_does_not_fail_the_others(fakes, run, record, output):
    table, _ = fakes(FakeTable(d7=["ItemCollectionSizeLimitExceededException"]))
    assert run(*(record(number, device=f"d{number}") for number in range(30))) == []
    assert len(table.written) == 29
    assert counts(output()[1]) == (29, 1, 0)


def test_writes_stop_while_there_is_time_to_report(fakes, run, record, output):
    table, _ = fakes()
    assert run(record(1), record(2, device="b"), remaining=(60_000, 29_000)) == ["1", "2"]
    assert table.written == []
    logs, metrics = output()
    assert logs[0]["errors"] == {"OutOfTime": 2}
    assert counts(metrics) == (0, 0, 2)


def test_an_unforeseen_error_fails_the_whole_batch(fakes, run, record):
    fakes(FakeTable(a=[RuntimeError("bug")]))
    with pytest.raises(RuntimeError, match="bug"):
        run(record(1), record(2, device="b"))


# what can never be stored


def test_an_invalid_record_goes_to_the_dead_letter_queue_with_its_reason(aws, run, record, kinesis_record, output):
    bad = kinesis_record(b'{"test":"value"}', 2)
    assert run(record(1), bad, record(3, device="c")) == []
    assert set(aws.items()) == {("a", MS), ("c", MS)}
    assert aws.messages() == [
        {
            "reason": "key attribute DeviceId is missing or empty",
            "eventId": "shardId-000000000000:2",
            "streamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/devices",
            "sequenceNumber": "2",
            "partitionKey": "device-1",
            "approximateArrivalTimestamp": 1_700_000_100.25,
            "dataTruncated": False,
            "data": base64.b64encode(b'{"test":"value"}').decode(),
        }
    ]
    logs, metrics = output()
    assert counts(metrics) == (2, 1, 0)
    assert logs[0]["level"] == "WARNING"
    assert logs[0]["invalidReasons"] == {"key attribute DeviceId is missing or empty": 1}


@pytest.mark.parametrize("payload", [b"", b"\xff", b"[]", b"{}", b'{"DeviceId":"a","Timestamp":NaN}', b"[" * 100_000])
def test_nothing_that_a_producer_sends_stops_the_stream(aws, run, kinesis_record, payload):
    assert run(kinesis_record(payload, 1)) == []
    (message,) = aws.messages()
    assert base64.b64decode(message["data"]) == payload


def test_an_item_above_400_kb_is_refused_and_a_smaller_one_stored(aws, run, record):
    assert run(record(1, Blob="x" * 400_000), record(2, device="b", Blob="x" * 409_600)) == []
    assert set(aws.items()) == {("a", MS)}
    (message,) = aws.messages()
    assert message["reason"] == "item is larger than 400 KB"


def test_a_large_payload_is_cut_to_what_the_queue_takes(fakes, run, record, stream):
    _, queue = fakes()
    big = record(1, Blob="x" * 1_000_000)
    assert run(big) == []
    ((entry,),) = queue.requests
    assert stream.dead_letters.MAX_BYTES - 4 < len(entry["MessageBody"]) <= stream.dead_letters.MAX_BYTES
    message = json.loads(entry["MessageBody"])
    assert message["dataTruncated"] is True
    assert base64.b64decode(big["kinesis"]["data"]).startswith(base64.b64decode(message["data"], validate=True))


def test_the_largest_message_that_fits_is_not_cut(stream, kinesis_record):
    cut = []
    for number, length in enumerate(range(195_900, 196_800, 3)):
        rejection = stream.dead_letters.Rejection(kinesis_record(b"x" * length), "r" * (20 + number % 4))
        body = stream.dead_letters.message_body(rejection)
        assert len(body) <= stream.dead_letters.MAX_BYTES
        message = json.loads(body)
        cut.append(message["dataTruncated"])
        assert cut[-1] == (len(base64.b64decode(message["data"], validate=True)) < length)
    assert set(cut) == {False, True}


def test_requests_to_the_queue_keep_its_limits(fakes, run, kinesis_record, stream):
    _, queue = fakes()
    sizes = [10] * 23 + [90_000] * 5 + [300_000, 10]
    assert run(*(kinesis_record(b"x" * size, number) for number, size in enumerate(sizes))) == []
    assert sum(len(entries) for entries in queue.requests) == len(sizes)
    for entries in queue.requests:
        assert len(entries) <= 10
        assert sum(len(entry["MessageBody"]) for entry in entries) <= stream.dead_letters.MAX_BYTES
        assert len({entry["Id"] for entry in entries}) == len(entries)


def test_what_the_queue_does_not_take_is_reported_for_redelivery(fakes, run, record, kinesis_record, output):
    fakes(queue=FakeQueue(refuse={"2"}))
    assert run(kinesis_record(b"", 1), kinesis_record(b"", 2), record(3)) == ["2"]
    logs, metrics = output()
    assert counts(metrics) == (1, 1, 1)
    assert (logs[0]["deadLettersUnsent"], logs[0]["errors"]) == (1, {"InternalError": 1})


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "SendMessageBatch"), "AccessDenied"),
        (EndpointConnectionError(endpoint_url="https://sqs"), "EndpointConnectionError"),
    ],
)
def test_without_the_queue_invalid_records_are_reported_for_redelivery(fakes, run, kinesis_record, output, error, code):
    fakes(queue=FakeQueue(error))
    numbers = [str(number) for number in range(12)]
    assert run(*(kinesis_record(b"", number) for number in numbers)) == numbers
    logs, metrics = output()
    assert counts(metrics) == (0, 0, 12)
    assert logs[0]["errors"] == {code: 12}


def test_without_time_for_the_queue_invalid_records_are_reported(fakes, run, kinesis_record):
    _, queue = fakes()
    assert run(kinesis_record(b"", 1), remaining=(60_000, 14_000)) == ["1"]
    assert queue.requests == []


def test_an_answer_of_the_queue_without_the_message_is_no_success(stream, run, kinesis_record, monkeypatch):
    sqs = boto3.client("sqs", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(sqs) as stubber:
        stubber.add_response("send_message_batch", {"Successful": [], "Failed": []})
        monkeypatch.setattr(stream.handler, "DEAD_LETTERS", stream.dead_letters.DeadLetterQueue(sqs, "https://q"))
        assert run(kinesis_record(b"", 1)) == ["1"]


# never lost, always counted


def test_every_record_ends_in_exactly_one_place(fakes, run, record, kinesis_record, output):
    codes = [None, "ThrottlingException", "ValidationException", "ConditionalCheckFailedException"]
    for seed in range(60):
        chance = random.Random(seed)
        devices = {f"d{number}": [chance.choice(codes) for _ in range(3)] for number in range(6)}
        refuse = {str(number) for number in range(30) if chance.random() < 0.3}
        table, queue = fakes(FakeTable(**devices), FakeQueue(refuse=refuse))
        records, key_of = [], {}
        for number in range(chance.randrange(30)):
            key_of[str(number)] = device = f"d{chance.randrange(6)}"
            valid = chance.random() < 0.8
            records.append(record(number, device=device) if valid else kinesis_record({"DeviceId": device}, number))

        failed = run(*records)
        (metrics,) = output()[1]
        sent = {json.loads(entry["MessageBody"])["sequenceNumber"] for batch in queue.requests for entry in batch}
        dead = sent - refuse
        assert len(failed) == len(set(failed)) == metrics["RecordsFailed"]
        assert len(dead) == metrics["RecordsInvalid"]
        assert metrics["RecordsProcessed"] + metrics["RecordsInvalid"] + metrics["RecordsFailed"] == len(records)
        assert not dead & set(failed)
        written = dict(table.written)
        for number in set(key_of) - dead - set(failed):
            conditional = "ConditionalCheckFailedException" in devices[key_of[number]]
            assert conditional or int(written[key_of[number]]) >= int(number)


# what is printed


def test_nothing_printed_quotes_a_payload(fakes, run, record, kinesis_record, capsys, stream, monkeypatch):
    monkeypatch.setattr(stream.handler, "SETTINGS", dataclasses.replace(stream.handler.SETTINGS, log_level="DEBUG"))
    fakes(FakeTable(S3CR3T1=["ThrottlingException"], S3CR3T2=["ValidationException"]), FakeQueue(refuse={"4"}))
    run(
        record(1, device="S3CR3T1"),
        record(2, device="S3CR3T2"),
        record(3, device="b", S3CR3T="S3CR3T"),
        kinesis_record({"DeviceId": "S3CR3T", "Timestamp": "S3CR3T"}, 4),
        kinesis_record(b"S3CR3T", 5),
    )
    printed = capsys.readouterr()
    assert "S3CR3T" not in printed.out + printed.err
    assert "UzNDUjNU" not in printed.out


def test_metrics_are_in_the_embedded_metric_format(fakes, run, record, output):
    fakes()
    run(record(1))
    (document,) = output()[1]
    assert document["_aws"]["Timestamp"] > MS
    assert document["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "Test/Stream",
            "Dimensions": [["FunctionName"]],
            "Metrics": [
                {"Name": "RecordsProcessed", "Unit": "Count"},
                {"Name": "RecordsInvalid", "Unit": "Count"},
                {"Name": "RecordsFailed", "Unit": "Count"},
            ],
        }
    ]
    assert document["FunctionName"] == "the-function"


def test_the_log_level_silences_logs_but_not_metrics(fakes, run, record, output, stream, monkeypatch):
    fakes()
    run(record(1))
    logs, _ = output()
    assert (logs[0]["level"], logs[0]["message"], logs[0]["requestId"]) == ("INFO", "batch processed", "request-1")
    assert logs[0]["timestamp"].endswith("Z")
    monkeypatch.setattr(stream.handler, "SETTINGS", dataclasses.replace(stream.handler.SETTINGS, log_level="ERROR"))
    run(record(1))
    logs, metrics = output()
    assert (logs, counts(metrics)) == ([], (1, 0, 0))
