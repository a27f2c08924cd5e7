"""Conversions between values, as Terraform makes them by itself: 1 to "1", "true" to true."""

from __future__ import annotations

from collections.abc import Iterable

from xyztf.hcl.values import UNKNOWN, Set, Value


class ConversionError(Exception):
    """Terraform would refuse the conversion. `str()` says why."""


TRUE_OR_FALSE = {"true": True, "1": True, "false": False, "0": False}
NUMERAL = frozenset("0123456789+-.eE")


def to_string(value: Value) -> str:
    """The value as a text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number_text(value)
    raise ConversionError("a text is needed")


def to_number(value: Value) -> int | float:
    """The value as a number; a whole one is an int."""
    if isinstance(value, bool):
        raise ConversionError("a number is needed")
    if isinstance(value, str):
        if set(value) - NUMERAL:
            raise ConversionError("a number is needed")
        try:
            value = float(value) if set(value) & set(".eE") else int(value)
        except ValueError:
            raise ConversionError("a number is needed") from None
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, int):
        return value
    raise ConversionError("a number is needed")


def to_bool(value: Value) -> bool:
    """The value as true or false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in TRUE_OR_FALSE:
        return TRUE_OR_FALSE[value]
    raise ConversionError("true or false is needed")


def unified(items: Iterable[Value]) -> list[Value]:
    """The items of a list, of one type: all are texts where one is."""
    found = list(items)
    if any(isinstance(item, str) for item in found):
        return [to_string(item) if isinstance(item, (int, float)) else item for item in found]
    return found


def make_set(items: Iterable[Value]) -> Set:
    """A set of these, without duplicates; sorted where they are texts or numbers."""
    kept: list[Value] = []
    for item in items:
        if not any(_same(item, other) for other in kept):
            kept.append(item)
    for kind in (str, (int, float)):
        if all(isinstance(item, kind) and not isinstance(item, bool) for item in kept):
            return Set(sorted(kept))
    return Set(kept)


def _same(left: Value, right: Value) -> bool:
    if left is UNKNOWN or right is UNKNOWN:
        return False
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _number_text(value: float) -> str:
    """Digits without an exponent, as Terraform writes them."""
    from decimal import Decimal

    return format(Decimal(repr(value)), "f")
