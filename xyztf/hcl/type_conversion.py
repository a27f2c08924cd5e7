"""A value made to fit a type, as Terraform does it with the value of a variable."""

from __future__ import annotations

from collections.abc import Callable

from xyztf.hcl.convert import ConversionError, kind, make_set, to_bool, to_number, to_string
from xyztf.hcl.syntax import Expression
from xyztf.hcl.type_model import AnyType, Collection, ObjectType, Primitive, TupleType, Type, describe, has_any
from xyztf.hcl.unification import unify
from xyztf.hcl.values import UNKNOWN, Partial, Set, Value

DefaultOf = Callable[[Expression], Value]
_PRIMITIVES: dict[str, Callable[[Value], Value]] = {"string": to_string, "number": to_number, "bool": to_bool}


def convert(value: Value, type_: Type, default_of: DefaultOf) -> Value:
    """The value as the type has it: `"1"` is 1 where a number is wanted, what is optional and missing is filled in.

    What a resource is not configured with, the provider may give: it is UNKNOWN, and not missing.
    `default_of` evaluates the default of an optional attribute. UNKNOWN and None stay; a set that holds something
    unknown is UNKNOWN. Raises ConversionError, with the path within the value, where Terraform would refuse.
    """
    return _converted(value, type_, default_of, "")


def fits(value: Value, type_: Type) -> str | None:
    """Why a value does not fit a type, with the path within it; None when it fits."""
    try:
        convert(value, type_, lambda default: UNKNOWN)
    except ConversionError as error:
        return str(error)
    return None


def _converted(value: Value, type_: Type, default_of: DefaultOf, path: str) -> Value:
    if value is None or value is UNKNOWN or isinstance(type_, AnyType):
        return value
    match type_:
        case Primitive(name):
            return _at(path, lambda: _PRIMITIVES[name](value))
        case Collection("map", element):
            _require(isinstance(value, dict), value, type_, path)
            if isinstance(value, Partial):
                return UNKNOWN
            each = {key: _converted(item, element, default_of, _step(path, key)) for key, item in value.items()}
            if not has_any(element):
                return each
            return dict(zip(each, _at(path, lambda: unify(list(each.values()))), strict=True))
        case Collection(collection, element):
            _require(isinstance(value, list), value, type_, path)
            items = [_converted(item, element, default_of, f"{path}[{at}]") for at, item in enumerate(value)]
            if has_any(element):
                items = _at(path, lambda: unify(items))
            return make_set(items) if collection == "set" else items
        case TupleType(elements):
            _require(isinstance(value, list) and not isinstance(value, Set), value, type_, path)
            if len(value) != len(elements):
                raise ConversionError(f"a tuple of {len(elements)} elements is required, this has {len(value)}", path)
            pairs = enumerate(zip(value, elements, strict=True))
            return [_converted(item, element, default_of, f"{path}[{at}]") for at, (item, element) in pairs]
        case ObjectType():
            _require(isinstance(value, dict), value, type_, path)
            return _object(value, type_, default_of, path)


def _object(value: dict[str, Value], type_: ObjectType, default_of: DefaultOf, path: str) -> dict[str, Value]:
    missing = [name for name, each in type_.attributes.items() if name not in value and not each.optional]
    if missing and not isinstance(value, Partial):
        names = ", ".join(f'"{name}"' for name in sorted(missing))
        raise ConversionError(f"attribute{'s' * (len(missing) > 1)} {names} required", path)
    result = {}
    for name, attribute in type_.attributes.items():
        given = value.get(name, UNKNOWN if isinstance(value, Partial) else None)
        if given is None and attribute.default is not None:
            given = default_of(attribute.default)
        result[name] = _converted(given, attribute.type, default_of, f"{path}.{name}")
    return result


def _require(condition: bool, value: Value, type_: Type, path: str) -> None:
    if not condition:
        raise ConversionError(f"{describe(type_)} required, not a {kind(value)}", path)


def _at(path: str, action: Callable[[], Value]) -> Value:
    try:
        return action()
    except ConversionError as error:
        raise ConversionError(error.message, path + error.path) from None


def _step(path: str, key: str) -> str:
    return f"{path}.{key}" if key.isidentifier() else f'{path}["{key}"]'
