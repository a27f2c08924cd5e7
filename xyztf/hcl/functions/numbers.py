"""Functions of numbers. Source: Terraform 1.11, `internal/lang/funcs/number.go`, and go-cty's standard library."""

from __future__ import annotations

import math

from xyztf.hcl.convert import ConversionError, exact, from_exact, in_terraform
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.signature import anything, number, sequence, takes, whole
from xyztf.hcl.values import UNKNOWN, Value

_EXACT_IN_A_FLOAT = 2**53
_LARGEST_EXPONENT = 900  # well within a float
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_LOG_COEFFICIENTS = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
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
    if power in (0.5, -0.5):
        if value < 0:
            raise FunctionError("the result is not a number")
        return _from_float(math.sqrt(value) ** (1 if power > 0 else -1))
    if not isinstance(power, int):
        if value < 0:
            raise FunctionError("the result is not a number")
        return UNKNOWN  # Go's last bits hang on the processor
    return _whole_power(float(value), power) if abs(value) < _EXACT_IN_A_FLOAT else UNKNOWN


def _whole_power(value: float, power: int) -> Value:
    """The power as Go computes it, by squaring the mantissa: C's differs in the last bit."""
    result, result_exponent = 1.0, 0
    mantissa, exponent = math.frexp(value)
    left = abs(power)
    while left and value:
        if abs(exponent) > _LARGEST_EXPONENT:
            return UNKNOWN
        if left & 1:
            result, result_exponent = result * mantissa, result_exponent + exponent
        mantissa, exponent, left = mantissa * mantissa, exponent * 2, left >> 1
        if mantissa < 0.5:
            mantissa, exponent = mantissa * 2, exponent - 1
    if not value and power:
        return 0
    if power < 0:
        result, result_exponent = 1 / result, -result_exponent
    if abs(result_exponent) > _LARGEST_EXPONENT:
        return UNKNOWN
    return _from_float(math.ldexp(result, result_exponent))


@takes(number, number)
def _log(value: int | float, base: int | float) -> Value:
    if value < 0 or base < 0:
        raise FunctionError("the result is not a number")
    if value == 0 or base in (0, 1):
        return UNKNOWN  # infinity
    return _from_float(_natural_log(float(value)) / _natural_log(float(base)))


def _natural_log(value: float) -> float:
    """The logarithm as Go computes it (FreeBSD's e_log.c): C's differs in the last bit, and `ceil` shows it."""
    mantissa, exponent = math.frexp(value)
    if mantissa < math.sqrt(2) / 2:
        mantissa, exponent = mantissa * 2, exponent - 1
    f = mantissa - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    l1, l2, l3, l4, l5, l6, l7 = _LOG_COEFFICIENTS
    r = s2 * (l1 + s4 * (l3 + s4 * (l5 + s4 * l7))) + s4 * (l2 + s4 * (l4 + s4 * l6))
    half = 0.5 * f * f
    return exponent * _LN2_HIGH - ((half - (s * (half + r) + exponent * _LN2_LOW)) - f)


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
    if any(each is UNKNOWN for each in converted):
        return UNKNOWN
    total = exact(0)
    for each in converted:
        total = in_terraform(total + in_terraform(exact(each)))
    return from_exact(total)


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
