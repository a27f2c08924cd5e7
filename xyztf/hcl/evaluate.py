"""The value of an expression, as far as the text alone tells it: UNKNOWN where it does not.

Semantics: Terraform's language documentation, "Expressions". An expression that Terraform would refuse is UNKNOWN here,
except for `try` and `can`, which ask just that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Protocol

from xyztf.hcl.convert import ConversionError, equal, exact, from_exact, to_bool, to_number, to_string
from xyztf.hcl.functions import FUNCTIONS
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.syntax import (
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Literal,
    ObjectOf,
    Splat,
    Step,
    Template,
    TemplateFor,
    TemplateIf,
    Traversal,
    TupleOf,
    Unary,
)
from xyztf.hcl.values import UNKNOWN, Partial, Set, Value


class Names(Protocol):
    """What references lead to: the variables, locals and resources of a module."""

    def find(self, root: str, steps: tuple[Step, ...]) -> tuple[Value, tuple[Step, ...]]:
        """The value that `root` and the first steps name, and the steps that are left."""
        ...


class Refused(Exception):
    """Terraform would refuse the expression."""


Local = Mapping[str, Value]
"""Names within an expression: those of `for`, of a dynamic block, `each` and `count`."""


def evaluate(expression: Expression, names: Names, local: Local | None = None) -> Value:
    """The expression's value; UNKNOWN where it cannot be told, or Terraform would refuse it."""
    try:
        return _value(expression, names, local or {})
    except (Refused, FunctionError, ConversionError, RecursionError):
        return UNKNOWN


def _value(expression: Expression, names: Names, local: Local) -> Value:
    if isinstance(expression, Literal):
        return expression.value
    return _KINDS[type(expression)](expression, names, local)


def _traversal(expression: Traversal, names: Names, local: Local) -> Value:
    root, steps = expression.root, expression.steps
    if not isinstance(root, str):
        return _walk(_value(root, names, local), steps, names, local)
    if root in local:
        return _walk(local[root], steps, names, local)
    value, rest = names.find(root, steps)
    return _walk(value, rest, names, local)


def _walk(value: Value, steps: tuple[Step, ...], names: Names, local: Local) -> Value:
    for step in steps:
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(step, Splat):
            items = value if isinstance(value, list) else [] if value is None else [value]
            return [_walk(item, step.steps, names, local) for item in items]
        key = step if isinstance(step, str) else _value(step.key, names, local)
        value = _element(value, key)
    return value


def _element(value: Value, key: Value) -> Value:
    if key is UNKNOWN:
        return UNKNOWN
    if isinstance(value, dict):
        name = to_string(key)
        if name not in value:
            if isinstance(value, Partial):
                return UNKNOWN
            raise Refused(f"there is no {name}")
        return value[name]
    if isinstance(value, list) and not isinstance(value, Set):
        at = to_number(key)
        if not isinstance(at, int) or not 0 <= at < len(value):
            raise Refused(f"there is no element {key}")
        return value[at]
    raise Refused("it has no elements")


def _template(expression: Template, names: Names, local: Local) -> Value:
    texts = []
    for part in expression.parts:
        value = part if isinstance(part, str) else _value(part, names, local)
        if value is UNKNOWN:
            return UNKNOWN
        shown = to_string(_not_null(value))
        if shown is UNKNOWN:
            return UNKNOWN
        texts.append(shown)
    return "".join(texts)


def _template_if(expression: TemplateIf, names: Names, local: Local) -> Value:
    condition = _value(expression.condition, names, local)
    if condition is UNKNOWN:
        return UNKNOWN
    return _template(expression.yes if to_bool(_not_null(condition)) else expression.no, names, local)


def _template_for(expression: TemplateFor, names: Names, local: Local) -> Value:
    collection = _value(expression.collection, names, local)
    if collection is UNKNOWN or isinstance(collection, Partial):
        return UNKNOWN
    texts = []
    for key, value in _pairs(collection):
        inner = {**local, expression.value: value}
        if expression.key:
            inner[expression.key] = key
        text = _template(expression.body, names, inner)
        if text is UNKNOWN:
            return UNKNOWN
        texts.append(text)
    return "".join(texts)


def _tuple(expression: TupleOf, names: Names, local: Local) -> Value:
    return [_value(item, names, local) for item in expression.items]


def _object(expression: ObjectOf, names: Names, local: Local) -> Value:
    found = {}
    for key, value in expression.items:
        name = _value(key, names, local)
        if name is UNKNOWN:
            return UNKNOWN
        found[to_string(_not_null(name))] = _value(value, names, local)
    return found


def _call(expression: Call, names: Names, local: Local) -> Value:
    name = expression.name.removeprefix("core::")
    if name == "try":
        return _try(expression, names, local)
    if name == "can":
        return _can(expression, names, local)
    arguments = [_value(argument, names, local) for argument in expression.arguments]
    if expression.expanded:
        last = arguments.pop()
        if last is UNKNOWN:
            return UNKNOWN
        if not isinstance(last, list):
            raise Refused("only a list can be expanded")
        arguments.extend(last)
    function = FUNCTIONS.get(name)
    if function is None or any(argument is UNKNOWN or isinstance(argument, Partial) for argument in arguments):
        return UNKNOWN
    return function(*arguments)


def _try(expression: Call, names: Names, local: Local) -> Value:
    for argument in expression.arguments:
        try:
            return _value(argument, names, local)
        except (Refused, FunctionError, ConversionError):
            continue
    raise Refused("nothing to try was left")


def _can(expression: Call, names: Names, local: Local) -> Value:
    try:
        value = _value(expression.arguments[0], names, local)
    except (Refused, FunctionError, ConversionError):
        return False
    return UNKNOWN if value is UNKNOWN else True


def _unary(expression: Unary, names: Names, local: Local) -> Value:
    value = _value(expression.operand, names, local)
    if value is UNKNOWN:
        return UNKNOWN
    if expression.operator == "!":
        return not to_bool(_not_null(value))
    number = to_number(_not_null(value))
    return UNKNOWN if number is UNKNOWN else -number


def _binary(expression: Binary, names: Names, local: Local) -> Value:
    left = _value(expression.left, names, local)
    right = _value(expression.right, names, local)
    operator = expression.operator
    if operator in ("&&", "||"):
        return _logical(operator, left, right)
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if operator in ("==", "!="):
        same = equal(left, right)
        if same is True and isinstance(left, (list, dict)) and not isinstance(left, Set):
            return UNKNOWN  # a list and a tuple, a map and an object differ: here both are one
        return same if same is UNKNOWN or operator == "==" else not same
    numbers = [to_number(_not_null(side)) for side in (left, right)]
    if any(number is UNKNOWN for number in numbers):
        return UNKNOWN
    first, second = map(exact, numbers)
    if operator in _COMPARISONS:
        return _COMPARISONS[operator](first, second)
    return from_exact(_ARITHMETIC[operator](first, second))


def _logical(operator: str, left: Value, right: Value) -> Value:
    """What one side decides alone needs no other: Terraform 1.11 evaluates both, but the result is the same."""
    deciding = operator == "||"
    sides = [side if side is UNKNOWN else to_bool(_not_null(side)) for side in (left, right)]
    if deciding in [side for side in sides if side is not UNKNOWN]:
        return deciding
    return UNKNOWN if UNKNOWN in sides else not deciding


def _divided(left: Fraction, right: Fraction) -> Fraction:
    if right == 0:
        raise Refused("division by zero")
    return left / right


def _remainder(left: Fraction, right: Fraction) -> Fraction:
    """With the sign of the left side, as in Go."""
    return left - right * int(_divided(left, right))


_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": Fraction.__add__,
    "-": Fraction.__sub__,
    "*": Fraction.__mul__,
    "/": _divided,
    "%": _remainder,
}
_COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": Fraction.__lt__,
    ">": Fraction.__gt__,
    "<=": Fraction.__le__,
    ">=": Fraction.__ge__,
}


def _conditional(expression: Conditional, names: Names, local: Local) -> Value:
    condition = _value(expression.condition, names, local)
    if condition is UNKNOWN:
        return UNKNOWN
    chosen = to_bool(_not_null(condition))
    value = _value(expression.yes if chosen else expression.no, names, local)
    if isinstance(value, (int, float)):
        # Both sides have one type: a number beside a text is a text.
        other = evaluate(expression.no if chosen else expression.yes, names, local)
        return to_string(value) if isinstance(other, str) else value
    return value


def _for(expression: For, names: Names, local: Local) -> Value:
    collection = _value(expression.collection, names, local)
    if collection is UNKNOWN or isinstance(collection, Partial):
        return UNKNOWN
    items: list[Value] = []
    pairs: dict[str, Value] = {}
    for key, value in _pairs(collection):
        inner = {**local, expression.value: value}
        if expression.key:
            inner[expression.key] = key
        if expression.condition is not None:
            wanted = _value(expression.condition, names, inner)
            if wanted is UNKNOWN:
                return UNKNOWN
            if not to_bool(_not_null(wanted)):
                continue
        result = _value(expression.result, names, inner)
        if expression.result_key is None:
            items.append(result)
            continue
        name = _value(expression.result_key, names, inner)
        if name is UNKNOWN:
            return UNKNOWN
        name = to_string(_not_null(name))
        if expression.grouped:
            pairs.setdefault(name, []).append(result)
        elif name in pairs:
            raise Refused(f"two results for {name}")
        else:
            pairs[name] = result
    if expression.result_key is None:
        return items
    return dict(sorted(pairs.items()))


def _pairs(collection: Value) -> list[tuple[Value, Value]]:
    """What `for` goes through: keys and values; an object by its keys in order."""
    if isinstance(collection, dict):
        return sorted(collection.items())
    if isinstance(collection, Set):
        return [(item, item) for item in collection]
    if isinstance(collection, list):
        return list(enumerate(collection))
    raise Refused("it is no collection")


def _not_null(value: Value) -> Value:
    if value is None:
        raise Refused("null is no value here")
    return value


_KINDS: dict[type, Callable[[Any, Names, Local], Value]] = {
    Traversal: _traversal,
    Template: _template,
    TemplateIf: _template_if,
    TemplateFor: _template_for,
    TupleOf: _tuple,
    ObjectOf: _object,
    Call: _call,
    Unary: _unary,
    Binary: _binary,
    Conditional: _conditional,
    For: _for,
}
