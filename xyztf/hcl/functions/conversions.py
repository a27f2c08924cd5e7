"""Functions that convert a value to a type, and those that only mark one.

Source: Terraform 1.11, `internal/lang/funcs/conversion.go` and `sensitive.go`.
"""

from __future__ import annotations

from xyztf.hcl.convert import kind, make_set, to_bool, to_number, to_string
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.signature import Function, mapping, nullable, sequence, takes
from xyztf.hcl.unification import unify
from xyztf.hcl.values import UNKNOWN, Value


@takes(nullable)
def _tobool(value: Value) -> Value:
    if value not in (None, "true", "false", "1", "0") and not isinstance(value, bool):
        given = f'"{value}"' if isinstance(value, str) else kind(value)
        raise FunctionError(f'cannot convert {given} to bool; only the strings "true" or "false" are allowed')
    return to_bool(value)


@takes(nullable)
def _tolist(value: Value) -> Value:
    return None if value is None else unify(sequence(value))


@takes(nullable)
def _tomap(value: Value) -> Value:
    return None if value is None else dict(zip(mapping(value), unify(list(value.values())), strict=True))


@takes(nullable)
def _tonumber(value: Value) -> Value:
    return to_number(value)


@takes(nullable)
def _toset(value: Value) -> Value:
    return None if value is None else make_set(unify(sequence(value)))


@takes(nullable)
def _tostring(value: Value) -> Value:
    return to_string(value)


@takes(nullable)
def _as_it_is(value: Value) -> Value:
    return value


@takes(nullable)
def _issensitive(value: Value) -> Value:
    return UNKNOWN  # values do not carry the mark


def _removed(instead: str) -> Function:
    def refuse(*arguments: Value) -> Value:
        raise FunctionError(f"the function was removed in Terraform 0.12; write {instead}")

    return refuse


FUNCTIONS: dict[str, Function] = {
    "ephemeralasnull": _as_it_is,
    "issensitive": _issensitive,
    "list": _removed("[...], or tolist([...])"),
    "map": _removed("{ ... }, or tomap({ ... })"),
    "nonsensitive": _as_it_is,
    "sensitive": _as_it_is,
    "tobool": _tobool,
    "tolist": _tolist,
    "tomap": _tomap,
    "tonumber": _tonumber,
    "toset": _toset,
    "tostring": _tostring,
}
