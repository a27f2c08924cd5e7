"""From Lark's tree to syntax: precedence, parentheses and texts put right, places kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xyztf.hcl.convert import parse_number
from xyztf.hcl.syntax import (
    Attribute,
    Binary,
    Block,
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
    Traversal,
    TupleOf,
    Unary,
)
from xyztf.hcl.templates import heredoc, quoted

Parse = Callable[[str, int, int], Expression]
Tree = Any
"""Lark's Tree or Token: `data` and `children`, or a str with a `type`."""

CONSTANTS = {"true": True, "false": False, "null": None}
PRECEDENCE = {
    operator: level
    for level, operators in enumerate(
        (("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))
    )
    for operator in operators
}
"""HCL's native syntax specification, "Operations": what binds least comes first."""


class Converter:
    """Converts one tree. `parse` reads an expression within a text; `below` and `right` shift its places."""

    def __init__(self, parse: Parse, path: str, below: int = 0, right: int = 0) -> None:
        self.parse = parse
        self.path = path
        self.below = below
        self.right = right
        self._kinds: dict[str, Callable[[Tree], Expression]] = {
            "number": self._number,
            "identifier": self._name,
            "tuple": self._tuple,
            "object": self._object,
            "function_call": self._call,
            "provider_function_call": self._provider_call,
            "index_expr_term": self._traversal,
            "get_attr_expr_term": self._traversal,
            "attr_splat_expr_term": self._traversal,
            "full_splat_expr_term": self._traversal,
            "heredoc_template": self._heredoc,
            "heredoc_template_trim": self._heredoc,
            "for_tuple_expr": self._for,
            "for_object_expr": self._for,
            "binary_op": self._binary,
            "unary_op": self._unary,
            "conditional": self._conditional,
        }

    # Structure -------------------------------------------------------------------------------------------------------

    def body(self, tree: Tree) -> Body:
        """A body's attributes and blocks."""
        attributes: dict[str, Attribute] = {}
        repeated: list[Attribute] = []
        blocks: list[Block] = []
        for child in tree.children:
            if child.data == "block":
                blocks.append(self._block(child))
                continue
            attribute = self._attribute(child)
            if attribute.name in attributes:
                repeated.append(attribute)
            else:
                attributes[attribute.name] = attribute
        return Body(attributes, tuple(blocks), tuple(repeated))

    def _block(self, tree: Tree) -> Block:
        first, *labels, body = tree.children
        names = tuple(str(each.children[0]) if hasattr(each, "children") else quoted_label(each) for each in labels)
        line, column = self._place(tree)
        end = tree.meta.end_line + self.below
        return Block(line, column, str(first.children[0]), names, self.body(body), end)

    def _attribute(self, tree: Tree) -> Attribute:
        name, value = tree.children
        line, column = self._place(tree)
        return Attribute(line, column, str(name.children[0]), self.expression(value), self._end(value))

    def _end(self, tree: Tree) -> int:
        """The last line of a value. Lark counts newlines that follow an expression as part of it."""
        while hasattr(tree, "children"):
            if tree.data in ("tuple", "object", "function_call", "for_tuple_expr", "for_object_expr"):
                return int(tree.meta.end_line) + self.below
            if not tree.children:
                return int(tree.meta.end_line) + self.below
            tree = tree.children[-1]
        return int(tree.end_line) + self.below

    def _place(self, tree: Tree) -> tuple[int, int]:
        where = tree.meta if hasattr(tree, "children") else tree
        line = where.line
        return line + self.below, where.column + (self.right if line == 1 else 0)

    # Expressions -----------------------------------------------------------------------------------------------------

    def expression(self, tree: Tree) -> Expression:
        """Any expression."""
        while hasattr(tree, "children") and tree.data == "expr_term":
            tree = tree.children[0]
        if not hasattr(tree, "children"):
            line, column = self._place(tree)
            return quoted(str(tree), line, column, self.parse, self.path)
        return self._kinds[tree.data](tree)

    def _number(self, tree: Tree) -> Expression:
        text = str(tree.children[0])
        return Literal(*self._place(tree), parse_number(text))

    def _name(self, tree: Tree) -> Expression:
        name = str(tree.children[0])
        if name in CONSTANTS:
            return Literal(*self._place(tree), CONSTANTS[name])
        return Traversal(*self._place(tree), name, ())

    def _tuple(self, tree: Tree) -> Expression:
        return TupleOf(*self._place(tree), tuple(map(self.expression, tree.children)))

    def _object(self, tree: Tree) -> Expression:
        return ObjectOf(*self._place(tree), tuple(map(self._element, tree.children)))

    def _element(self, tree: Tree) -> tuple[Expression, Expression]:
        key, value = tree.children
        bare = key
        while bare.data == "expr_term" and hasattr(bare.children[0], "children"):
            if bare.children[0].data == "expr_term":  # in parentheses
                break
            bare = bare.children[0]
        if bare.data == "identifier":
            return Literal(*self._place(bare), str(bare.children[0])), self.expression(value)
        return self.expression(key), self.expression(value)

    def _call(self, tree: Tree) -> Expression:
        name, *rest = tree.children
        return self._called(tree, str(name.children[0]), rest)

    def _provider_call(self, tree: Tree) -> Expression:
        names = [str(each.children[0]) for each in tree.children if each.data == "identifier"]
        return self._called(tree, "::".join(names), [each for each in tree.children if each.data == "arguments"])

    def _called(self, tree: Tree, name: str, rest: list[Tree]) -> Expression:
        given = rest[0].children if rest else []
        expanded = bool(given) and not hasattr(given[-1], "children")
        arguments = tuple(map(self.expression, given[:-1] if expanded else given))
        return Call(*self._place(tree), name, arguments, expanded)

    def _traversal(self, tree: Tree) -> Expression:
        steps: list[Step] = []
        place = self._place(tree)
        while hasattr(tree, "children") and tree.data in TRAVERSING:
            target, step = tree.children
            steps.append(self._step(step))
            tree = target
            while tree.data == "expr_term" and hasattr(tree.children[0], "children") and tree.children[0].data in ROOTS:
                tree = tree.children[0]
        steps.reverse()
        if tree.data == "identifier":
            return Traversal(*place, str(tree.children[0]), _gathered(steps))
        return Traversal(*place, self.expression(tree), _gathered(steps))

    def _step(self, tree: Tree) -> Step:
        if tree.data == "get_attr":
            return str(tree.children[0].children[0])
        if tree.data == "index":
            (key,) = tree.children
            if not hasattr(key, "children"):
                return Index(Literal(*self._place(key), int(key)))
            return Index(self.expression(key))
        return Splat(tree.data == "full_splat", tuple(map(self._step, tree.children)))

    def _heredoc(self, tree: Tree) -> Expression:
        return heredoc(str(tree.children[0]), *self._place(tree), self.parse, self.path)

    def _for(self, tree: Tree) -> Expression:
        intro, condition, grouped = None, None, False
        results: list[Expression] = []
        for child in tree.children:
            if not hasattr(child, "children"):
                grouped = grouped or child == "..."
            elif child.data == "for_intro":
                intro = child
            elif child.data == "for_cond":
                condition = self.expression([each for each in child.children if hasattr(each, "children")][-1])
            else:
                results.append(self.expression(child))
        assert intro is not None
        *names, collection = [each for each in intro.children if hasattr(each, "children")]
        *key, value = [str(name.children[0]) for name in names]
        *result_key, result = results
        return For(
            *self._place(tree),
            key[0] if key else "",
            value,
            self.expression(collection),
            result_key[0] if result_key else None,
            result,
            condition,
            grouped,
        )

    # Operations ------------------------------------------------------------------------------------------------------

    def _unary(self, tree: Tree) -> Expression:
        operator, operand = tree.children
        return Unary(*self._place(tree), str(operator), self.expression(operand))

    def _conditional(self, tree: Tree) -> Expression:
        condition, yes, no = map(self.expression, tree.children)
        return Conditional(*self._place(tree), condition, yes, no)

    def _binary(self, tree: Tree) -> Expression:
        """The grammar takes `a == b ? c : d` for `a == (b ? c : d)`, and knows no precedence: both put right here."""
        operands: list[Expression] = []
        operators: list[str] = []
        rest: list[Expression] = []
        self._flatten(tree, operands, operators, rest)
        condition = _by_precedence(operands, operators)
        if not rest:
            return condition
        yes, no = rest
        return Conditional(*self._place(tree), condition, yes, no)

    def _flatten(self, tree: Tree, operands: list[Expression], operators: list[str], rest: list[Expression]) -> None:
        if tree.data == "binary_op":
            left, term = tree.children
            self._flatten(left, operands, operators, rest)
            operators.append(str(term.children[0].children[0]))
            self._flatten(term.children[1], operands, operators, rest)
        elif tree.data == "conditional":
            condition, yes, no = tree.children
            self._flatten(condition, operands, operators, rest)
            rest.extend((self.expression(yes), self.expression(no)))
        else:
            operands.append(self.expression(tree))


TRAVERSING = frozenset({"index_expr_term", "get_attr_expr_term", "attr_splat_expr_term", "full_splat_expr_term"})
ROOTS = TRAVERSING | {"identifier"}


def quoted_label(token: str) -> str:
    """A label without its quotes."""
    return str(token)[1:-1]


def _by_precedence(operands: list[Expression], operators: list[str]) -> Expression:
    """Operands with their operators between them, as a tree. Operators of one level bind from the left."""
    output = [operands[0]]
    waiting: list[str] = []

    def reduce() -> None:
        right, left = output.pop(), output.pop()
        output.append(Binary(left.line, left.column, waiting.pop(), left, right))

    for operator, operand in zip(operators, operands[1:], strict=True):
        while waiting and PRECEDENCE[waiting[-1]] >= PRECEDENCE[operator]:
            reduce()
        waiting.append(operator)
        output.append(operand)
    while waiting:
        reduce()
    return output[0]


def _gathered(steps: list[Step]) -> tuple[Step, ...]:
    """What follows `[*]` applies to each element; the grammar gives it as part of the splat, or as steps behind it."""
    for at, step in enumerate(steps):
        if isinstance(step, Splat) and step.full and at + 1 < len(steps):
            return (*steps[:at], Splat(True, (*step.steps, *steps[at + 1 :])))
    return tuple(steps)
