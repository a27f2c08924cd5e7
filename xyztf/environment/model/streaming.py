"""Kinesis streams, DynamoDB tables, and the functions between and behind them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from xyztf.environment.model.parts import AttributeName, IndexName, Part, ResourceName, RetentionDays


class Key(Part):
    """A key attribute and its DynamoDB type: S string, N number, B binary."""

    name: AttributeName
    type: Literal["S", "N", "B"] = "S"


class Index(Part):
    """A global secondary index."""

    partition_key: Key
    sort_key: Key | None = None
    projection: Literal["ALL", "KEYS_ONLY", "INCLUDE"] = "ALL"
    attributes: list[AttributeName] = []
    """What INCLUDE projects."""
    read_capacity: int | None = Field(default=None, ge=1)
    write_capacity: int | None = Field(default=None, ge=1)


class Ttl(Part):
    """When items expire."""

    attribute: AttributeName = "ExpiresAt"
    days: int = Field(default=90, ge=1, le=3650)
    """How long the stream's processor lets an item live."""


class Processor(Part):
    """A Lambda function that reads a stream."""

    memory_mb: int = Field(default=256, ge=128, le=10240)
    timeout_seconds: int = Field(default=60, ge=1, le=900)
    batch_size: int = Field(default=100, ge=1, le=10000)
    batch_window_seconds: int = Field(default=1, ge=0, le=300)
    parallelization_factor: int = Field(default=1, ge=1, le=10)
    retry_attempts: int = Field(default=5, ge=0, le=10000)
    """Tries before a record goes to the dead-letter queue."""
    reserved_concurrency: int = Field(default=10, ge=1, le=1000)


class StreamProcessor(Processor):
    """Validates, transforms and enriches a Kinesis stream's records and puts them into a table."""

    table: ResourceName


class AlertRule(Part):
    """An item whose attribute crosses a bound counts as an alert."""

    attribute: AttributeName
    above: int | float | None = None
    below: int | float | None = None


class TableProcessor(Processor):
    """Works out metrics and alerts from the changes of a table."""

    dimension: AttributeName | None = None
    """Metrics are split by this attribute of the items, such as DeviceType."""
    alerts: list[AlertRule] = []


class Stream(Part):
    """A Kinesis data stream in the primary region."""

    mode: Literal["provisioned", "on_demand"] = "on_demand"
    shards: int | None = Field(default=None, ge=1, le=10000)
    """Only with `provisioned`."""
    retention_hours: int = Field(default=24, ge=24, le=8760)
    processor: StreamProcessor | None = None


class Table(Part):
    """A DynamoDB table in the primary region."""

    partition_key: Key
    sort_key: Key | None = None
    billing_mode: Literal["PAY_PER_REQUEST", "PROVISIONED"] = "PAY_PER_REQUEST"
    read_capacity: int | None = Field(default=None, ge=1)
    write_capacity: int | None = Field(default=None, ge=1)
    indexes: dict[IndexName, Index] = Field(default={}, max_length=20)
    ttl: Ttl | None = None
    recovery_days: RetentionDays = 35
    """How far back point-in-time recovery reaches."""
    deletion_protection: bool = True
    stream: Literal["NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"] | None = None
    processor: TableProcessor | None = None
    """Needs `stream: NEW_AND_OLD_IMAGES`."""

    @property
    def keys(self) -> dict[str, str]:
        """The table's key attributes and their types."""
        return {key.name: key.type for key in (self.partition_key, self.sort_key) if key}

    @property
    def index_keys(self) -> dict[str, str]:
        """Key attributes that only the indexes have."""
        keys = [key for index in self.indexes.values() for key in (index.partition_key, index.sort_key) if key]
        return {key.name: key.type for key in keys if key.name not in self.keys}

    @property
    def attributes(self) -> dict[str, str]:
        """All attributes that a key of the table or of an index names, with their types."""
        return {**self.keys, **self.index_keys}

    @property
    def time_attribute(self) -> str:
        """The numeric sort key, which this system reads as the event's time; empty where there is none."""
        return self.sort_key.name if self.sort_key and self.sort_key.type == "N" else ""
