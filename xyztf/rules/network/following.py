"""Which resources an expression leads to, through locals, variables, modules and loops, by its text alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xyztf.hcl.evaluate import Local
from xyztf.hcl.instance import Instance
from xyztf.hcl.module import Declared
from xyztf.hcl.resource import Resource
from xyztf.hcl.syntax import (
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Literal,
    ObjectOf,
    Step,
    Traversal,
    TupleOf,
)
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.network.targets import ALL, NOWHERE, Followed, Target, itself

DEEPEST = 40
ITSELF = frozenset({"id", "arn", "name"})
"""Attributes that stand for the resource itself."""
GATHERING = frozenset(
    {
        "concat",
        "flatten",
        "compact",
        "distinct",
        "toset",
        "tolist",
        "tomap",
        "sort",
        "reverse",
        "one",
        "values",
        "merge",
    }
)
"""Functions whose result holds all that is in their arguments."""
CHOOSING = frozenset({"coalesce", "coalescelist", "try"})
"""Functions whose result is the first argument that there is."""


def follow(resource: Resource, name: str) -> Followed:
    """Where an argument of a resource leads; nowhere when it is not there."""
    attribute = resource.body.attributes.get(name)
    return follow_expression(resource, attribute.value) if attribute else NOWHERE


def follow_expression(resource: Resource, expression: Expression) -> Followed:
    """Where an expression of a resource leads."""
    return _Follower(resource.instance, resource.local, resource.declared, {}, 0).of(expression)


def plainly_there(resource: Resource) -> bool:
    """Whether there is at least one of a resource: its count is known, or it goes through other resources."""
    return itself(resource).key is not UNKNOWN or bool(follow(resource, "for_each").targets)


@dataclass(frozen=True, slots=True)
class _Follower:
    instance: Instance
    local: Local
    declared: Declared | None
    bound: Mapping[str, Followed]
    depth: int

    def of(self, expression: Expression) -> Followed:
        if self.depth > DEEPEST:
            return NOWHERE
        if isinstance(expression, Literal):
            return Followed((), not isinstance(expression.value, str))
        if isinstance(expression, TupleOf):
            return self._gathered(expression.items)
        if isinstance(expression, ObjectOf):
            return self._gathered(value for _, value in expression.items)
        if isinstance(expression, Conditional):
            condition = self.instance.evaluate(expression.condition, self.local)
            if condition is True or condition is False:
                return self.of(expression.yes if condition else expression.no)
            return NOWHERE
        if isinstance(expression, Call):
            return self._called(expression)
        if isinstance(expression, For):
            if expression.condition is not None:
                return NOWHERE
            inner = {**self.bound, expression.key: Followed(), expression.value: self.of(expression.collection)}
            return self._with(bound=inner).of(expression.result)
        if isinstance(expression, Traversal):
            return self._traversal(expression)
        return NOWHERE

    def _with(self, **changed: Any) -> _Follower:
        now = {"instance": self.instance, "local": self.local, "declared": self.declared, "bound": self.bound}
        return _Follower(**{**now, **changed}, depth=self.depth + 1)

    def _gathered(self, expressions: Iterable[Expression]) -> Followed:
        found = [self._with().of(each) for each in expressions]
        targets = dict.fromkeys(target for each in found for target in each.targets)
        return Followed(tuple(targets), all(each.complete for each in found))

    def _called(self, call: Call) -> Followed:
        if call.name in CHOOSING:
            found = (self._with().of(each) for each in call.arguments)
            return next((each for each in found if each.targets or not each.complete), NOWHERE)
        if call.name in GATHERING:
            return self._gathered(call.arguments)
        if call.name in ("element", "slice") and call.arguments:
            return self._with().of(call.arguments[0]).partly()
        return NOWHERE

    def _traversal(self, found: Traversal) -> Followed:
        root, steps = found.root, found.steps
        if not isinstance(root, str):
            whole = self._with().of(root)
            return whole.partly() if any(isinstance(step, Index) for step in steps) else whole
        if root in self.bound:
            return self.bound[root]
        first = steps[0] if steps and isinstance(steps[0], str) else None
        if first is None:
            return NOWHERE
        if root == "each":
            return self._each(first)
        if root == "var":
            return self._variable(first, steps[1:])
        if root == "local":
            local = self.instance.module.locals.get(first)
            outside = self._with(local={}, declared=None, bound={})
            return outside._into(local.attribute.value, steps[1:]) if local else NOWHERE
        if root == "module":
            return self._output(first, steps[1:])
        return self._resource(f"{root}.{first}", steps[1:])

    def _into(self, expression: Expression, steps: tuple[Step, ...]) -> Followed:
        """What is at these steps of an expression, as far as it is written out."""
        while isinstance(expression, ObjectOf) and steps and isinstance(steps[0], str):
            entries = {key.value: value for key, value in expression.items if isinstance(key, Literal)}
            if steps[0] not in entries:
                return NOWHERE
            expression, steps = entries[steps[0]], steps[1:]
        found = self.of(expression)
        return found.partly() if any(isinstance(step, Index) for step in steps) else found

    def _each(self, what: str) -> Followed:
        attribute = self.declared.block.body.attributes.get("for_each") if self.declared else None
        if what == "value" and attribute is not None:
            return self._with(local={}, declared=None, bound={}).of(attribute.value)
        return NOWHERE

    def _variable(self, name: str, steps: tuple[Step, ...]) -> Followed:
        caller, call = self.instance.caller, self.instance.call
        given = call.block.body.attributes.get(name) if call else None
        if caller is not None and given is not None:
            return self._with(instance=caller, local={}, declared=None, bound={})._into(given.value, steps)
        return NOWHERE

    def _output(self, name: str, steps: tuple[Step, ...]) -> Followed:
        child = self.instance.children.get(name)
        if steps and isinstance(steps[0], Index):
            steps = steps[1:]
        output = child.module.outputs.get(steps[0]) if child and steps and isinstance(steps[0], str) else None
        value = output.block.body.attributes.get("value") if output else None
        if child is None or value is None:
            return NOWHERE
        return self._with(instance=child, local={}, declared=None, bound={})._into(value.value, steps[1:])

    def _resource(self, name: str, steps: tuple[Step, ...]) -> Followed:
        declared = self.instance.module.resources.get(name)
        if declared is None or declared.block.type != "resource":
            return NOWHERE
        keys = [key for key, _ in self.instance.keys(declared)]
        key: Any = None
        if {"count", "for_each"} & declared.block.body.attributes.keys():
            key = self.instance.evaluate(steps[0].key, self.local) if steps and isinstance(steps[0], Index) else ALL
            if not keys or (key is not UNKNOWN and key is not ALL and None not in keys and key not in keys):
                return Followed()
        attribute = next((step for step in _names(steps)), None)
        if attribute is None or attribute in ITSELF:
            return Followed((Target(self.instance, name, key),), key is not UNKNOWN)
        written = declared.block.body.attributes.get(attribute)
        local = dict(self.instance.keys(declared)).get(key, {}) if key is not ALL and key is not UNKNOWN else {}
        return self._with(local=local, declared=declared, bound={}).of(written.value) if written else NOWHERE


def _names(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, str):
            yield step
        elif not isinstance(step, Index):
            yield from _names(step.steps)
