"""Type constraints, as a variable's `type` writes them."""

from __future__ import annotations

from xyztf.hcl.syntax import Call, Expression, Literal, ObjectOf, Traversal, TupleOf
from xyztf.hcl.type_model import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    AttributeType,
    Collection,
    ObjectType,
    Primitive,
    TupleType,
    Type,
)

_PRIMITIVES: dict[str, Primitive] = {"string": STRING, "number": NUMBER, "bool": BOOL}
# Terraform 0.11 wrote a type as a string, and `list` and `map` without one for their elements; 1.11 still reads these.
_ALONE: dict[str, Type] = {"list": Collection("list", ANY), "map": Collection("map", ANY)}
_QUOTED: dict[str, Type] = {"string": STRING, **_ALONE}
_CONSTRUCTORS = ("list", "set", "map", "object", "tuple")


class TypeConstraintError(Exception):
    """A type is not written as Terraform reads it. `line` and `column` say where."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def parse(expression: Expression) -> Type:
    """The type a constraint names. Raises TypeConstraintError at the place of what Terraform would refuse."""
    match expression:
        case Traversal(root=str(name), steps=()) if name in _ALONE:
            return _ALONE[name]
        case Literal(value=str(name)) if name in _QUOTED:
            return _QUOTED[name]
        case _:
            return _parsed(expression)


def _parsed(expression: Expression) -> Type:
    match expression:
        case Traversal(root=str(name), steps=()):
            return _named(name, expression)
        case Literal(value=str(name)):
            raise _error(f'a type is written without quotes: {name}, not "{name}"', expression)
        case Call(name="optional"):
            raise _error("optional(...) is only for the attributes of an object", expression)
        case Call(name=name) if name in _CONSTRUCTORS:
            if expression.expanded or len(expression.arguments) != 1:
                raise _error(f"{name}(...) takes one argument", expression)
            return _constructed(name, expression.arguments[0])
        case Call(name=name) if name in _PRIMITIVES or name == "any":
            raise _error(f"{name} takes no argument", expression)
        case Call(name=name):
            raise _error(f"there is no type constructor {name}", expression)
        case _:
            raise _error(
                "this is not a type: write a keyword such as string, or a call such as list(string)", expression
            )


def _named(name: str, expression: Traversal) -> Type:
    if name == "any":
        return ANY
    if name in _PRIMITIVES:
        return _PRIMITIVES[name]
    if name in ("list", "set", "map"):
        raise _error(f"{name} needs the type of its elements, such as {name}(string)", expression)
    if name == "object":
        raise _error("object needs its attributes, such as object({ name = string })", expression)
    if name == "tuple":
        raise _error("tuple needs its elements, such as tuple([string, number])", expression)
    raise _error(f"there is no type {name}", expression)


def _constructed(name: str, argument: Expression) -> Type:
    if name in ("list", "set", "map"):
        return Collection(name, _parsed(argument))  # type: ignore[arg-type]  # the three of its Literal
    if name == "tuple":
        if not isinstance(argument, TupleOf):
            raise _error("tuple(...) takes a list of types in brackets", argument)
        return TupleType(tuple(map(_parsed, argument.items)))
    if not isinstance(argument, ObjectOf):
        raise _error("object(...) takes its attributes in braces", argument)
    return ObjectType(dict(_attribute(key, value) for key, value in argument.items))


def _attribute(key: Expression, value: Expression) -> tuple[str, AttributeType]:
    match key:
        case Literal(value=str(name)):
            pass
        case Traversal(root=str(name), steps=()):
            pass
        case _:
            raise _error("the name of an attribute is a plain word", key)
    if not (isinstance(value, Call) and value.name == "optional"):
        return name, AttributeType(_parsed(value))
    match value.arguments:
        case (type_,):
            return name, AttributeType(_parsed(type_), True)
        case (type_, default):
            return name, AttributeType(_parsed(type_), True, default)
        case _:
            raise _error("optional(...) takes a type and, if there is one, a default", value)


def _error(message: str, at: Expression) -> TypeConstraintError:
    return TypeConstraintError(message, at.line, at.column)
