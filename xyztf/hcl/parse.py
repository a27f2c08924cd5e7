"""The text of one file, or of one expression, becomes syntax. What cannot be read is told with its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from xyztf.errors import Location, Problem, XyztfError
from xyztf.hcl.convert_tree import Converter
from xyztf.hcl.grammar import parser
from xyztf.hcl.syntax import Body, Comment, Expression, File

if TYPE_CHECKING:
    from lark import Tree
    from lark.exceptions import UnexpectedInput

    Parsed = Tree[object]


class Unreadable(XyztfError):
    """The text is not HCL. One problem, with its place."""


def parse(text: str, path: str, cached_in: Path | None = None) -> File:
    """The file `path` with this text. `cached_in` keeps the parser itself. Raises Unreadable, WrongParser."""
    text = text.removeprefix("\ufeff")
    tree = _tree(f"{text}\n", "start", path, cached_in)
    converter = Converter(lambda source, line, column: parse_expression(source, path, line, column, cached_in), path)
    try:
        body = converter.body(tree.children[0]) if tree.children else Body()
    except RecursionError:
        raise Unreadable(Problem("it is nested too deeply to be read", Location(path, 1))) from None
    return File(path, body, tuple(_comments(text)) if "xyztf:" in text else ())


def parse_expression(text: str, path: str, line: int = 1, column: int = 1, cached_in: Path | None = None) -> Expression:
    """An expression alone, that begins at this place of the file. Raises Unreadable."""
    tree = _tree(text.rstrip(), "inner", path, cached_in, line - 1, column - 1)
    converter = Converter(
        lambda source, below, right: parse_expression(source, path, below, right, cached_in),
        path,
        line - 1,
        column - 1,
    )
    return converter.expression(tree.children[0])


def _tree(text: str, start: str, path: str, cached_in: Path | None, below: int = 0, right: int = 0) -> Parsed:
    from lark.exceptions import LarkError, UnexpectedInput

    lark = parser(cached_in)
    try:
        return lark.parse(text, start=start)  # type: ignore[return-value]
    except UnexpectedInput as error:
        raise Unreadable(_problem(error, text, path, below, right)) from None
    except (LarkError, RecursionError):
        raise Unreadable(Problem("this is not HCL", Location(path, below + 1))) from None


def _problem(error: UnexpectedInput, text: str, path: str, below: int, right: int) -> Problem:
    from lark.exceptions import UnexpectedToken

    line, column = error.line, error.column
    if not isinstance(line, int) or line < 1 or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        last = text.rstrip("\n").count("\n") + 1
        message, hint = "the file ends too early", "a brace, a bracket or a parenthesis is not closed"
        return Problem(message, Location(path, below + last), hint)
    rest = text.split("\n")[line - 1][max(column - 1, 0) :]
    place = Location(path, below + line, column + (right if line == 1 else 0))
    if rest.startswith('"'):
        return Problem("this text cannot be read", place, "a quote or an interpolation in it is not closed")
    word = re.match(r"[\w.-]+|\S|$", rest.strip() or "")
    shown = word.group() if word and word.group() else ""
    return Problem(f"{shown} is not expected here" if shown else "the line ends too early", place)


COMMENT = re.compile(r"(?:#|//)\s*(?P<text>xyztf:.*)$")


def _comments(text: str) -> list[Comment]:
    """Comments that name xyztf. One that stands within a quoted text or a heredoc begins no line's comment."""
    found = []
    ends: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if ends is not None:
            ends = None if line.strip() == ends else ends
            continue
        match = COMMENT.search(line)
        if match:
            before = line[: match.start()]
            if before.replace('\\"', "").count('"') % 2 == 0:
                found.append(Comment(number, match["text"].strip(), not before.strip()))
        code = line[: match.start()] if match and found and found[-1].line == number else line
        if heredoc := re.search(r"<<-?([^\W\d][\w.-]*)\s*$", code):
            ends = heredoc[1]
    return found
