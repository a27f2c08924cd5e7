"""DynamoDB: tables on demand.

- A table that becomes one keeps its capacity, which the provider then refuses to plan with.
- Moto takes what AWS refuses: an index with capacity in such a table, and a change of the table's capacity.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

from typing import Any

from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import DynamoDBBackend

from xyztf.sandbox.patches import replace

ON_DEMAND = "PAY_PER_REQUEST"
NO_CAPACITY = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0, "NumberOfDecreasesToday": 0}


def install() -> None:
    """Install the patch."""
    replace(DynamoDBBackend, "create_table", _refuse_capacity_of_new)
    replace(DynamoDBBackend, "update_table", _without_capacity)


def _refuse_capacity_of_new(original: Any) -> Any:
    def create_table(self: Any, name: str, **given: Any) -> Any:
        if given.get("billing_mode") == ON_DEMAND:
            for index in given.get("global_indexes") or []:
                if index.get("ProvisionedThroughput"):
                    raise MockValidationException(
                        "One or more parameter values were invalid: ProvisionedThroughput should not be specified for "
                        f"index: {index['IndexName']} when BillingMode is {ON_DEMAND}"
                    )
        return original(self, name, **given)

    return create_table


def _without_capacity(original: Any) -> Any:
    def update_table(self: Any, name: str, **given: Any) -> Any:
        mode = given.get("billing_mode") or self.get_table(name).billing_mode
        if mode == ON_DEMAND and given.get("throughput"):
            raise MockValidationException(
                "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be "
                f"specified when BillingMode is {ON_DEMAND}"
            )
        table = original(self, name, **given)
        if given.get("billing_mode") == ON_DEMAND:
            for part in (table, *table.global_indexes):
                part.throughput = dict(NO_CAPACITY)
        return table

    return update_table
