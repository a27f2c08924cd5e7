"""A record of the table's stream, read into what the function needs of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from enum import StrEnum
from typing import Any

# An item as DynamoDB writes it: {"Temperature": {"N": "21.5"}, ...}
Image = Mapping[str, Mapping[str, Any]]

_TTL_PRINCIPAL = "dynamodb.amazonaws.com"
# DynamoDB's numbers end at 9.99...E+125.
_MAX_EXPONENT = 125


class MalformedRecord(ValueError):
    """A stream record that is not what DynamoDB documents. The message never quotes an item."""


class Kind(StrEnum):
    """What happened to the item; the value is the metric's name."""

    INSERTED = "ItemsInserted"
    MODIFIED = "ItemsModified"
    REMOVED = "ItemsRemoved"
    EXPIRED = "ItemsExpired"


@dataclass(frozen=True)
class Change:
    """One change of one item."""

    kind: Kind
    keys: Image
    new: Image
    """The item after the change; empty if it was removed or has expired."""
    old: Image
    """The item before the change; empty if it was inserted."""

    @property
    def item(self) -> Image:
        """The item as it was last seen."""
        return self.new or self.old


def read_change(record: Mapping[str, Any]) -> Change:
    """Return the change that a stream record tells of, or raise `MalformedRecord`."""
    body = record.get("dynamodb")
    if not isinstance(body, Mapping):
        raise MalformedRecord("the record has no dynamodb part")
    name = record.get("eventName")
    keys = _image(body, "Keys", required=True)
    new = _image(body, "NewImage", required=name in ("INSERT", "MODIFY"))
    old = _image(body, "OldImage", required=name in ("MODIFY", "REMOVE"))
    if name == "INSERT":
        return Change(Kind.INSERTED, keys, new, {})
    if name == "MODIFY":
        return Change(Kind.MODIFIED, keys, new, old)
    if name == "REMOVE":
        return Change(Kind.EXPIRED if _is_expiry(record) else Kind.REMOVED, keys, {}, old)
    raise MalformedRecord("eventName is not INSERT, MODIFY or REMOVE")


def number(image: Image, attribute: str) -> Decimal | None:
    """Return the attribute's number, or None if it is missing or of another type."""
    text = image.get(attribute, {}).get("N")
    if text is None:
        return None
    try:
        value = Decimal(text)
    except (DecimalException, TypeError, ValueError) as error:
        raise MalformedRecord("an attribute of type N is not a number") from error
    if not value.is_finite() or value.adjusted() > _MAX_EXPONENT:
        raise MalformedRecord("an attribute of type N is not a number")
    return value


def _image(body: Mapping[str, Any], part: str, *, required: bool) -> Image:
    image = body.get(part)
    if image is None and not required:
        return {}
    if not isinstance(image, Mapping) or not image:
        raise MalformedRecord(f"{part} is missing; does the stream carry NEW_AND_OLD_IMAGES?")
    if not all(isinstance(value, Mapping) and len(value) == 1 for value in image.values()):
        raise MalformedRecord(f"{part} has an attribute without a type")
    return image


def _is_expiry(record: Mapping[str, Any]) -> bool:
    """Tell whether time-to-live removed the item; in a global table only the region that removed it says so."""
    identity = record.get("userIdentity") or {}
    return isinstance(identity, Mapping) and identity.get("principalId") == _TTL_PRINCIPAL
