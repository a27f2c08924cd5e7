"""Invalid records go to the dead-letter queue with their reason and their payload, so that a person can decide.

One message per record, its body a JSON object: reason, eventId, streamArn, sequenceNumber, partitionKey,
approximateArrivalTimestamp, dataTruncated and data (the base64 of the payload, as Kinesis gave it). Data that does not
fit a message of 256 KB is cut, and dataTruncated is true; the whole record can be read from the stream by its sequence
number until the stream's retention ends.

Delivery is at least once: a record that Lambda delivers again is sent again, with the same eventId.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

# For one message as well as for all messages of one request.
MAX_BYTES = 256 * 1024
MAX_MESSAGES = 10


@dataclass(frozen=True)
class Rejection:
    """An invalid record of the Kinesis event, and why it is invalid."""

    record: Mapping[str, Any]
    reason: str

    @property
    def sequence_number(self) -> str:
        """The record's sequence number."""
        return str(self.record["kinesis"]["sequenceNumber"])


class SQSClient(Protocol):
    """The part of the boto3 client that is used."""

    def send_message_batch(self, **request: Any) -> Any:
        """Send up to ten messages."""


class DeadLetterQueue:
    """The queue that invalid records are sent to."""

    def __init__(self, client: SQSClient, url: str) -> None:
        """Use the client for the queue at that URL."""
        self._client = client
        self._url = url

    def send(
        self, rejections: Sequence[Rejection], has_time: Callable[[], bool]
    ) -> tuple[list[Rejection], Counter[str]]:
        """Send the rejections while there is time; return those not accepted, and the codes of the errors."""
        unsent: list[Rejection] = []
        errors: Counter[str] = Counter()
        for group in _groups(rejections):
            if has_time():
                problems = self._send_group([body for _, body in group])
            else:
                problems = dict.fromkeys(range(len(group)), "OutOfTime")
            unsent += [group[index][0] for index in problems]
            errors.update(problems.values())
        return unsent, errors

    def _send_group(self, bodies: Sequence[str]) -> dict[int, str]:
        """Return the error code of each message that was not accepted."""
        entries = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies)]
        try:
            response = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        except ClientError as error:
            return dict.fromkeys(range(len(bodies)), str(error.response.get("Error", {}).get("Code", "ClientError")))
        except BotoCoreError as error:
            return dict.fromkeys(range(len(bodies)), type(error).__name__)
        accepted = {entry["Id"] for entry in response.get("Successful", [])}
        codes = {entry["Id"]: str(entry["Code"]) for entry in response.get("Failed", [])}
        return {
            index: codes.get(str(index), "NotAccepted") for index in range(len(bodies)) if str(index) not in accepted
        }


def message_body(rejection: Rejection) -> str:
    """Return the message for a rejection, at most `MAX_BYTES` long; it is ASCII, so characters are bytes."""
    kinesis = rejection.record["kinesis"]
    message = {
        "reason": rejection.reason,
        "eventId": rejection.record.get("eventID"),
        "streamArn": rejection.record.get("eventSourceARN"),
        "sequenceNumber": rejection.sequence_number,
        "partitionKey": kinesis.get("partitionKey"),
        "approximateArrivalTimestamp": kinesis.get("approximateArrivalTimestamp"),
        "dataTruncated": False,
        "data": kinesis.get("data"),
    }
    body = json.dumps(message)
    if len(body) <= MAX_BYTES:
        return body
    room = MAX_BYTES - len(json.dumps({**message, "data": ""}))
    # Base64 can be cut after any four characters and still be decoded.
    return json.dumps({**message, "dataTruncated": True, "data": kinesis["data"][: room // 4 * 4]})


def _groups(rejections: Sequence[Rejection]) -> Iterator[list[tuple[Rejection, str]]]:
    """Group the messages so that each group fits one request."""
    group: list[tuple[Rejection, str]] = []
    size = 0
    for rejection in rejections:
        body = message_body(rejection)
        if group and (len(group) == MAX_MESSAGES or size + len(body) > MAX_BYTES):
            yield group
            group, size = [], 0
        group.append((rejection, body))
        size += len(body)
    if group:
        yield group
