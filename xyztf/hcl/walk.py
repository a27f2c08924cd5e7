"""Going through syntax: every expression of a block, and every reference in it."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.hcl.syntax import (
    Attribute,
    Binary,
    Body,
    Call,
    Conditional,
    Expression,
    For,
    Index,
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

Bound = frozenset[str]
"""Names that stand for something within an expression, such as those of a `for`."""


def attributes(body: Body) -> Iterator[Attribute]:
    """Every attribute of a body and of the blocks in it."""
    yield from body.attributes.values()
    for block in body.blocks:
        yield from attributes(block.body)


def references(body: Body, bound: Bound = frozenset()) -> Iterator[Traversal]:
    """Every reference in a body whose root is a name that is not bound within it."""
    for attribute in body.attributes.values():
        yield from traversals(attribute.value, bound)
    for block in body.blocks:
        if block.type == "dynamic" and len(block.labels) == 1:
            iterator = block.body.attributes.get("iterator")
            name = iterator.value.root if iterator and isinstance(iterator.value, Traversal) else block.labels[0]
            for key, attribute in block.body.attributes.items():
                if key != "iterator":
                    yield from traversals(attribute.value, bound)
            for inner in block.body.blocks:
                yield from references(inner.body, bound | {str(name)})
        else:
            yield from references(block.body, bound)


def calls(expression: Expression) -> Iterator[Call]:
    """Every call of a function in an expression."""
    if isinstance(expression, Call):
        yield expression
    for child, _ in children(expression, frozenset()):
        yield from calls(child)


def traversals(expression: Expression, bound: Bound = frozenset()) -> Iterator[Traversal]:
    """Every reference in an expression whose root is a name that is not bound within it."""
    if isinstance(expression, Traversal) and isinstance(expression.root, str) and expression.root not in bound:
        yield expression
    for child, inner in children(expression, bound):
        yield from traversals(child, inner)


def children(  # noqa: PLR0912 - one branch per kind of expression
    expression: Expression, bound: Bound
) -> Iterator[tuple[Expression, Bound]]:
    """The expressions directly within one, each with the names that are bound there."""
    if isinstance(expression, Literal):
        return
    if isinstance(expression, Traversal):
        if not isinstance(expression.root, str):
            yield expression.root, bound
        yield from ((each, bound) for each in _keys(expression.steps))
    elif isinstance(expression, Template):
        yield from ((part, bound) for part in expression.parts if not isinstance(part, str))
    elif isinstance(expression, TemplateIf):
        yield from ((each, bound) for each in (expression.condition, expression.yes, expression.no))
    elif isinstance(expression, TemplateFor):
        yield expression.collection, bound
        yield expression.body, bound | {expression.key, expression.value}
    elif isinstance(expression, TupleOf):
        yield from ((item, bound) for item in expression.items)
    elif isinstance(expression, ObjectOf):
        yield from ((each, bound) for pair in expression.items for each in pair)
    elif isinstance(expression, Call):
        yield from ((each, bound) for each in expression.arguments)
    elif isinstance(expression, Unary):
        yield expression.operand, bound
    elif isinstance(expression, Binary):
        yield from ((each, bound) for each in (expression.left, expression.right))
    elif isinstance(expression, Conditional):
        yield from ((each, bound) for each in (expression.condition, expression.yes, expression.no))
    elif isinstance(expression, For):
        yield expression.collection, bound
        inner = bound | {expression.key, expression.value}
        for each in (expression.result_key, expression.result, expression.condition):
            if each is not None:
                yield each, inner


def _keys(steps: tuple[Step, ...]) -> Iterator[Expression]:
    for step in steps:
        if isinstance(step, Index):
            yield step.key
        elif isinstance(step, Splat):
            yield from _keys(step.steps)
