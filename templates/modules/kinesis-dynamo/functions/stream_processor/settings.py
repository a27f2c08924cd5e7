"""The configuration of the function, read once from its environment variables.

Anything missing or wrong raises `ConfigurationError` while Lambda loads the function, before a record is taken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from telemetry import LEVELS

# The attributes this function adds to every item, with their DynamoDB types. A payload cannot set them.
INGESTED_AT = "IngestedAt"
PROCESSED_AT = "ProcessedAt"
EVENT_DATE = "EventDate"
SEQUENCE_NUMBER = "SourceSequenceNumber"
ENRICHED_ATTRIBUTES = {INGESTED_AT: "N", PROCESSED_AT: "N", EVENT_DATE: "S", SEQUENCE_NUMBER: "S"}


class ConfigurationError(ValueError):
    """An environment variable is missing or cannot be used."""

    def __init__(self, variable: str, problem: str) -> None:
        """Build the message from the variable's name and what is wrong with it."""
        super().__init__(f"environment variable {variable} {problem}")


@dataclass(frozen=True)
class Settings:
    """What the environment variables say, checked."""

    table_name: str
    key_attributes: Mapping[str, str]
    """Name to type ("S" or "N") of the table's partition key and, if it has one, sort key."""
    index_attributes: Mapping[str, str]
    """The same for the keys of secondary indexes that are not keys of the table."""
    time_attribute: str
    """The attribute with the time of the event; empty if payloads have none."""
    ttl_attribute: str
    """The table's time-to-live attribute; empty if items do not expire."""
    retention_days: int
    dead_letter_queue_url: str
    metric_namespace: str
    log_level: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read and check the settings."""
        keys = _attribute_types(environment, "KEY_ATTRIBUTES")
        if not 1 <= len(keys) <= 2:
            raise ConfigurationError("KEY_ATTRIBUTES", f"names {len(keys)} attributes; a table has one or two keys")
        indexes = _attribute_types(environment, "INDEX_ATTRIBUTES", default="{}")
        for name, kind in indexes.items():
            if {**keys, **ENRICHED_ATTRIBUTES}.get(name, kind) != kind:
                raise ConfigurationError("INDEX_ATTRIBUTES", f"gives {name} another type than it has elsewhere")

        time_attribute = environment.get("TIME_ATTRIBUTE", "").strip()
        if {**indexes, **keys}.get(time_attribute, "N") != "N":
            raise ConfigurationError("TIME_ATTRIBUTE", f"names {time_attribute}, a key that is not of type N")

        ttl_attribute = environment.get("TTL_ATTRIBUTE", "").strip()
        reserved = set(ENRICHED_ATTRIBUTES) | ({ttl_attribute} if ttl_attribute else set())
        for name in [*keys, time_attribute]:
            if name in reserved:
                raise ConfigurationError("KEY_ATTRIBUTES or TIME_ATTRIBUTE", f"names {name}, which this function sets")
        if ttl_attribute in ENRICHED_ATTRIBUTES or indexes.get(ttl_attribute, "N") != "N":
            raise ConfigurationError(
                "TTL_ATTRIBUTE", f"names {ttl_attribute}, which is already used for something else"
            )

        return cls(
            table_name=_required(environment, "TABLE_NAME"),
            key_attributes=keys,
            index_attributes={name: kind for name, kind in indexes.items() if name not in reserved | set(keys)},
            time_attribute=time_attribute,
            ttl_attribute=ttl_attribute,
            retention_days=_retention_days(environment) if ttl_attribute else 0,
            dead_letter_queue_url=_required(environment, "DEAD_LETTER_QUEUE_URL"),
            metric_namespace=_required(environment, "METRIC_NAMESPACE"),
            log_level=_log_level(environment),
        )

    @property
    def reserved_attributes(self) -> frozenset[str]:
        """The attributes that only this function sets; a payload's own are dropped."""
        return frozenset([*ENRICHED_ATTRIBUTES, *([self.ttl_attribute] if self.ttl_attribute else [])])


def _required(environment: Mapping[str, str], variable: str) -> str:
    value = environment.get(variable, "").strip()
    if not value:
        raise ConfigurationError(variable, "is missing or empty")
    return value


def _attribute_types(environment: Mapping[str, str], variable: str, default: str = "") -> dict[str, str]:
    text = environment.get(variable, "").strip() or default or _required(environment, variable)
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ConfigurationError(variable, f"is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ConfigurationError(variable, 'must be a JSON object such as {"DeviceId":"S"}')
    for name, kind in value.items():
        # JSON cannot carry bytes, so type B cannot be served.
        if not name or kind not in ("S", "N"):
            raise ConfigurationError(variable, f'must give each attribute the type "S" or "N", not {name!r}: {kind!r}')
    return value


def _retention_days(environment: Mapping[str, str]) -> int:
    text = _required(environment, "RETENTION_DAYS")
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 36_500):
        raise ConfigurationError(
            "RETENTION_DAYS", "must be a whole number of days from 1 to 36500, as TTL_ATTRIBUTE is set"
        )
    return int(text)


def _log_level(environment: Mapping[str, str]) -> str:
    level = environment.get("LOG_LEVEL", "").strip().upper() or "INFO"
    if level not in LEVELS:
        raise ConfigurationError("LOG_LEVEL", f"must be one of {', '.join(LEVELS)}")
    return level
