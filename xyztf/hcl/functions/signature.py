"""What a function takes: how many arguments, and what each is converted to before the function sees it."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable

from xyztf.hcl.convert import ConversionError, kind, make_set, to_bool, to_number, to_string
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.unification import unify
from xyztf.hcl.values import UNKNOWN, Value

Parameter = Callable[[Value], Value]
"""Converts one argument, or raises ConversionError. When it gives UNKNOWN, so does the function, without a look."""

Function = Callable[..., Value]


def takes(*parameters: Parameter, rest: Parameter | None = None) -> Callable[[Function], Function]:
    """Checks and converts the arguments of a function: one for each parameter, then as many as there are for `rest`.

    A string that comes back is in Unicode's composed form (NFC), as all strings are in Terraform. The function made
    raises FunctionError for a wrong number of arguments and for one that does not convert.
    """

    def decorate(function: Function) -> Function:
        @functools.wraps(function)
        def call(*arguments: Value) -> Value:
            if len(arguments) < len(parameters) or (rest is None and len(arguments) > len(parameters)):
                raise FunctionError(_count(len(parameters), rest is not None, len(arguments)))
            converted = []
            for position, argument in enumerate(arguments):
                parameter = parameters[position] if position < len(parameters) else rest
                assert parameter is not None
                try:
                    converted.append(parameter(argument))
                except ConversionError as error:
                    raise FunctionError(f"argument {position + 1}: {error}") from None
            if any(each is UNKNOWN for each in converted):
                return UNKNOWN
            try:
                result = function(*converted)
            except ConversionError as error:
                raise FunctionError(str(error)) from None
            if isinstance(result, str) and not result.isascii():
                return unicodedata.normalize("NFC", result)
            return result

        return call

    return decorate


def _count(wanted: int, more: bool, given: int) -> str:
    least = "at least " if more else ""
    return f"{least}{wanted or 'no'} argument{'s' * (wanted != 1)} required, {given} given"


def nullable(value: Value) -> Value:
    """Anything, null as well."""
    return value


def anything(value: Value) -> Value:
    """Anything but null."""
    if value is None:
        raise ConversionError("must not be null")
    return value


def string(value: Value) -> Value:
    """A string, or what converts to one."""
    return to_string(anything(value))


def number(value: Value) -> Value:
    """A number, or a string that says one."""
    return to_number(anything(value))


def whole(value: Value) -> Value:
    """A whole number."""
    found = number(value)
    if found is not UNKNOWN and not isinstance(found, int):
        raise ConversionError("a whole number is required")
    return found


def sequence(value: Value) -> Value:
    """A list, a tuple or a set, as it is."""
    if not isinstance(value, list):
        raise ConversionError(f"a list is required, not a {kind(value)}")
    return value


def mapping(value: Value) -> Value:
    """A map or an object, as it is."""
    if not isinstance(value, dict):
        raise ConversionError(f"a map is required, not a {kind(value)}")
    return value


def strings(value: Value) -> Value:
    """A list of strings; null and UNKNOWN may be among them."""
    return [to_string(each) for each in sequence(value)]


def bools(value: Value) -> Value:
    """A list of bools; null and UNKNOWN may be among them."""
    return [to_bool(each) for each in sequence(value)]


def uniform(value: Value) -> Value:
    """A list whose elements have one type."""
    return unify(sequence(value))


def as_set(value: Value) -> Value:
    """A set; UNKNOWN if something in it is."""
    return make_set(unify(sequence(value)))
