"""JSON whose every value knows its place, as an editor counts. Whether a text is JSON at all, Python's `json` says.

No library that is kept reads JSON with places; `json` and its `scanstring` do all but the counting of lines.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # as `json` itself reads a text

from xyztf.errors import Location, Problem, XyztfError
from xyztf.hcl.convert import parse_number
from xyztf.hcl.values import Value

TOKEN = re.compile(r'[\[\]{}:,]|"(?:[^"\\]|\\.)*"|[^\s\[\]{}:,"]+')
LONE_HALF = re.compile("[\ud800-\udfff]")


class UnreadableJson(XyztfError):
    """The text is not JSON. One problem, with its place."""


@dataclass(slots=True, frozen=True)
class Place:
    """Where a value begins, and the line it ends on."""

    line: int
    column: int
    end_line: int


@dataclass(slots=True, frozen=True)
class Scalar(Place):
    """A text, a number, true, false or null."""

    value: Value


@dataclass(slots=True, frozen=True)
class Array(Place):
    """`[...]`"""

    items: tuple[Json, ...]


@dataclass(slots=True, frozen=True)
class Object(Place):
    """`{...}`: its members in the order written, those of one name too. A key is a Scalar with a text."""

    members: tuple[tuple[Scalar, Json], ...]


Json = Scalar | Array | Object


def read(text: str, path: str) -> Json:
    """The value that the text is. Raises UnreadableJson."""
    try:
        json.loads(text, parse_int=str, parse_float=str)
        return _Reader(text, path).all()
    except json.JSONDecodeError as error:
        message = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise UnreadableJson(Problem(message, Location(path, error.lineno, error.colno))) from None
    except RecursionError:
        raise UnreadableJson(Problem("it is nested too deeply to be read", Location(path, 1))) from None


def plain(value: Json) -> Value:
    """The value without its places: dict, list, and what a Scalar holds. Of members of one name the last counts."""
    if isinstance(value, Object):
        return {str(key.value): plain(each) for key, each in value.members}
    return [plain(each) for each in value.items] if isinstance(value, Array) else value.value


class _Reader:
    """Goes through the tokens of a text that is known to be JSON, so that none needs to be doubted."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.tokens: Iterator[re.Match[str]] = TOKEN.finditer(text)

    def all(self) -> Json:
        """The one value of the text."""
        return self._value(next(self.tokens))

    def _value(self, token: re.Match[str]) -> Json:
        word = token.group()
        if word == "{":
            members: list[tuple[Scalar, Json]] = []
            while (following := next(self.tokens)).group() != "}":
                if following.group() != ",":
                    key = self._scalar(following)
                    next(self.tokens)
                    members.append((key, self._value(next(self.tokens))))
            return Object(*self._place(token), self._place(following)[0], tuple(members))
        if word == "[":
            items: list[Json] = []
            while (following := next(self.tokens)).group() != "]":
                if following.group() != ",":
                    items.append(self._value(following))
            return Array(*self._place(token), self._place(following)[0], tuple(items))
        return self._scalar(token)

    def _scalar(self, token: re.Match[str]) -> Scalar:
        word = token.group()
        line, column = self._place(token)
        if word.startswith('"'):
            # Half a character alone cannot be written anywhere: Go, too, puts this sign in its place.
            return Scalar(line, column, line, LONE_HALF.sub("\ufffd", scanstring(word, 1)[0]))
        if word in ("NaN", "Infinity", "-Infinity"):  # Python's json reads them
            raise UnreadableJson(Problem(f"this is not JSON: {word}", Location(self.path, line, column)))
        constants = {"true": True, "false": False, "null": None}
        return Scalar(line, column, line, constants[word] if word in constants else parse_number(word))

    def _place(self, token: re.Match[str]) -> tuple[int, int]:
        line = bisect_right(self.starts, token.start())
        return line, token.start() - self.starts[line - 1] + 1
