"""A module as it is called, with what its names stand for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from xyztf.hcl.convert import ConversionError
from xyztf.hcl.evaluate import Local, evaluate
from xyztf.hcl.module import Declared, Module
from xyztf.hcl.syntax import Block, Body, Expression, Index, Step, Traversal
from xyztf.hcl.types import TypeConstraintError, convert
from xyztf.hcl.types import parse as parse_type
from xyztf.hcl.values import UNKNOWN, Partial, Set, Value


class Instance:
    """A module as it is called: with its inputs, and what its names have for values. The root's `address` is "".

    A module that is called with `for_each` or `count` is here once, with `each` and `count` unknown.
    """

    def __init__(
        self, module: Module, address: str, inputs: Mapping[str, Value], caller: Instance | None, call: Declared | None
    ) -> None:
        self.module = module
        self.address = address
        self.inputs = inputs
        self.caller = caller
        self.call = call
        self.children: dict[str, Instance] = {}
        self._known: dict[str, Value] = {}
        self._at_work: set[str] = set()

    def evaluate(self, expression: Expression, local: Local | None = None) -> Value:
        """The value of an expression of this module."""
        return evaluate(expression, self, local)

    def body(self, body: Body, local: Local | None = None) -> dict[str, Value]:
        """The values of a body: its arguments, and its blocks as lists of such. Dynamic blocks are expanded."""
        values = {name: self.evaluate(attribute.value, local) for name, attribute in body.attributes.items()}
        for block in body.blocks:
            name, found = self._expanded(block, local or {})
            if found is UNKNOWN:
                values[name] = UNKNOWN
            elif values.get(name) is not UNKNOWN:
                values[name] = [*values.get(name, []), *found]
        return values

    def find(self, root: str, steps: tuple[Step, ...]) -> tuple[Value, tuple[Step, ...]]:
        """See `evaluate.Names`."""
        first = steps[0] if steps and isinstance(steps[0], str) else None
        if root == "var" and first is not None:
            return self._once(f"var.{first}", lambda: self._variable(first)), steps[1:]
        if root == "local" and first is not None:
            return self._once(f"local.{first}", lambda: self._local(first)), steps[1:]
        if root == "module" and first is not None:
            return self._output(first, steps[1:])
        if root == "path" and first in ("module", "root"):
            return (self if first == "module" else self._root()).module.folder or ".", steps[1:]
        if root in ("data", "ephemeral") and len(steps) > 1 and isinstance(steps[1], str):
            return self._resource(f"{root}.{first}.{steps[1]}", steps[2:])
        if first is not None and f"{root}.{first}" in self.module.resources:
            return self._resource(f"{root}.{first}", steps[1:])
        return UNKNOWN, ()

    @cached_property
    def exists(self) -> bool | None:
        """Whether the module is there at all: False where its own or a caller's `count` is 0, or `for_each` is empty.

        None where a `count` or `for_each` is not known.
        """
        if self.caller is None or self.call is None:
            return True
        attributes = self.call.block.body.attributes
        own: bool | None = True
        for name in {"count", "for_each"} & attributes.keys():
            value = self.caller.evaluate(attributes[name].value)
            own = bool(value) if isinstance(value, (int, dict, list)) else None
        above = self.caller.exists
        return False if False in (own, above) else None if None in (own, above) else True

    def _root(self) -> Instance:
        return self.caller._root() if self.caller else self

    def _once(self, name: str, compute: Any) -> Value:
        """The value of a name, computed once. One that needs itself is unknown."""
        if name in self._known:
            return self._known[name]
        if name in self._at_work:
            return UNKNOWN
        self._at_work.add(name)
        try:
            self._known[name] = compute()
        finally:
            self._at_work.discard(name)
        return self._known[name]

    def _variable(self, name: str) -> Value:
        declared = self.module.variables.get(name)
        if declared is None:
            return UNKNOWN
        attributes = declared.block.body.attributes
        value = self.inputs.get(name, UNKNOWN)
        nullable = self.evaluate(attributes["nullable"].value) if "nullable" in attributes else True
        if "default" in attributes and (name not in self.inputs or (value is None and nullable is False)):
            value = self.evaluate(attributes["default"].value)
        if value is UNKNOWN or "type" not in attributes:
            return value
        try:
            return convert(value, parse_type(attributes["type"].value), self.evaluate)
        except (ConversionError, TypeConstraintError):
            return UNKNOWN

    def _local(self, name: str) -> Value:
        found = self.module.locals.get(name)
        return self.evaluate(found.attribute.value) if found else UNKNOWN

    def output(self, name: str) -> Value:
        """The value of an output."""
        return self._once(f"output.{name}", lambda: self._output_value(name))

    def _output_value(self, name: str) -> Value:
        declared = self.module.outputs.get(name)
        value = declared.block.body.attributes.get("value") if declared else None
        return self.evaluate(value.value) if value else UNKNOWN

    def _output(self, name: str, steps: tuple[Step, ...]) -> tuple[Value, tuple[Step, ...]]:
        child = self.children.get(name)
        call = self.module.calls.get(name)
        if child is None or call is None or {"count", "for_each"} & call.block.body.attributes.keys():
            return UNKNOWN, ()
        if steps and isinstance(steps[0], str):
            return child.output(steps[0]), steps[1:]
        return UNKNOWN, ()

    def _resource(self, name: str, steps: tuple[Step, ...]) -> tuple[Value, tuple[Step, ...]]:
        """What a resource is configured with; what the provider adds is unknown, as is a null that it may fill."""
        declared = self.module.resources.get(name)
        if declared is None:
            return UNKNOWN, ()
        attributes = declared.block.body.attributes
        local: Local = {}
        if "count" in attributes or "for_each" in attributes:
            if not steps or not isinstance(steps[0], Index):
                return self._once(name, lambda: self._all_of(name, declared)), steps
            key = self.evaluate(steps[0].key)
            found = dict(self.keys(declared))
            if key is UNKNOWN or key not in found:
                return UNKNOWN, ()
            local, steps = found[key], steps[1:]
        first = steps[0] if steps else None
        if not isinstance(first, str) or first not in attributes:
            return self._whole(name, declared, local), steps
        key_text = f"{name} {sorted(map(repr, local.items()))} {first}"
        value = self._once(key_text, lambda: self.evaluate(attributes[first].value, local))
        return UNKNOWN if value is None else value, steps[1:]

    def _all_of(self, name: str, declared: Declared) -> Value:
        """A resource with `for_each` or `count` as a whole."""
        found = self.keys(declared)
        if any(key is None for key, _ in found):
            return UNKNOWN
        if "count" in declared.block.body.attributes:
            return [self._whole(name, declared, local) for _, local in found]
        return {str(key): self._whole(name, declared, local) for key, local in found}

    def _whole(self, name: str, declared: Declared, local: Local) -> Value:
        """One resource as an object."""
        key_text = f"{name} {sorted(map(repr, local.items()))}"
        return self._once(key_text, lambda: _partial(self.body(declared.block.body, local), RESOURCE_META))

    def keys(self, declared: Declared) -> list[tuple[str | int | None, Local]]:
        """The instances of a resource: keys, and what `each` and `count` are. One alone where they are unknown."""
        attributes = declared.block.body.attributes
        if "count" in attributes:
            count = self.evaluate(attributes["count"].value)
            if isinstance(count, int):
                return [(at, {"count": {"index": at}}) for at in range(int(count))]
            return [(None, {"count": {"index": UNKNOWN}})]
        if "for_each" in attributes:
            items = self.evaluate(attributes["for_each"].value)
            if isinstance(items, Set) and UNKNOWN not in items:
                return [(item, {"each": {"key": item, "value": item}}) for item in items]
            if isinstance(items, dict):
                return [(key, {"each": {"key": key, "value": items[key]}}) for key in sorted(items)]
            return [(None, {"each": {"key": UNKNOWN, "value": UNKNOWN}})]
        return [(None, {})]

    def _expanded(self, block: Block, local: Local) -> tuple[str, Value]:
        if block.type != "dynamic" or len(block.labels) != 1:
            return block.type, [self.body(block.body, local)]
        name = block.labels[0]
        attributes = block.body.attributes
        iterator = attributes.get("iterator")
        bound = str(iterator.value.root) if iterator and isinstance(iterator.value, Traversal) else name
        content = next(block.body.of_type("content"), None)
        items = self.evaluate(attributes["for_each"].value, local) if "for_each" in attributes else UNKNOWN
        if content is None or items is UNKNOWN or not isinstance(items, (dict, list)):
            return name, UNKNOWN
        pairs = sorted(items.items()) if isinstance(items, dict) else list(enumerate(items))
        if isinstance(items, Set):
            pairs = [(item, item) for item in items]
        return name, [self.body(content.body, {**local, bound: {"key": key, "value": each}}) for key, each in pairs]


RESOURCE_META = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle", "connection", "provisioner"})
"""What stands in a resource's block and is no attribute of it: Terraform's own."""


def _partial(values: dict[str, Value], without: frozenset[str] = frozenset()) -> Value:
    """An object, also of the blocks in it, to which the provider adds."""
    found = Partial()
    for name, value in values.items():
        if name in without or value is None:
            continue
        blocks = isinstance(value, list) and value and all(isinstance(each, dict) for each in value)
        found[name] = [_partial(each) for each in value] if blocks else value
    return found
