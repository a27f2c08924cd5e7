"""Step 3, enrichment: an item learns where it came from, when, and until when it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from settings import EVENT_DATE, INGESTED_AT, PROCESSED_AT, SEQUENCE_NUMBER, Settings

_SECONDS_PER_DAY = 86_400


def enrich(
    item: Mapping[str, Any], *, sequence_number: str, arrival: float, processed_at: int, settings: Settings
) -> dict[str, Any]:
    """Return the item with the function's own attributes.

    `arrival` is Kinesis' ApproximateArrivalTimestamp in epoch seconds; `processed_at` is epoch milliseconds.
    The date and the expiry follow the time of the event; an item without one goes by its arrival.
    """
    ingested_at = round(arrival * 1000)
    event_seconds = int(item.get(settings.time_attribute, ingested_at)) // 1000
    enriched = {
        **item,
        INGESTED_AT: ingested_at,
        PROCESSED_AT: processed_at,
        EVENT_DATE: datetime.fromtimestamp(event_seconds, UTC).date().isoformat(),
        SEQUENCE_NUMBER: sequence_number,
    }
    if settings.ttl_attribute:
        enriched[settings.ttl_attribute] = event_seconds + settings.retention_days * _SECONDS_PER_DAY
    return enriched
