"""Lists, sets and maps."""

from __future__ import annotations

import itertools
from typing import Any

from xyztf.hcl.convert import make_set, to_bool, to_number, to_string, unified
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.strings import is_simple
from xyztf.hcl.values import UNKNOWN, Set, Value, is_known


def _list(value: Value) -> list[Value]:
    if not isinstance(value, list):
        raise FunctionError("a list is needed")
    return list(value)


def _map(value: Value) -> dict[str, Value]:
    if not isinstance(value, dict):
        raise FunctionError("a map is needed")
    return value


def concat(*lists: Value) -> Value:
    """All elements, one list after the other."""
    if any(isinstance(each, Set) for each in lists):
        raise FunctionError("a set has no order")
    return [item for each in lists for item in _list(each)]


def merge(*maps: Value) -> Value:
    """All pairs; the last one of a key stays. A null counts as empty."""
    merged: dict[str, Value] = {}
    for each in maps:
        merged.update(_map({} if each is None else each))
    return merged


def flatten(value: Value) -> Value:
    """Lists within lists, as one."""
    found: list[Value] = []
    for item in _list(value):
        if item is UNKNOWN:
            return UNKNOWN
        inner = flatten(item) if isinstance(item, list) else [item]
        if inner is UNKNOWN:
            return UNKNOWN
        found += inner
    return found


def distinct(value: Value) -> Value:
    """Each element once, in the order they come."""
    if not is_known(value):
        return UNKNOWN
    kept: list[Value] = []
    for item in unified(_list(value)):
        if not any(type(item) is type(other) and item == other for other in kept):
            kept.append(item)
    return kept


def length(value: Value) -> Value:
    """How many elements, pairs or characters."""
    if isinstance(value, str) and not is_simple(value):
        return UNKNOWN
    if isinstance(value, (list, dict, str)):
        return len(value)
    raise FunctionError("it has no length")


def keys(value: Value) -> Value:
    """The keys, sorted."""
    return sorted(_map(value))


def values(value: Value) -> Value:
    """The values, by their keys in order."""
    return [item for _, item in sorted(_map(value).items())]


def lookup(value: Value, key: Value, *default: Value) -> Value:
    """The value of a key, or the default."""
    found = _map(value)
    name = to_string(key)
    if name in found:
        return found[name]
    if not default:
        raise FunctionError(f"there is no {name}")
    return default[0]


def element(value: Value, index: Value) -> Value:
    """The element at an index, which goes round."""
    items = _list(value)
    at = to_number(index)
    if not items or not isinstance(at, int):
        raise FunctionError("there is no such element")
    return items[at % len(items)] if at >= 0 else UNKNOWN  # 1.11 refuses it, later versions count from the end


def contains(value: Value, wanted: Value) -> Value:
    """Whether an element equals `wanted`."""
    items = _list(value)
    if wanted is None:
        raise FunctionError("null is no element to look for")
    if any(type(item) is type(wanted) and item == wanted for item in items):
        return True
    return False if is_known(items) else UNKNOWN


def coalesce(*given: Value) -> Value:
    """The first that is neither null nor empty."""
    for each in unified(given):
        if each is None or each == "":
            continue
        return each
    raise FunctionError("all are null or empty")


def coalescelist(*given: Value) -> Value:
    """The first list that is not empty."""
    for each in given:
        if _list(each):
            return each
    raise FunctionError("all are empty")


def compact(value: Value) -> Value:
    """Without nulls and empty texts."""
    items = _list(value)
    return UNKNOWN if not is_known(items) else [to_string(item) for item in items if item not in (None, "")]


def one(value: Value) -> Value:
    """The only element; null when there is none."""
    items = _list(value)
    if len(items) > 1:
        raise FunctionError("there is more than one")
    return items[0] if items else None


def reverse(value: Value) -> Value:
    """In the other order."""
    return _list(value)[::-1]


def sort(value: Value) -> Value:
    """Texts in order."""
    return sorted(to_string(item) for item in _list(value)) if is_known(value) else UNKNOWN


def slice_(value: Value, start: Value, end: Value) -> Value:
    """From `start` up to `end`, which is not in it."""
    items, first, last = _list(value), to_number(start), to_number(end)
    if not isinstance(first, int) or not isinstance(last, int) or not 0 <= first <= last <= len(items):
        raise FunctionError("the range is not within the list")
    return items[first:last]


def zipmap(names: Value, items: Value) -> Value:
    """Pairs of two lists."""
    if len(_list(names)) != len(_list(items)):
        raise FunctionError("the lists differ in length")
    return dict(zip(map(to_string, names), items, strict=True)) if is_known(names) else UNKNOWN


def setproduct(*sets: Value) -> Value:
    """All combinations."""
    if len(sets) < 2:
        raise FunctionError("two sets are needed")
    return [list(each) for each in itertools.product(*map(_list, sets))]


def setunion(*sets: Value) -> Value:
    """What is in any."""
    return make_set(unified(item for each in sets for item in _list(each))) if is_known(list(sets)) else UNKNOWN


def setintersection(first: Value, *others: Value) -> Value:
    """What is in all."""
    if not is_known([first, *others]):
        return UNKNOWN
    lists = [_list(each) for each in (first, *others)]
    if any(isinstance(item, str) for each in lists for item in each):
        lists = [list(map(to_string, each)) for each in lists]
    return make_set(item for item in lists[0] if all(item in each for each in lists[1:]))


def setsubtract(first: Value, second: Value) -> Value:
    """What is in the first alone."""
    if not is_known([first, second]):
        return UNKNOWN
    left, right = _list(first), _list(second)
    both = unified([*left, *right])
    return make_set(item for item in both[: len(left)] if item not in both[len(left) :])


def range_(*limits: Value) -> Value:
    """Numbers from a start up to a limit, by a step."""
    numbers = [to_number(each) for each in limits]
    if not 1 <= len(numbers) <= 3 or not all(isinstance(each, int) for each in numbers):
        return UNKNOWN
    start, limit = (0, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
    step = numbers[2] if len(numbers) == 3 else (1 if limit >= start else -1)
    if step == 0 or (limit - start) * step < 0:
        raise FunctionError("the step leads away from the limit")
    return list(range(int(start), int(limit), int(step)))


def chunklist(value: Value, size: Value) -> Value:
    """In lists of a size."""
    items, count = _list(value), to_number(size)
    if not isinstance(count, int) or count < 0:
        raise FunctionError("the size must be a whole number")
    return [items[at : at + count] for at in range(0, len(items), count)] if count else [items]


def index(value: Value, wanted: Value) -> Value:
    """The place of an element."""
    if not is_known(value):
        return UNKNOWN
    items = _list(value)
    if wanted not in items:
        raise FunctionError("it is not there")
    return items.index(wanted)


def alltrue(value: Value) -> Value:
    """Whether all are true."""
    return all(item is not None and to_bool(item) for item in _list(value)) if is_known(value) else UNKNOWN


def anytrue(value: Value) -> Value:
    """Whether one is true."""
    return any(item is not None and to_bool(item) for item in _list(value)) if is_known(value) else UNKNOWN


def toset(value: Value) -> Value:
    """As a set."""
    if value is None:
        return None
    return make_set(unified(_list(value))) if is_known(value) else UNKNOWN


def tolist(value: Value) -> Value:
    """As a list."""
    return None if value is None else unified(_list(value))


def tomap(value: Value) -> Value:
    """As a map."""
    return None if value is None else dict(zip(_map(value), unified(_map(value).values()), strict=True))


def same(value: Value) -> Value:
    """What changes no value (sensitive, nonsensitive)."""
    return value


TABLE: dict[str, Any] = {
    "concat": concat,
    "merge": merge,
    "flatten": flatten,
    "distinct": distinct,
    "length": length,
    "keys": keys,
    "values": values,
    "lookup": lookup,
    "element": element,
    "contains": contains,
    "coalesce": coalesce,
    "coalescelist": coalescelist,
    "compact": compact,
    "one": one,
    "reverse": reverse,
    "sort": sort,
    "slice": slice_,
    "zipmap": zipmap,
    "setproduct": setproduct,
    "setunion": setunion,
    "setintersection": setintersection,
    "setsubtract": setsubtract,
    "range": range_,
    "chunklist": chunklist,
    "index": index,
    "alltrue": alltrue,
    "anytrue": anytrue,
    "toset": toset,
    "tolist": tolist,
    "tomap": tomap,
    "sensitive": same,
    "nonsensitive": same,
}
