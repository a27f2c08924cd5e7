"""Keeps code and text apart where a template joins them.

Jinja's autoescaping has HTML in mind: code joined to text with `~`, `+`, `%` or a filter becomes code as a whole, with
the text escaped for HTML. For HCL that escapes nothing that matters. Here such a join is an error, except with text
that stands in the template itself.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup

Part: TypeAlias = tuple[bool, Any]
"""What is joined: whether it stands in the template as a constant, and its value."""


class _Generator(CodeGenerator):
    """Compiles `~`, `+` and `%` to calls of the environment's methods, which see what they join."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> str:
        # Jinja escapes a constant before it finalizes it: {{ "text" }} would be taken for code.
        if isinstance(node, nodes.TemplateData):
            return super()._output_child_to_const(node, frame, finalize)
        raise nodes.Impossible

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 -- Jinja's name
        self._call("joined", node.nodes, frame)

    def visit_Add(self, node: nodes.BinExpr, frame: Frame) -> None:  # noqa: N802
        self._call("added", [node.left, node.right], frame)

    def visit_Mod(self, node: nodes.BinExpr, frame: Frame) -> None:  # noqa: N802
        self._call("remainder", [node.left, node.right], frame)

    def _call(self, method: str, parts: list[nodes.Expr], frame: Frame) -> None:
        self.write(f"environment.{method}((")
        for part in parts:
            self.write(f"({isinstance(part, nodes.Const)}, ")
            self.visit(part, frame)
            self.write("), ")
        self.write("))")


class JoiningEnvironment(Environment):
    """A Jinja environment in which code and text from outside the template cannot be joined."""

    code_generator_class = _Generator

    def joined(self, parts: tuple[Part, ...]) -> str:
        """`a ~ b ~ c`: code if one of them is, text otherwise. Raises TypeError for code with text."""
        if any(isinstance(value, Markup) for _, value in parts):
            _refuse_text("~", parts)
            return Markup("".join(str(value) for _, value in parts))
        return "".join(str(value) for _, value in parts)

    def added(self, parts: tuple[Part, Part]) -> Any:
        """`a + b`. Raises TypeError for code with text."""
        return self._calculated("+", operator.add, parts)

    def remainder(self, parts: tuple[Part, Part]) -> Any:
        """`a % b`. Raises TypeError for code with text."""
        return self._calculated("%", operator.mod, parts)

    def _calculated(self, sign: str, function: Callable[[Any, Any], Any], parts: tuple[Part, Part]) -> Any:
        left, right = (value for _, value in parts)
        if isinstance(left, Markup) or isinstance(right, Markup):
            _refuse_text(sign, parts)
            return Markup(function(str(left), str(right) if isinstance(right, str) else right))
        return function(left, right)


def _refuse_text(sign: str, parts: Iterable[Part]) -> None:
    for constant, value in parts:
        if not (constant or isinstance(value, (Markup, bool, int))):
            raise TypeError(
                f"{sign} joins code and {value!r}: print one after the other, or put the text through the filter inside"
            )


_HTML_FILTERS = ("e", "escape", "forceescape", "safe", "urlize", "xmlattr")
"""What they give counts as code, and is escaped for HTML or not at all."""

_MIXING_FILTERS = ("format", "join", "replace")


def without_unsafe_filters(jinja: JoiningEnvironment) -> JoiningEnvironment:
    """`jinja` without the filters through which text becomes code; `tojson` gives text, to be printed as a string."""
    for name in _HTML_FILTERS:
        del jinja.filters[name]
    for name in _MIXING_FILTERS:
        jinja.filters[name] = _without_code(name, jinja.filters[name])
    jinja.filters["tojson"] = _json
    return jinja


def _without_code(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*arguments: Any, **named: Any) -> Any:
        if any(map(_holds_code, (*arguments, *named.values()))):
            raise TypeError(f"code cannot go through the filter {name}: print the pieces one after the other")
        return function(*arguments, **named)

    # Jinja reads from these attributes whether to pass its context first.
    checked.__dict__.update(function.__dict__)
    return checked


def _holds_code(value: Any) -> bool:
    return isinstance(value, Markup) or (
        isinstance(value, (list, tuple, set, dict)) and any(isinstance(item, Markup) for item in value)
    )


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON")
