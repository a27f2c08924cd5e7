"""Terraform's conversions between strings, numbers and bools, its equality, and its sets.

Source: go-cty's `convert` package, which Terraform 1.11 uses, as seen with `terraform console` of 1.11.4.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from xyztf.hcl.values import UNKNOWN, Partial, Set, Value, is_known

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DIGITS_OF_A_FLOAT = 15
_BITS = 512  # of the mantissa of Terraform's numbers: about 154 digits
_LONGEST = 150


class ConversionError(Exception):
    """A value cannot become what is wanted. `path` says where within the value, such as `.rules[0].port`."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.message = message
        self.path = path


def kind(value: Value) -> str:
    """What a value is called in a message: "string", "number", "bool", "null", "list", "set", "map" or "unknown"."""
    if value is None:
        return "null"
    if value is UNKNOWN:
        return "unknown"
    for type_, name in (
        (bool, "bool"),
        (str, "string"),
        ((int, float), "number"),
        (Set, "set"),
        (list, "list"),
    ):
        if isinstance(value, type_):
            return name
    return "map"


def is_number(value: Value) -> bool:
    """Whether a value is a number: a bool, which Python takes for one, is not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def exact(value: int | float) -> Fraction:
    """The number that a float stands for: 0.1 is one tenth, as in Terraform, and not the nearest sum of halves."""
    return Fraction(value) if isinstance(value, int) else Fraction(repr(value))


def in_terraform(value: Fraction) -> Fraction:
    """The number as Terraform keeps it: with 512 bits, rounded to the nearest, to even where two are as near."""
    if not value or value.denominator == 1:
        return value
    shift = _BITS - (abs(value.numerator).bit_length() - value.denominator.bit_length())
    for bits in (shift + 1, shift, shift - 1):
        mantissa = round(value * Fraction(2) ** bits)
        if abs(mantissa).bit_length() <= _BITS:
            break
    return mantissa / Fraction(2) ** bits


def from_exact(value: Fraction) -> Value:
    """An int where a number of Terraform's is whole, else a float. UNKNOWN where a float says another number."""
    if value.denominator == 1:
        return value.numerator
    try:
        near = float(value)
    except OverflowError:
        return UNKNOWN
    if not near or near.is_integer():
        return UNKNOWN
    return near if is_inexact(near) or in_terraform(exact(near)) == in_terraform(value) else UNKNOWN


def parse_number(text: str) -> Value:
    """The number a text says: an int where it is whole (`1e3`, `2.0`), else a float.

    UNKNOWN where Python's floats cannot hold it (Terraform has 512 bits). Raises ConversionError if it is no number.
    """
    if not _NUMBER.fullmatch(text):
        raise ConversionError("a number is required")
    if text.lstrip("+-").isdigit():
        return int(text) if len(text) <= _LONGEST else UNKNOWN
    value = Decimal(text)
    if not value:
        return 0
    if abs(value.adjusted()) > _LONGEST:
        return UNKNOWN
    fraction = Fraction(value)
    if fraction.denominator != 1 and len(value.normalize().as_tuple().digits) > _DIGITS_OF_A_FLOAT:
        return UNKNOWN
    return from_exact(fraction)


def to_number(value: Value) -> Value:
    """A number, of a number or of a string that says one. None and UNKNOWN stay. Raises ConversionError."""
    if value is None or value is UNKNOWN:
        return value
    if isinstance(value, str):
        return parse_number(value)
    if not is_number(value):
        raise ConversionError(f"a number is required, not a {kind(value)}")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def to_bool(value: Value) -> Value:
    """A bool, of a bool or of the string of one ("1" and "0" also). None and UNKNOWN stay. Raises ConversionError."""
    if value is None or value is UNKNOWN or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if value in ("true", "1"):
            return True
        if value in ("false", "0"):
            return False
        lower = value.lower()
        if lower in ("true", "false"):
            raise ConversionError(f'a bool is required; to convert from string, use lowercase "{lower}"')
        raise ConversionError("a bool is required")
    raise ConversionError(f"a bool is required, not a {kind(value)}")


def to_string(value: Value) -> Value:
    """A string, of a string, a number or a bool. None and UNKNOWN stay. Raises ConversionError for the others.

    UNKNOWN also for a fraction of 16 digits or more: it was computed, and Terraform, which computes with 512 bits,
    would write up to 155 digits of it.
    """
    if value is None or value is UNKNOWN or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**_LONGEST else UNKNOWN
    if isinstance(value, float):
        if value.is_integer():
            return str(int(value))
        return UNKNOWN if is_inexact(value) else format(Decimal(repr(value)), "f")
    raise ConversionError(f"a string is required, not a {kind(value)}")


def is_inexact(value: float) -> bool:
    """Whether a float has so many digits that Terraform's own number may have more of them."""
    return len(Decimal(repr(value)).as_tuple().digits) > _DIGITS_OF_A_FLOAT


def equal(left: Value, right: Value) -> Value:
    """Terraform's `==`: values of different types differ, so `1 == "1"` is false. True, False or UNKNOWN."""
    if left is UNKNOWN or right is UNKNOWN or isinstance(left, Partial) or isinstance(right, Partial):
        return UNKNOWN
    if left is None or right is None:
        return left is None and right is None
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() != right.keys():
            return False
        return _all_equal((left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        if isinstance(left, Set) is not isinstance(right, Set) or len(left) != len(right):
            return False
        return _all_equal(zip(left, right, strict=True))
    if is_number(left) and is_number(right):
        return bool(left == right)
    return type(left) is type(right) and bool(left == right)


def _all_equal(pairs: Iterable[tuple[Value, Value]]) -> Value:
    result: Value = True
    for left, right in pairs:
        same = equal(left, right)
        if same is False:
            return False
        if same is UNKNOWN:
            result = UNKNOWN
    return result


def without_duplicates(items: Iterable[Value]) -> list[Value]:
    """The items, each once, in the order in which they come first."""
    seen: set[str] = set()
    result = []
    for item in items:
        key = _identity(item)
        if key not in seen:
            seen.add(key)
            result.append(item)
    return result


def _identity(item: Value) -> str:
    """A text that is the same for equal values only, as long as they have one type."""
    if isinstance(item, dict):
        return "{" + "".join(f"{key!r}:{_identity(item[key])};" for key in sorted(item)) + "}"
    if isinstance(item, list):
        return "[" + "".join(f"{_identity(each)};" for each in item) + "]"
    return str(exact(item)) if is_number(item) else repr(item)


def make_set(items: Iterable[Value]) -> Value:
    """A Set of items that have one type, in Terraform's order, each once.

    UNKNOWN where an item is, or holds, something unknown: it may turn out to be one of the others.
    """
    listed = list(items)
    if not all(map(is_known, listed)):
        return UNKNOWN
    return Set(sorted(without_duplicates(listed), key=_sort_key))


def _sort_key(item: Value) -> tuple[int, Value]:
    if item is None:
        return 2, 0
    if isinstance(item, (str, int, float)):
        return 1, item
    return 1, _order(item)


def _order(item: Value) -> str:
    """The text by which go-cty orders and tells apart the elements of a set that are no strings, numbers or bools."""
    if item is None:
        return "~"
    if isinstance(item, bool):
        return "T" if item else "F"
    if isinstance(item, str):
        return json.dumps(item, ensure_ascii=False)
    if isinstance(item, dict):
        return (
            "{" + "".join(f"{json.dumps(key, ensure_ascii=False)}:{_order(item[key])};" for key in sorted(item)) + "}"
        )
    if isinstance(item, list):
        return "[" + "".join(f"{_order(each)};" for each in item) + "]"
    return format(float(item), ".10g")  # the tenth digit is the last that go-cty looks at
