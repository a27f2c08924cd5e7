"""Functions of lists, and of whatever has elements.

Source: Terraform 1.11, `internal/lang/funcs/collection.go`, and go-cty's library.

Python's lists do not say whether they were a tuple or a list in Terraform, nor dicts whether an object or a map. Where
the result hangs on it, what differs between the two is UNKNOWN.
"""

from __future__ import annotations

from xyztf.hcl.convert import ConversionError, equal, exact, from_exact, in_terraform, without_duplicates
from xyztf.hcl.functions.characters import characters
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.signature import (
    anything,
    bools,
    nullable,
    number,
    sequence,
    strings,
    takes,
    uniform,
    whole,
)
from xyztf.hcl.unification import is_uniform, same_form, unify, unsure
from xyztf.hcl.values import UNKNOWN, Set, Value, is_known

_MOST_IN_A_RANGE = 1024


@takes(bools)
def _alltrue(values: list[Value]) -> Value:
    for value in values:
        if value is UNKNOWN:
            return UNKNOWN
        if not value:
            return False
    return True


@takes(bools)
def _anytrue(values: list[Value]) -> Value:
    if any(value is True for value in values):
        return True
    return UNKNOWN if any(value is UNKNOWN for value in values) else False


@takes(uniform, whole)
def _chunklist(values: list[Value], size: int) -> Value:
    if size < 0:
        raise FunctionError("the size argument must be positive")
    if not size:
        return [values] if values else []
    return [values[start : start + size] for start in range(0, len(values), size)]


@takes(rest=nullable)
def _coalesce(*values: Value) -> Value:
    for value in unify(values):
        if value is UNKNOWN or (value is not None and value != ""):
            return value
    raise FunctionError("no non-null, non-empty-string arguments")


@takes(rest=nullable)
def _coalescelist(*values: Value) -> Value:
    if not values:
        raise FunctionError("at least one argument is required")
    if any(value is not None and (isinstance(value, Set) or not isinstance(value, list)) for value in values):
        raise FunctionError("coalescelist arguments must be lists or tuples")
    for value in values:
        if value:
            return value
    raise FunctionError("no non-null arguments")


@takes(strings)
def _compact(values: list[Value]) -> Value:
    if any(value is UNKNOWN for value in values):
        return UNKNOWN
    return [value for value in values if value not in (None, "")]


@takes(rest=sequence)
def _concat(*lists: list[Value]) -> Value:
    if not lists:
        raise FunctionError("at least one argument is required")
    if any(isinstance(each, Set) for each in lists):
        raise FunctionError("all arguments must be lists or tuples; got a set")
    # What is unknown beside a number is one too, in a list; in a tuple it does not matter.
    known = [[item for item in each if item is not UNKNOWN] or each for each in lists]
    if not all(map(is_uniform, known)):
        return [item for each in lists for item in each]  # at least one was a tuple, so all stay as they are
    try:
        converted = iter(unify([item for each in known for item in each]))
    except ConversionError:
        return [item for each in lists for item in each]
    result = []
    for each in lists:
        for item in each:
            same = item is UNKNOWN and any(other is not UNKNOWN for other in each)
            result.append(item if same or same_form(item, next(converted)) else unsure(item))
    return result


@takes(sequence, anything)
def _contains(values: list[Value], wanted: Value) -> Value:
    found = [_equal(value, wanted) for value in values]
    if any(each is True for each in found):
        return True
    return UNKNOWN if any(each is UNKNOWN for each in found) else False


def _equal(left: Value, right: Value) -> Value:
    """As `==`, but UNKNOWN for two lists alike: a list and a tuple differ, and which they were is not known."""
    same = equal(left, right)
    if same is True and isinstance(left, list) and not isinstance(left, Set):
        return UNKNOWN
    return same


@takes(uniform)
def _distinct(values: list[Value]) -> Value:
    return without_duplicates(values) if is_known(values) else UNKNOWN


@takes(sequence, whole)
def _element(values: list[Value], index: int) -> Value:
    if isinstance(values, Set):
        raise FunctionError("cannot read elements from a set")
    if not values:
        raise FunctionError("cannot use element function with an empty list")
    if index < 0 and index % len(values):  # Terraform 1.11 looks at what is left after the division
        raise FunctionError("cannot use element function with a negative index")
    return values[index % len(values)]


@takes(sequence)
def _flatten(values: list[Value]) -> Value:
    result: list[Value] = []
    for value in values:
        inner = _flatten(value) if isinstance(value, list) else [value]
        if value is UNKNOWN or inner is UNKNOWN:
            return UNKNOWN  # it may be a list, of any length
        result += inner
    return result


@takes(sequence, anything)
def _index(values: list[Value], wanted: Value) -> Value:
    if isinstance(values, Set):
        raise FunctionError("argument must be a list or tuple")
    if not values:
        raise FunctionError("cannot search an empty list")
    for at, value in enumerate(values):
        same = _equal(value, wanted)
        if same is UNKNOWN:
            return UNKNOWN
        if same:
            return at
    raise FunctionError("item not found")


@takes(anything)
def _length(value: Value) -> Value:
    if isinstance(value, str):
        found = characters(value)
        return UNKNOWN if found is None else len(found)
    if isinstance(value, (list, dict)):
        return len(value)
    raise FunctionError("argument must be a string, a collection type, or a structural type")


@takes(uniform, uniform, uniform)
def _matchkeys(values: list[Value], keys: list[Value], wanted: list[Value]) -> Value:
    if len(values) != len(keys):
        raise FunctionError("length of keys and values should be equal")
    both = unify([*keys, *wanted])
    keys, wanted = both[: len(keys)], both[len(keys) :]
    if not wanted:
        return []
    if not (is_known(values) and is_known(both)):
        return UNKNOWN
    return [value for value, key in zip(values, keys, strict=True) if any(equal(key, each) for each in wanted)]


@takes(sequence)
def _one(values: list[Value]) -> Value:
    if len(values) > 1:
        raise FunctionError("must be a list, set, or tuple value with either zero or one elements")
    return values[0] if values else None


@takes(rest=number)
def _range(*values: int | float) -> Value:
    if not 1 <= len(values) <= 3:
        raise FunctionError("must have one, two, or three arguments")
    start, end = (values[0], values[1]) if len(values) > 1 else (0, values[0])
    step = values[2] if len(values) == 3 else -1 if end < start else 1
    if (end > start) if step < 0 else (end < start):
        raise FunctionError("end must be on the side of start to which step goes")
    at, limit, by = (in_terraform(exact(each)) for each in (start, end, step))
    result: list[Value] = []
    while (at > limit) if by < 0 else (at < limit):
        if len(result) >= _MOST_IN_A_RANGE:
            raise FunctionError(f"more than {_MOST_IN_A_RANGE} values were generated")
        result.append(from_exact(at))
        at = in_terraform(at + by)
    return result


@takes(sequence)
def _reverse(values: list[Value]) -> Value:
    return list(reversed(values))


@takes(sequence, whole, whole)
def _slice(values: list[Value], start: int, end: int) -> Value:
    if isinstance(values, Set):
        raise FunctionError("cannot slice a set, because its elements do not have indices")
    if not 0 <= start <= end <= len(values):
        raise FunctionError("start and end must lie within the list, start not after end")
    return values[start:end]


FUNCTIONS = {
    "alltrue": _alltrue,
    "anytrue": _anytrue,
    "chunklist": _chunklist,
    "coalesce": _coalesce,
    "coalescelist": _coalescelist,
    "compact": _compact,
    "concat": _concat,
    "contains": _contains,
    "distinct": _distinct,
    "element": _element,
    "flatten": _flatten,
    "index": _index,
    "length": _length,
    "matchkeys": _matchkeys,
    "one": _one,
    "range": _range,
    "reverse": _reverse,
    "slice": _slice,
}
