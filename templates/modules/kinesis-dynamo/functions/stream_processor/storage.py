"""Step 4, storage: one item is written to DynamoDB unless the table already has it, or a newer one.

Why conditional PutItem and not BatchWriteItem: BatchWriteItem takes no condition, so a redelivered older record would
overwrite a newer one, and a single item that DynamoDB refuses would fail the other 24 of its request. A PutItem costs
the same write capacity; the handler runs several at a time.

Which of two records with the same key is newer is decided by their Kinesis sequence numbers. They increase within a
shard, and from a shard to those it is split into or merged into. They say nothing across shards or streams, so
producers must use the table's partition key (such as DeviceId) as the Kinesis partition key, in one stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from settings import SEQUENCE_NUMBER

# Sequence numbers are decimal strings of up to 129 digits, too long for a DynamoDB number, without leading zeros:
# the longer one is the larger, and of equally long ones the one that sorts later. The same number is not "newer",
# so a redelivered record changes nothing and does not appear in the table's stream again.
_IS_NEWER = "attribute_not_exists(#seq) OR size(#seq) < :length OR (size(#seq) = :length AND #seq < :seq)"

# Refusals of the item itself. Everything else may pass: throttling, network, missing permission, missing table.
_REFUSALS = {"ValidationException", "ItemCollectionSizeLimitExceededException"}


class Outcome(Enum):
    """What became of an item."""

    WRITTEN = "written"
    ALREADY_THERE = "already there, or a newer one is"
    REFUSED = "DynamoDB refuses the item"
    FAILED = "could not be written now"


@dataclass(frozen=True)
class PutResult:
    """The outcome, and the error's code if there was one."""

    outcome: Outcome
    error: str = ""


class DynamoDBClient(Protocol):
    """The part of the boto3 client that is used."""

    def put_item(self, **request: Any) -> Any:
        """Write one item."""


class Table:
    """The table that items are written to."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        """Use the client for the table of that name."""
        self._client = client
        self._name = name
        self._serializer = TypeSerializer()

    def put(self, item: Mapping[str, Any]) -> PutResult:
        """Write the item if it is newer than what the table has under its key."""
        sequence_number: str = item[SEQUENCE_NUMBER]
        try:
            self._client.put_item(
                TableName=self._name,
                Item={name: self._serializer.serialize(value) for name, value in item.items()},
                ConditionExpression=_IS_NEWER,
                ExpressionAttributeNames={"#seq": SEQUENCE_NUMBER},
                ExpressionAttributeValues={":seq": {"S": sequence_number}, ":length": {"N": str(len(sequence_number))}},
            )
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "ClientError"))
            if code == "ConditionalCheckFailedException":
                return PutResult(Outcome.ALREADY_THERE)
            return PutResult(Outcome.REFUSED if code in _REFUSALS else Outcome.FAILED, code)
        except BotoCoreError as error:
            return PutResult(Outcome.FAILED, type(error).__name__)
        return PutResult(Outcome.WRITTEN)
