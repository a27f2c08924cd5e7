"""Step 2, transformation: a valid payload becomes an item with normalised keys and DynamoDB's types."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from settings import Settings
from validation import epoch_milliseconds, exact_number, key_text


def transform(payload: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the item of a payload that `validate` has accepted.

    - Key and index key strings are trimmed and put into Unicode NFC; an index key that is empty then is dropped,
      which keeps the item out of that index (DynamoDB refuses empty keys).
    - The time attribute becomes epoch milliseconds.
    - Numbers become exact decimals. Nulls are dropped from objects; in lists, where position matters, they stay.
    - Attributes that only this function sets are dropped.
    """
    keys = {**settings.index_attributes, **settings.key_attributes}
    item: dict[str, Any] = {}
    for name, value in payload.items():
        if value is None or name in settings.reserved_attributes:
            continue
        is_blank = isinstance(value, str) and not value.strip()
        if is_blank and (name in keys or name == settings.time_attribute):
            continue
        if name == settings.time_attribute:
            item[name] = epoch_milliseconds(name, value)
        elif keys.get(name) == "S":
            item[name] = key_text(value)
        else:
            item[name] = _convert(value)
    return item


def _convert(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _convert(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_convert(member) for member in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return exact_number(value)
    return value
