"""What `--set database.instance_class=db.r7g.large` says, as a layer to lay over an environment."""

from __future__ import annotations

import json
import re
from typing import Any

from xyztf.environment.document import read_text
from xyztf.environment.provenance import Layer, Mark, Path
from xyztf.errors import InvalidEnvironment, Location, Problem, UsageError

_EXAMPLE = "write it like --set database.instance_class=db.r7g.large"
_NAME = re.compile(r'"(?:[^"\\]|\\.)*"|[^."=\[\]\s]+')
_COMMENT = re.compile(r"(^|\s)#")
_NOT_PLAIN = ('"', "'", "[", "{")


def parse_override(text: str) -> Layer:
    """The layer that sets one value: a dotted path, `=`, and a value in YAML. A null goes back to the default.

    A name with a dot in it goes in double quotes: `tags."a.b"=x`. The maps on the way carry no mark, since nobody
    wrote them. Raises UsageError.
    """
    names, written = _split(text)
    place = Location(f"--set {text[: -len(written) - 1]}")
    value, marks = _value(written, place)
    data: Any = value
    for name in reversed(names):
        data = {name: data}
    return Layer(data, {(*names, *inner): mark for inner, mark in marks.items()})


def _split(text: str) -> tuple[list[str], str]:
    """The names of the path, and what stands behind the `=`."""
    names: list[str] = []
    position = 0
    while segment := _NAME.match(text, position):
        names.append(_unquoted(segment[0], text))
        position = segment.end()
        if not text.startswith(".", position):
            break
        position += 1
    rest = text[position:]
    if segment and rest.startswith("="):
        return names, rest[1:]
    raise _misread(text, rest)


def _unquoted(name: str, text: str) -> str:
    if not name.startswith('"'):
        return name
    try:
        return str(json.loads(name, strict=False))
    except json.JSONDecodeError:
        raise _refused(
            f"{name} has an unknown escape", text, 'write \\" for a quote and \\\\ for a backslash'
        ) from None


def _misread(text: str, rest: str) -> UsageError:
    """The error for a path that stops making sense at `rest`."""
    if "=" not in text:
        return _refused("there is no = between path and value", text, _EXAMPLE)
    if rest.startswith("["):
        return _refused("one item of a list cannot be set", text, "set the whole list: --set 'network.azs=[a, b]'")
    if rest.startswith(("=", ".")):
        return _refused("a name is missing in the path", text, _EXAMPLE)
    return _refused(
        f"the path cannot be read from here: {rest}", text, "put a name with odd characters in double quotes"
    )


def _value(text: str, place: Location) -> tuple[Any, dict[Path, Mark]]:
    if not text.strip():
        raise UsageError(Problem("no value is given", place, 'write null for the default, or "" for an empty text'))
    if not text.lstrip().startswith(_NOT_PLAIN) and _COMMENT.search(text):
        raise UsageError(Problem("# starts a comment", place, "put the value in quotes, inside those of the shell"))
    try:
        return read_text(text, lambda line, column: place)
    except InvalidEnvironment as error:
        raise UsageError(*error.problems) from None


def _refused(message: str, text: str, hint: str) -> UsageError:
    return UsageError(Problem(message, Location(f"--set {text}"), hint))
