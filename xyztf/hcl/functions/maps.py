"""Functions of maps and objects. Source: Terraform 1.11, `internal/lang/funcs/collection.go`, and go-cty's library.

A dict does not say whether it was a map or an object in Terraform: where the result hangs on it, it is UNKNOWN.
"""

from __future__ import annotations

from xyztf.hcl.convert import ConversionError
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.signature import mapping, nullable, sequence, string, strings, takes
from xyztf.hcl.unification import is_uniform, same_form, unify, unsure
from xyztf.hcl.values import UNKNOWN, Set, Value, is_known


@takes(mapping)
def _keys(values: dict[str, Value]) -> Value:
    return sorted(values)


@takes(mapping, string, rest=nullable)
def _lookup(values: dict[str, Value], key: str, *defaults: Value) -> Value:
    if len(defaults) > 1:
        raise FunctionError("lookup() takes two or three arguments")
    if key in values:
        return values[key]
    if not defaults:
        raise FunctionError(f'the given object has no attribute "{key}"')
    # A map converts the default to the type of its elements, an object does not.
    if not is_uniform(list(values.values())):
        return defaults[0]
    try:
        *before, default = unify([*values.values(), defaults[0]])
    except ConversionError:
        return defaults[0]
    as_it_is = values and same_form(default, defaults[0]) and all(map(same_form, before, values.values()))
    return defaults[0] if as_it_is else unsure(defaults[0])


@takes(rest=nullable)
def _merge(*values: Value) -> Value:
    result: dict[str, Value] = {}
    for value in values:
        if value is not None:
            result |= mapping(value)
    return result


@takes(mapping)
def _transpose(values: dict[str, Value]) -> Value:
    lists = {key: strings(values[key]) for key in sorted(values)}
    if not is_known(lists):
        return UNKNOWN
    result: dict[str, Value] = {}
    for key, items in lists.items():
        for item in items:
            if item is None:
                raise FunctionError("input must not contain null string")
            result.setdefault(item, []).append(key)
    return {key: sorted(result[key]) for key in sorted(result)}


@takes(mapping)
def _values(values: dict[str, Value]) -> Value:
    return [values[key] for key in sorted(values)]


@takes(strings, sequence)
def _zipmap(keys: list[Value], values: list[Value]) -> Value:
    if isinstance(values, Set):
        raise FunctionError("values argument must be a list or tuple value")
    if not is_known(keys):
        return UNKNOWN
    if len(keys) != len(values):
        raise FunctionError(f"number of keys ({len(keys)}) does not match number of values ({len(values)})")
    if None in keys:
        raise FunctionError(f"keys list has null value at index {keys.index(None)}")
    return dict(zip(keys, values, strict=True))


FUNCTIONS = {
    "keys": _keys,
    "lookup": _lookup,
    "merge": _merge,
    "transpose": _transpose,
    "values": _values,
    "zipmap": _zipmap,
}
