"""Type constraints of variables, and values converted to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xyztf.hcl.convert import ConversionError, make_set, to_bool, to_number, to_string
from xyztf.hcl.syntax import Call, Expression, Literal, ObjectOf, Traversal, TupleOf
from xyztf.hcl.values import UNKNOWN, Set, Value


@dataclass(frozen=True, slots=True)
class Primitive:
    """string, number, bool; or any."""

    name: str


@dataclass(frozen=True, slots=True)
class Collection:
    """`kind` of `element`: list, set or map."""

    kind: str
    element: Type


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute of an object; `default` where it is optional and has one."""

    type: Type
    optional: bool = False
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class ObjectType:
    """An object with these attributes."""

    fields: dict[str, Field]


@dataclass(frozen=True, slots=True)
class TupleType:
    """A list of a fixed length."""

    items: tuple[Type, ...]


Type = Primitive | Collection | ObjectType | TupleType
PRIMITIVES = frozenset({"string", "number", "bool", "any"})
KINDS = frozenset({"list", "set", "map"})


class TypeConstraintError(Exception):
    """Not a type. `str()` says why."""


def parse_type(expression: Expression) -> Type:
    """The type that an expression names. Raises TypeConstraintError."""
    if isinstance(expression, Literal) and isinstance(expression.value, str):  # Terraform 0.11 wrote "string"
        return _bare(expression.value)
    if isinstance(expression, Traversal) and isinstance(expression.root, str) and not expression.steps:
        return _bare(expression.root)
    if not isinstance(expression, Call):
        raise TypeConstraintError("this is not a type")
    if len(expression.arguments) != 1:
        raise TypeConstraintError(f"{expression.name}() takes one argument")
    (argument,) = expression.arguments
    if expression.name in KINDS:
        return Collection(expression.name, parse_type(argument))
    if expression.name == "object" and isinstance(argument, ObjectOf):
        return ObjectType({_key(key): _field(value) for key, value in argument.items})
    if expression.name == "tuple" and isinstance(argument, TupleOf):
        return TupleType(tuple(map(parse_type, argument.items)))
    raise TypeConstraintError(f"there is no type {expression.name}")


def _bare(name: str) -> Type:
    if name in PRIMITIVES:
        return Primitive(name)
    if name in KINDS:  # of any
        return Collection(name, Primitive("any"))
    raise TypeConstraintError(f"there is no type {name}")


def _key(expression: Expression) -> str:
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        return expression.value
    raise TypeConstraintError("an attribute's name must be written out")


def _field(expression: Expression) -> Field:
    if isinstance(expression, Call) and expression.name == "optional":
        if not 1 <= len(expression.arguments) <= 2:
            raise TypeConstraintError("optional() takes a type, and a default")
        default = expression.arguments[1] if len(expression.arguments) == 2 else None
        return Field(parse_type(expression.arguments[0]), True, default)
    return Field(parse_type(expression))


def convert(value: Value, wanted: Type, default_of: Callable[[Expression], Value], path: str = "") -> Value:
    """The value as Terraform hands it to a variable of this type.

    Optional attributes are filled, what an object does not have is dropped. Raises ConversionError, which says where.
    """
    if value is UNKNOWN or value is None:
        return value
    if isinstance(wanted, Primitive):
        return _primitive(value, wanted.name, path)
    if isinstance(wanted, Collection):
        return _collection(value, wanted, default_of, path)
    if isinstance(wanted, TupleType):
        if not isinstance(value, list) or isinstance(value, Set) or len(value) != len(wanted.items):
            raise _refused(f"a list of {len(wanted.items)} is needed", path)
        return [
            convert(each, kind, default_of, f"{path}[{at}]")
            for at, (each, kind) in enumerate(zip(value, wanted.items, strict=True))
        ]
    return _object(value, wanted, default_of, path)


def _primitive(value: Value, name: str, path: str) -> Value:
    if name == "any":
        return value
    try:
        return {"string": to_string, "number": to_number, "bool": to_bool}[name](value)
    except ConversionError:
        raise _refused(f"a {name} is needed", path) from None


def _collection(value: Value, wanted: Collection, default_of: Callable[[Expression], Value], path: str) -> Value:
    if wanted.kind == "map":
        if not isinstance(value, dict):
            raise _refused("a map is needed", path)
        return {key: convert(each, wanted.element, default_of, f'{path}["{key}"]') for key, each in value.items()}
    if not isinstance(value, list):
        raise _refused(f"a {wanted.kind} is needed", path)
    items = [convert(each, wanted.element, default_of, f"{path}[{at}]") for at, each in enumerate(value)]
    return make_set(items) if wanted.kind == "set" else items


def _object(value: Value, wanted: ObjectType, default_of: Callable[[Expression], Value], path: str) -> Value:
    if not isinstance(value, dict):
        raise _refused("an object is needed", path)
    found = {}
    for name, field in wanted.fields.items():
        given = value.get(name)
        if name not in value and not field.optional:
            raise _refused(f"{name} is missing", path)
        if given is None and field.optional and field.default is not None:
            given = default_of(field.default)
        found[name] = convert(given, field.type, default_of, f"{path}.{name}")
    return found


def _refused(message: str, path: str) -> ConversionError:
    return ConversionError(f"{path.lstrip('.')}: {message}" if path else message)


def fits(value: Value, wanted: Type) -> str | None:
    """Why a value cannot be converted to a type; None when it can, or when it is not known."""
    try:
        convert(value, wanted, lambda _: UNKNOWN)
    except ConversionError as error:
        return str(error)
    return None
