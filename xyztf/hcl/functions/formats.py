"""`format` and `formatlist`. Source: go-cty's `function/stdlib/format.go`, and Go's fmt for big numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal

from xyztf.hcl.convert import exact, in_terraform, is_inexact, is_number, to_bool, to_number, to_string
from xyztf.hcl.functions.characters import characters
from xyztf.hcl.functions.encoding import json_text
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.signature import nullable, string, takes
from xyztf.hcl.values import UNKNOWN, Value, is_known

_VERB = re.compile(
    r"%%|%(?P<flags>[-+ #0]*)(?P<width>[1-9][0-9]*)?(?:\.(?P<precision>[0-9]*))?(?:\[(?P<index>[1-9][0-9]*)\])?"
    r"(?P<mode>[a-zA-Z])|(?P<wrong>%)"
)
_ENOUGH = Context(prec=1400, rounding=ROUND_HALF_EVEN)  # the digits of any number of 512 bits between 1e-150 and 1e150
_WIDEST = 10_000


class _Unknown(Exception):
    pass


@takes(string, rest=nullable)
def _format(text: str, *arguments: Value) -> Value:
    if not all(map(is_known, arguments)):
        return UNKNOWN
    try:
        return _formatted(text, arguments)
    except _Unknown:
        return UNKNOWN


@takes(string, rest=nullable)
def _formatlist(text: str, *arguments: Value) -> Value:
    lengths = {len(each) for each in arguments if isinstance(each, list)}
    if len(lengths) > 1:
        raise FunctionError("the lists have different lengths")
    result: list[Value] = []
    for at in range(lengths.pop() if lengths else 1):
        result.append(_format(text, *(each[at] if isinstance(each, list) else each for each in arguments)))
    return result


def _formatted(text: str, arguments: Sequence[Value]) -> str:
    result: list[str] = []
    end = following = highest = 0
    for verb in _VERB.finditer(text):
        result.append(text[end : verb.start()])
        end = verb.end()
        if verb["wrong"]:
            raise FunctionError(f"invalid format string starting at offset {verb.start()}")
        if verb[0] == "%%":
            result.append("%")
            continue
        at = int(verb["index"]) - 1 if verb["index"] else following
        following, highest = at + 1, max(highest, at + 1)
        if at >= len(arguments):
            raise FunctionError(f'not enough arguments for "{verb[0]}": need {at + 1} but have {len(arguments)}')
        result.append(_one(verb, arguments[at]))
    if highest < len(arguments):
        used = f"only {highest} used by format string" if highest else "no verbs in format string"
        raise FunctionError(f"too many arguments; {used}")
    return "".join([*result, text[end:]])


def _one(verb: re.Match[str], value: Value) -> str:
    mode = verb["mode"]
    if int(verb["width"] or 0) > _WIDEST or int(verb["precision"] or 0) > _WIDEST:
        raise _Unknown
    if value is None and mode != "v":
        raise FunctionError(f'unsupported value for "{verb[0]}": null value cannot be formatted')
    if mode == "v":
        return _padded(verb, _plain(verb, value))
    if mode == "t":
        return "true" if to_bool(value) else "false"
    if mode in "sq":
        text = _sure(to_string(value))
        if verb["precision"] and int(verb["precision"]):
            text = "".join(_clusters(text)[: int(verb["precision"])])
        return _padded(verb, text if mode == "s" else _sure(json_text(text)))
    if mode in "bdoxX":
        return _integer(verb, _sure(to_number(value)))
    if mode in "eEfgG":
        return _decimal(verb, _sure(to_number(value)))
    raise FunctionError(f'unsupported format verb "{mode}" in "{verb[0]}"')


def _plain(verb: re.Match[str], value: Value) -> str:
    if "#" not in verb["flags"]:
        if isinstance(value, str):
            return value
        if is_number(value):
            return _shortest(value, "e")
    return str(_sure(json_text(value)))


def _integer(verb: re.Match[str], value: int | float) -> str:
    if not isinstance(value, int):
        raise FunctionError(f'unsupported value for "{verb[0]}": an integer is required')
    if "#" in verb["flags"] or verb["precision"] is not None:
        raise _Unknown
    return _signed(verb, format(abs(value), verb["mode"]), value < 0)


def _decimal(verb: re.Match[str], value: int | float) -> str:
    mode, precision = verb["mode"], verb["precision"]
    if "#" in verb["flags"]:
        raise _Unknown
    if precision is None and mode in "gG":
        text = _shortest(abs(value), "e" if mode == "g" else "E")
    else:
        places = 6 if precision is None else int(precision or 0)
        if isinstance(value, float) and is_inexact(value) and places > 10:
            raise _Unknown
        number = _in_terraform(abs(value))
        if mode in "gG":
            text = _significant(number, places or 1, mode)
        elif mode == "f":
            text = format(number.quantize(Decimal(1).scaleb(-places), context=_ENOUGH), "f")
        else:
            text = _exponent(number, places, mode)
    return _signed(verb, text, value < 0)


def _in_terraform(value: int | float) -> Decimal:
    """The number as Terraform has it, to the last digit: how it is rounded hangs on that."""
    fraction = in_terraform(exact(value))
    return _ENOUGH.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))


def _shortest(value: int | float, letter: str) -> str:
    """Go's `%g` without a precision: with an exponent below 1e-4 and from 1e6 on."""
    if isinstance(value, float) and is_inexact(value):
        raise _Unknown
    number = Decimal(repr(value)).normalize(_ENOUGH)
    exponent = number.adjusted()
    if value == 0:
        return "0"
    if exponent < -4 or exponent >= 6:
        return _exponent(number, len(number.as_tuple().digits) - 1, letter)
    return format(number, "f")


def _significant(number: Decimal, digits: int, mode: str) -> str:
    if not number:
        return "0"
    rounded = Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(number).normalize(_ENOUGH)
    if rounded.adjusted() < -4 or rounded.adjusted() >= digits:
        return _exponent(rounded, len(rounded.as_tuple().digits) - 1, "e" if mode == "g" else "E")
    return format(rounded, "f")


def _exponent(number: Decimal, places: int, letter: str) -> str:
    if number:
        number = Context(prec=places + 1, rounding=ROUND_HALF_EVEN).plus(number)
    exponent = number.adjusted() if number else 0
    mantissa = format(number.scaleb(-exponent, _ENOUGH), f".{places}f")
    return f"{mantissa}{letter}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _signed(verb: re.Match[str], digits: str, negative: bool) -> str:
    flags, width = verb["flags"], int(verb["width"] or 0)
    sign = "-" if negative else "+" if "+" in flags else " " if " " in flags else ""
    if "-" in flags:
        return (sign + digits).ljust(width)
    if "0" in flags:
        return sign + digits.rjust(width - len(sign), "0")
    return (sign + digits).rjust(width)


def _padded(verb: re.Match[str], text: str) -> str:
    if not verb["width"]:
        return text
    missing = max(0, int(verb["width"]) - len(_clusters(text)))
    padding = ("0" if "0" in verb["flags"] else " ") * missing
    return text + padding if "-" in verb["flags"] else padding + text


def _clusters(text: str) -> list[str]:
    found = characters(text)
    if found is None:
        raise _Unknown
    return found


def _sure(value: Value) -> Value:
    if value is UNKNOWN:
        raise _Unknown
    return value


FUNCTIONS = {"format": _format, "formatlist": _formatlist}
