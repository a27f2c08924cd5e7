"""One type for several values, as where a tuple becomes a list: `[1, "a"]` is a list of the strings "1" and "a".

Python's lists and dicts do not say whether they were tuples or lists, objects or maps, in Terraform. They are taken
for tuples and objects, which can become the others. Source: go-cty's `convert/unify.go`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xyztf.hcl.convert import ConversionError, is_number, make_set, to_bool, to_number, to_string
from xyztf.hcl.type_model import ANY, BOOL, NUMBER, STRING, AnyType, Primitive
from xyztf.hcl.values import UNKNOWN, Set, Value


@dataclass(frozen=True, slots=True)
class _Objects:
    attributes: dict[str, _Shape]


@dataclass(frozen=True, slots=True)
class _Tuples:
    elements: tuple[_Shape, ...]


@dataclass(frozen=True, slots=True)
class _Each:
    """A list, a set or a map: all elements have one shape."""

    element: _Shape


@dataclass(frozen=True, slots=True)
class _Unsure:
    """Something unknown takes part: what it unifies with may turn out to become a string."""

    known: _Shape


_Shape = Primitive | AnyType | _Objects | _Tuples | _Each | _Unsure
_NOT_ONE_TYPE = "all elements must have the same type"


def unify(values: Sequence[Value]) -> list[Value]:
    """The values, converted to the one type they can all have.

    Something unknown among them leaves strings as they are and makes numbers and bools UNKNOWN, as they become strings
    if the unknown one is a string. Raises ConversionError where there is no such type.
    """
    shape = _unified([_shape(value) for value in values])
    return [_reshaped(value, shape) for value in values]


def unsure(value: Value) -> Value:
    """A value of which it is not known whether its numbers and bools became strings: those are UNKNOWN."""
    if isinstance(value, dict):
        return {key: unsure(each) for key, each in value.items()}
    if isinstance(value, Set):
        return make_set(map(unsure, value))
    if isinstance(value, list):
        return [unsure(each) for each in value]
    return value if value is None or isinstance(value, str) else UNKNOWN


def is_uniform(values: Sequence[Value]) -> bool:
    """Whether a sequence may have been a list: one type for all."""
    try:
        return all(map(same_form, values, unify(values)))
    except ConversionError:
        return False


def same_form(left: Value, right: Value) -> bool:
    """Whether a value came out of a conversion as it went in."""
    return repr(left) == repr(right)


def _shape(value: Value) -> _Shape:
    if value is UNKNOWN:
        return _Unsure(ANY)
    if value is None:
        return ANY
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, str):
        return STRING
    if is_number(value):
        return NUMBER
    if isinstance(value, dict):
        return _Objects({key: _shape(each) for key, each in value.items()})
    if isinstance(value, Set):
        return _Each(_unified([_shape(each) for each in value]))
    return _Tuples(tuple(map(_shape, value)))


def _unified(shapes: Sequence[_Shape]) -> _Shape:
    first = shapes[0] if shapes else ANY
    if all(shape == first for shape in shapes):
        return first
    if any(isinstance(shape, _Unsure) for shape in shapes):
        return _Unsure(_unified([shape.known if isinstance(shape, _Unsure) else shape for shape in shapes]))
    known = [shape for shape in shapes if not isinstance(shape, AnyType)]
    if not known:
        return ANY
    if all(isinstance(shape, Primitive) for shape in known):
        if STRING in known or all(shape == known[0] for shape in known):
            return STRING if STRING in known else known[0]
        raise ConversionError(_NOT_ONE_TYPE)
    objects = [shape for shape in known if isinstance(shape, _Objects)]
    if len(objects) == len(known):
        return _unified_objects(objects)
    tuples = [shape for shape in known if isinstance(shape, _Tuples)]
    if len(tuples) == len(known):
        return _unified_tuples(tuples)
    sets = [shape for shape in known if isinstance(shape, _Each)]
    if len(sets) == len(known):
        return _Each(_unified([shape.element for shape in sets]))
    if len(sets) + len(tuples) == len(known):
        # With a tuple they become sets, with a list they become lists: what it was is not known here.
        return _Unsure(ANY)
    raise ConversionError(_NOT_ONE_TYPE)


def _unified_objects(objects: Sequence[_Objects]) -> _Shape:
    names = objects[0].attributes.keys()
    if all(shape.attributes.keys() == names for shape in objects):
        return _Objects({name: _unified([shape.attributes[name] for shape in objects]) for name in names})
    return _Each(_unified([each for shape in objects for each in shape.attributes.values()]))


def _unified_tuples(tuples: Sequence[_Tuples]) -> _Shape:
    length = len(tuples[0].elements)
    if all(len(shape.elements) == length for shape in tuples):
        return _Tuples(tuple(_unified(elements) for elements in zip(*(s.elements for s in tuples), strict=True)))
    return _Each(_unified([each for shape in tuples for each in shape.elements]))


def _reshaped(value: Value, shape: _Shape) -> Value:
    if value is None or value is UNKNOWN:
        return value
    match shape:
        case _Unsure(AnyType()):
            return UNKNOWN if isinstance(value, list) else unsure(value)
        case _Unsure(known):
            return unsure(_reshaped(value, known))
        case Primitive("string"):
            return to_string(value)
        case Primitive("number"):
            return to_number(value)
        case Primitive():
            return to_bool(value)
        case _Objects(attributes):
            return {name: _reshaped(each, attributes[name]) for name, each in value.items()}
        case _Tuples(elements):
            return [_reshaped(each, element) for each, element in zip(value, elements, strict=True)]
        case _Each(element):
            if isinstance(value, dict):
                return {name: _reshaped(each, element) for name, each in value.items()}
            items = [_reshaped(each, element) for each in value]
            return make_set(items) if isinstance(value, Set) else items
        case _:
            return value
