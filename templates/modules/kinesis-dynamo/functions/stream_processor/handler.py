"""Kinesis to DynamoDB: every record is validated, transformed, enriched and stored.

Event source: a Kinesis stream with ReportBatchItemFailures, bisecting on error and an on-failure destination.

What happens to a record:

- stored, or the table already has it or a newer one: done (`RecordsProcessed`).
- it can never be stored: sent to the dead-letter queue with its reason and payload, then done (`RecordsInvalid`).
- it cannot be stored, or sent to the dead-letter queue, at the moment: reported to Lambda as failed
  (`RecordsFailed`). Lambda delivers again from the lowest failed sequence number on, which is harmless as writes are
  idempotent, and gives what never succeeds to the on-failure destination.

The three metrics add up to the records delivered; a record that is delivered again counts again. If the handler itself
fails, Lambda delivers the whole batch again. Either way no record is lost silently.

The function's timeout should be 60 s or more: half of it is for starting writes, a quarter for the dead-letter queue.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

import boto3
from botocore.config import Config

from dead_letters import DeadLetterQueue, Rejection
from enrichment import enrich
from settings import Settings
from storage import Outcome, Table
from telemetry import Telemetry, now_ms
from transformation import transform
from validation import InvalidRecord, check_size, decode, validate

WRITERS = 16
UNITS = {"RecordsProcessed": "Count", "RecordsInvalid": "Count", "RecordsFailed": "Count"}


class LambdaContext(Protocol):
    """The part of Lambda's context object that is used."""

    function_name: str
    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the time left before the invocation is cut off."""


@dataclass(frozen=True)
class Version:
    """One record that is ready to be stored; records of a batch with the same key are versions of one item."""

    record: Mapping[str, Any]
    item: Mapping[str, Any]

    @property
    def sequence_number(self) -> str:
        """The record's sequence number."""
        return str(self.record["kinesis"]["sequenceNumber"])


@dataclass
class Results:
    """What became of a batch, or of a part of it."""

    written: int = 0
    already_there: int = 0
    invalid: list[Rejection] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, other: Results) -> None:
        """Add another part's results."""
        self.written += other.written
        self.already_there += other.already_there
        self.invalid += other.invalid
        self.failed += other.failed
        self.errors += other.errors


SETTINGS = Settings.from_environment(os.environ)
# At worst 3 x (1 + 3) s and the pauses between: less than the half of the time that is kept free after the last start.
_CLIENT_CONFIG = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=WRITERS,
)
TABLE = Table(boto3.client("dynamodb", config=_CLIENT_CONFIG), SETTINGS.table_name)
DEAD_LETTERS = DeadLetterQueue(boto3.client("sqs", config=_CLIENT_CONFIG), SETTINGS.dead_letter_queue_url)


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Process one batch; return the sequence numbers of the records that Lambda must deliver again."""
    records: Sequence[Mapping[str, Any]] = event["Records"]
    total_ms = context.get_remaining_time_in_millis()

    def has_time(share: float) -> Callable[[], bool]:
        return lambda: context.get_remaining_time_in_millis() > total_ms * share

    versions, results = prepare(records)
    store(versions, results, has_time(0.5))
    unsent, errors = DEAD_LETTERS.send(results.invalid, has_time(0.25))
    results.errors += errors
    failed = [*results.failed, *(rejection.sequence_number for rejection in unsent)]

    report(
        results,
        len(unsent),
        Telemetry(SETTINGS.metric_namespace, SETTINGS.log_level, context.function_name, context.aws_request_id),
    )
    return {"batchItemFailures": [{"itemIdentifier": number} for number in dict.fromkeys(failed)]}


def prepare(records: Iterable[Mapping[str, Any]]) -> tuple[list[list[Version]], Results]:
    """Validate, transform and enrich; return the versions of each item, oldest first, and the invalid records."""
    by_key: dict[tuple[Any, ...], list[Version]] = {}
    results = Results()
    for record in records:
        kinesis = record["kinesis"]
        try:
            payload = decode(kinesis["data"])
            validate(payload, SETTINGS)
            item = enrich(
                transform(payload, SETTINGS),
                sequence_number=kinesis["sequenceNumber"],
                arrival=kinesis["approximateArrivalTimestamp"],
                processed_at=now_ms(),
                settings=SETTINGS,
            )
            check_size(item)
        except InvalidRecord as error:
            results.invalid.append(Rejection(record, error.reason))
            continue
        key = tuple(item[name] for name in SETTINGS.key_attributes)
        by_key.setdefault(key, []).append(Version(record, item))
    return list(by_key.values()), results


def store(items: Sequence[Sequence[Version]], results: Results, has_time: Callable[[], bool]) -> None:
    """Write all items, several at a time, and add what became of them to the results."""
    with ThreadPoolExecutor(max_workers=WRITERS) as pool:
        for part in pool.map(lambda versions: store_newest(versions, has_time), items):
            results.add(part)


def store_newest(versions: Sequence[Version], has_time: Callable[[], bool]) -> Results:
    """Write the newest version of one item; the older ones are done with it.

    An older version is written only where DynamoDB refuses the newer one. If the write fails for now, all versions
    not yet decided have failed: none may be dropped for a newer one that is not in the table.
    """
    results = Results()
    remaining = list(versions)
    while remaining:
        if not has_time():
            results.errors["OutOfTime"] += len(remaining)
            break
        put = TABLE.put(remaining[-1].item)
        if put.outcome is Outcome.WRITTEN:
            results.written += 1
            results.already_there += len(remaining) - 1
            return results
        if put.outcome is Outcome.ALREADY_THERE:
            results.already_there += len(remaining)
            return results
        if put.outcome is Outcome.FAILED:
            results.errors[put.error] += len(remaining)
            break
        results.invalid.append(Rejection(remaining.pop().record, f"DynamoDB refuses the item ({put.error})"))
    results.failed += [version.sequence_number for version in remaining]
    return results


def report(results: Results, unsent: int, telemetry: Telemetry) -> None:
    """Log the batch in numbers and publish the metrics."""
    invalid = len(results.invalid) - unsent
    failed = len(results.failed) + unsent
    telemetry.log(
        "ERROR" if failed else "WARNING" if invalid else "INFO",
        "batch processed",
        written=results.written,
        alreadyThere=results.already_there,
        invalid=invalid,
        failed=failed,
        deadLettersUnsent=unsent,
        invalidReasons=dict(Counter(rejection.reason for rejection in results.invalid)),
        errors=dict(results.errors),
    )
    processed = results.written + results.already_there
    telemetry.metrics({"RecordsProcessed": processed, "RecordsInvalid": invalid, "RecordsFailed": failed}, UNITS)
