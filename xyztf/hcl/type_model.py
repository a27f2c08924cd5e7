"""Terraform's types, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from xyztf.hcl.syntax import Expression


@dataclass(frozen=True, slots=True)
class Primitive:
    """`string`, `number` or `bool`."""

    name: Literal["string", "number", "bool"]


@dataclass(frozen=True, slots=True)
class AnyType:
    """`any`: whatever it is. Within a collection: any one type, the same for all elements."""


@dataclass(frozen=True, slots=True)
class Collection:
    """`list(...)`, `set(...)` or `map(...)`."""

    kind: Literal["list", "set", "map"]
    element: Type


@dataclass(frozen=True, slots=True)
class AttributeType:
    """One attribute of an object: its type, whether it may be left out, and what it is then (None is null)."""

    type: Type
    optional: bool = False
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class ObjectType:
    """`object({...})`"""

    attributes: dict[str, AttributeType] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TupleType:
    """`tuple([...])`"""

    elements: tuple[Type, ...]


Type = Primitive | AnyType | Collection | ObjectType | TupleType

STRING = Primitive("string")
NUMBER = Primitive("number")
BOOL = Primitive("bool")
ANY = AnyType()


def describe(type_: Type) -> str:
    """What Terraform calls a type in its messages, such as "list of object"."""
    match type_:
        case Primitive(name):
            return name
        case Collection(kind, AnyType()):
            return f"{kind} of any single type"
        case Collection(kind, element):
            return f"{kind} of {describe(element)}"
        case ObjectType():
            return "object"
        case TupleType():
            return "tuple"
        case _:
            return "any type"


def has_any(type_: Type) -> bool:
    """Whether `any` stands somewhere in a type."""
    match type_:
        case AnyType():
            return True
        case Collection(_, element):
            return has_any(element)
        case ObjectType(attributes):
            return any(has_any(attribute.type) for attribute in attributes.values())
        case TupleType(elements):
            return any(map(has_any, elements))
        case _:
            return False
