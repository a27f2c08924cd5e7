"""DynamoDB stream to analytics and alerts: every change of an item is counted, and bounds are watched.

Event source: the table's stream (NEW_AND_OLD_IMAGES) with ReportBatchItemFailures, bisecting on error and an
on-failure destination. The function calls no service: its results are metrics and log lines on standard output.

- Metrics, in total and per value of ANALYTICS_DIMENSION: ItemsInserted, ItemsModified, ItemsRemoved, ItemsExpired
  (removed by time-to-live, and not counted as removed), EventLatency of inserts, Alerts.
- Each alert is also a log line of level WARNING, "alert", with the rule and the item's keys, and nothing else of it.

A record that cannot be read is reported to Lambda as failed and ends the batch: Lambda delivers again from that record
on, so what follows it would be counted twice. After the last retry it goes to the on-failure destination. Delivery
is at least once all the same, so counts and alerts can repeat after a time-out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from alerts import Rule, crossed
from analytics import Analytics
from changes import Change, MalformedRecord, read_change
from settings import Settings
from telemetry import Telemetry, now_ms


class LambdaContext(Protocol):
    """The part of Lambda's context object that is used."""

    function_name: str
    aws_request_id: str


SETTINGS = Settings.from_environment(os.environ)


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Process one batch; return the record that Lambda must deliver again, if there is one."""
    records: Sequence[Mapping[str, Any]] = event["Records"]
    telemetry = Telemetry(SETTINGS.metric_namespace, SETTINGS.log_level, context.function_name, context.aws_request_id)
    analytics = Analytics(SETTINGS.analytics_dimension, SETTINGS.time_attribute)
    failed: list[str] = []
    for record in records:
        try:
            change = read_change(record)
            broken = crossed(SETTINGS.alert_rules, change)
            analytics.count(change, len(broken), now_ms())
        except MalformedRecord as error:
            # Without a sequence number nothing can be reported: KeyError then fails the whole batch.
            failed.append(str(record["dynamodb"]["SequenceNumber"]))
            telemetry.log("ERROR", "malformed stream record", reason=str(error), sequenceNumber=failed[0])
            break
        for rule in broken:
            log_alert(rule, change, telemetry)
    analytics.publish(telemetry)
    telemetry.log("INFO", "batch processed", records=len(records), **analytics.totals())
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def log_alert(rule: Rule, change: Change, telemetry: Telemetry) -> None:
    """Log which item crossed which bound."""
    keys = {name: value for name, value in change.keys.items() if name in SETTINGS.key_attributes}
    telemetry.log(
        "WARNING",
        "alert",
        rule={"attribute": rule.attribute, rule.kind: str(rule.bound)},
        keys=keys,
    )
