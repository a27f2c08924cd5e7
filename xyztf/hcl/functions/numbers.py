"""Functions of numbers. Source: Terraform 1.11, `internal/lang/funcs/number.go`, and go-cty's standard library."""

from __future__ import annotations

import math

from xyztf.hcl.convert import ConversionError, exact, from_exact
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.signature import anything, number, sequence, takes, whole
from xyztf.hcl.values import UNKNOWN, Value

_EXACT_IN_A_FLOAT = 2**53
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@takes(number)
def _abs(value: int | float) -> Value:
    return abs(value)


@takes(number)
def _ceil(value: int | float) -> Value:
    return math.ceil(value)


@takes(number)
def _floor(value: int | float) -> Value:
    return math.floor(value)


@takes(rest=number)
def _max(*values: int | float) -> Value:
    if not values:
        raise FunctionError("must pass at least one number")
    return max(values)


@takes(rest=number)
def _min(*values: int | float) -> Value:
    if not values:
        raise FunctionError("must pass at least one number")
    return min(values)


@takes(number, number)
def _pow(value: int | float, power: int | float) -> Value:
    if value == 0 and power < 0:
        return UNKNOWN  # infinity
    try:
        return _from_float(math.pow(value, power))
    except ValueError:
        raise FunctionError("the result is not a number") from None
    except OverflowError:
        return UNKNOWN


@takes(number, number)
def _log(value: int | float, base: int | float) -> Value:
    if value < 0 or base < 0:
        raise FunctionError("the result is not a number")
    if value == 0 or base in (0, 1):
        return UNKNOWN  # infinity
    return _from_float(math.log(value) / math.log(base))


def _from_float(value: float) -> Value:
    """What Terraform computes with 64 bits. From 2^53 on it writes other digits than those of the whole number."""
    if not value.is_integer():
        return value
    return int(value) if abs(value) < _EXACT_IN_A_FLOAT else UNKNOWN


@takes(whole)
def _signum(value: int) -> Value:
    return (value > 0) - (value < 0)


@takes(anything, whole)
def _parseint(text: Value, base: int) -> Value:
    if not isinstance(text, str):
        raise FunctionError("the first argument must be a string")
    if not 2 <= base <= 62:
        raise FunctionError("the base must be a whole number between 2 and 62")
    digits = text[1:] if text[:1] in ("+", "-") else text
    if base <= 36:
        digits = digits.lower()
    if not digits or not set(digits) <= set(_DIGITS[:base]):
        raise FunctionError(f'cannot parse "{text}" as a base {base} integer')
    result = 0
    for digit in digits:
        result = result * base + _DIGITS.index(digit)
    return -result if text.startswith("-") else result


@takes(sequence)
def _sum(values: list[Value]) -> Value:
    if not values:
        raise FunctionError("cannot sum an empty list")
    if any(each is UNKNOWN for each in values):
        return UNKNOWN
    try:
        converted = [number(each) for each in values]
    except ConversionError:
        raise FunctionError("argument must be a list, set or tuple of numbers") from None
    return UNKNOWN if any(each is UNKNOWN for each in converted) else from_exact(sum(map(exact, converted), exact(0)))


FUNCTIONS = {
    "abs": _abs,
    "ceil": _ceil,
    "floor": _floor,
    "log": _log,
    "max": _max,
    "min": _min,
    "parseint": _parseint,
    "pow": _pow,
    "signum": _signum,
    "sum": _sum,
}
