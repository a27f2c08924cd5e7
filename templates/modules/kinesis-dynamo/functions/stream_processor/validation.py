"""Step 1, validation: a record's data is decoded and checked, or refused with a reason.

The limits are DynamoDB's. A reason names configured attributes only, never a value or an attribute out of the payload,
as reasons are logged and payloads may be personal data.
"""

from __future__ import annotations

import base64
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Clamped, Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow, Subnormal
from typing import Any

from settings import Settings

MAX_ITEM_BYTES = 400 * 1024
MAX_DEPTH = 32
# A partition key may have 2048 bytes and a sort key 1024; the lower limit is applied to both.
MAX_KEY_BYTES = 1024

# 38 significant digits, magnitudes from 1E-130 to 9.99...E+125. What does not fit exactly is refused, never rounded.
_EXACT = Context(prec=38, Emin=-130, Emax=125, clamp=0, traps=[Clamped, Inexact, InvalidOperation, Overflow, Subnormal])

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_BELOW = 10**11
_MAX_MILLISECONDS = (datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)


class InvalidRecord(ValueError):
    """A record that can never be stored, however often it is tried."""

    def __init__(self, reason: str) -> None:
        """Keep the reason; it must not quote the payload."""
        super().__init__(reason)
        self.reason = reason


def decode(data: str) -> dict[str, Any]:
    """Turn a Kinesis record's data (base64 of UTF-8 of a JSON object) into a dict; fractions become `Decimal`."""
    try:
        text = base64.b64decode(data, validate=True).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidRecord("data is not UTF-8") from error
    except ValueError as error:
        raise InvalidRecord("data is not base64") from error
    try:
        document = json.loads(
            text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_refuse_repeated_names
        )
    except InvalidRecord:
        raise
    except RecursionError as error:
        raise InvalidRecord("data is nested too deeply") from error
    except (ValueError, DecimalException) as error:
        raise InvalidRecord("data is not JSON") from error
    if not isinstance(document, dict):
        raise InvalidRecord("data is not a JSON object")
    return document


def validate(payload: Mapping[str, Any], settings: Settings) -> None:
    """Check that the payload can become an item of the table; raise `InvalidRecord` if it cannot."""
    for name, value in payload.items():
        if name in settings.reserved_attributes:
            continue
        _check_text(name, empty_allowed=False)
        _check_value(value, depth=1)
    for name, kind in settings.key_attributes.items():
        if _is_absent(payload.get(name)):
            raise InvalidRecord(f"key attribute {name} is missing or empty")
        _check_key(name, kind, payload[name], settings)
    for name, kind in settings.index_attributes.items():
        if not _is_absent(payload.get(name)):
            _check_key(name, kind, payload[name], settings)
    if not _is_absent(payload.get(settings.time_attribute)):
        epoch_milliseconds(settings.time_attribute, payload[settings.time_attribute])


def check_size(item: Mapping[str, Any]) -> None:
    """Refuse a finished item above DynamoDB's 400 KB."""
    if sum(len(name.encode()) + _size(value) for name, value in item.items()) > MAX_ITEM_BYTES:
        raise InvalidRecord("item is larger than 400 KB")


def exact_number(value: int | Decimal) -> Decimal:
    """Return the number in DynamoDB's precision and range."""
    try:
        # Trailing zeros would count as digits and a zero may have any exponent: both are normalised away.
        return _EXACT.create_decimal(value) if value else Decimal(0)
    except DecimalException as error:
        raise InvalidRecord("a number is outside DynamoDB's 38 digits or its range") from error


def key_text(value: str) -> str:
    """Return a key without surrounding white space and in Unicode NFC, so that what looks the same is the same key."""
    return unicodedata.normalize("NFC", value.strip())


def epoch_milliseconds(name: str, value: object) -> int:
    """Return the time of an event in epoch milliseconds, rounded down.

    - A number below 10^11 is taken as seconds (10^11 s is the year 5138), any other as milliseconds (10^11 ms is
      March 1973). Microseconds and nanoseconds of our days come out after the year 9999 and are refused.
    - A string must be ISO 8601 with an offset ("Z" or "+02:00"): without one the time would have to be guessed.
    - The result is from 1970 up to the end of 9999-12-30.
    """
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise InvalidRecord(f"{name} is neither a number nor an ISO 8601 time") from error
        if moment.tzinfo is None:
            raise InvalidRecord(f"{name} is an ISO 8601 time without an offset")
        milliseconds = (moment - _EPOCH) // timedelta(milliseconds=1)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = exact_number(value)
        if not 0 <= number < _MAX_MILLISECONDS:
            raise InvalidRecord(f"{name} is not between the years 1970 and 9999")
        milliseconds = int(number.scaleb(3, context=_EXACT)) if number < _SECONDS_BELOW else int(number)
    else:
        raise InvalidRecord(f"{name} is neither a number nor an ISO 8601 time")
    if not 0 <= milliseconds < _MAX_MILLISECONDS:
        raise InvalidRecord(f"{name} is not between the years 1970 and 9999")
    return milliseconds


def _refuse_constant(_: str) -> None:
    raise InvalidRecord("data has NaN or Infinity, which is not JSON")


def _refuse_repeated_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise InvalidRecord("an object has the same name twice")
    return document


def _is_absent(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _check_key(name: str, kind: str, value: object, settings: Settings) -> None:
    if name == settings.time_attribute:
        epoch_milliseconds(name, value)
    elif kind == "S":
        if not isinstance(value, str):
            raise InvalidRecord(f"attribute {name} is not a string")
        if len(key_text(value).encode()) > MAX_KEY_BYTES:
            raise InvalidRecord(f"attribute {name} is longer than {MAX_KEY_BYTES} bytes")
    elif isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InvalidRecord(f"attribute {name} is not a number")


def _check_value(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidRecord(f"data is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_text(name, empty_allowed=False)
            _check_value(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check_value(member, depth + 1)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        exact_number(value)


def _check_text(text: str, empty_allowed: bool = True) -> None:
    if not text and not empty_allowed:
        raise InvalidRecord("an attribute has an empty name")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        # JSON can write half of a surrogate pair as \ud800; UTF-8 and DynamoDB cannot.
        raise InvalidRecord("a string is not valid Unicode") from error


def _size(value: object) -> int:
    """Return the bytes DynamoDB counts for a value; for numbers its upper bound."""
    if isinstance(value, str):
        return len(value.encode())
    if value is None or isinstance(value, bool):
        return 1
    if isinstance(value, dict):
        return 3 + sum(1 + len(name.encode()) + _size(member) for name, member in value.items())
    if isinstance(value, list):
        return 3 + sum(1 + _size(member) for member in value)
    return 21
