"""Functions of sets. Source: go-cty's `function/stdlib/set.go` and `collection.go`."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from xyztf.hcl.convert import equal, make_set
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.signature import Function, as_set, sequence, takes
from xyztf.hcl.unification import unify
from xyztf.hcl.values import Set, Value


def _operation(choose: Callable[[list[list[Value]]], list[Value]]) -> Callable[..., Value]:
    def operate(*sets: Set) -> Value:
        unified = iter(unify([item for each in sets for item in each]))
        return make_set(choose([list(itertools.islice(unified, len(each))) for each in sets]))

    return operate


def _among(item: Value, items: list[Value]) -> bool:
    return any(equal(item, each) is True for each in items)


def _union(sets: list[list[Value]]) -> list[Value]:
    return [item for each in sets for item in each]


def _intersection(sets: list[list[Value]]) -> list[Value]:
    return [item for item in sets[0] if all(_among(item, each) for each in sets[1:])]


def _difference(sets: list[list[Value]]) -> list[Value]:
    return [item for item in sets[0] if not _among(item, sets[1])]


@takes(rest=sequence)
def _setproduct(*sets: list[Value]) -> Value:
    if len(sets) < 2:
        raise FunctionError("at least two arguments are required")
    product = [list(items) for items in itertools.product(*map(unify, sets))]
    return make_set(product) if any(isinstance(each, Set) for each in sets) else product


FUNCTIONS: dict[str, Function] = {
    "setintersection": takes(as_set, rest=as_set)(_operation(_intersection)),
    "setproduct": _setproduct,
    "setsubtract": takes(as_set, as_set)(_operation(_difference)),
    "setunion": takes(as_set, rest=as_set)(_operation(_union)),
}
