"""From a line of a rendered file back to the template's line, and to the value in an environment's file behind it.

By text: a rendered file names its template, and a block's header stands in both. Where that does not lead anywhere,
nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xyztf.environment.provenance import Layer

_FROM = re.compile(r"^# From templates/(\S+), inputs ")
_EXPRESSION = re.compile(r"\{\{.*?\}\}")
_TAKEN_IN = re.compile(r"""["']([\w./-]+\.j2)["']""")
_VALUE = re.compile(r"\benv((?:\.[a-z_][a-z0-9_]*)+)")
_NAME = re.compile(r'\s*(?:dynamic\s+")?([A-Za-z_][\w-]*)"?\s*[={]')


def origin(file: Path, line: int, templates: Path, layer: Layer | None) -> str | None:
    """Such as "templates/modules/vpc/main.tf.j2:7, environments/prod.yaml:12:3 network.cidr"; None for other files.

    `templates` is the project's folder of templates; what it lacks is looked for among those of xyztf. `layer` is the
    environment, if its values are to be told.
    """
    rendered = _lines(file)
    named = _FROM.match(rendered[1]) if len(rendered) > 1 else None
    if not named or not 1 <= line <= len(rendered):
        return None
    name, at, template = named[1], None, _template(named[1], templates)
    # The block may stand in a template that this one takes in.
    for each in (named[1], *_TAKEN_IN.findall("\n".join(template))):
        name, template = each, _template(each, templates)
        at = _same(rendered, line, template)
        if at is not None:
            break
    if at is None:
        return f"templates/{named[1]}" if _template(named[1], templates) else None
    place = f"templates/{name}:{at}"
    values = [_value(found[1:], layer) for found in _VALUE.findall(template[at - 1])] if layer else []
    return ", ".join([place, *dict.fromkeys(values)])


@cache
def _template(name: str, own: Path) -> tuple[str, ...]:
    if (own / name).is_file():
        return _lines(own / name)
    from xyztf.render.templates import packaged_templates

    return _lines(packaged_templates() / name)


def _same(rendered: Sequence[str], line: int, template: Sequence[str]) -> int | None:
    """The template's line for a rendered one: within the block of the same header, the line that begins so."""
    top = next((number for number in range(line, 0, -1) if _is_header(rendered[number - 1])), None)
    if top is None:
        return None
    start = next((number for number, text in enumerate(template, 1) if text == rendered[top - 1]), None)
    start = start or next(
        (number for number, text in enumerate(template, 1) if "{{" in text and _fits(text, rendered[top - 1])), None
    )
    if start is None or top == line:
        return start
    name = _NAME.match(rendered[line - 1])
    if not name:
        return start
    # Of several lines that begin so, the one that comes as often before it in the rendered block.
    before = sum(_begins(text, name[1]) for text in rendered[top : line - 1])
    end = next((number for number in range(start + 1, len(template) + 1) if template[number - 1].rstrip() == "}"), 0)
    alike = [number for number in range(start + 1, end) if _begins(template[number - 1], name[1])]
    exact = [number for number in alike if template[number - 1] == rendered[line - 1]]
    if len(exact) == 1:
        return exact[0]
    return alike[before] if before < len(alike) else start


def _is_header(text: str) -> bool:
    return bool(re.match(r"[a-z_]+ .*\{\s*$", text))


def _fits(template: str, text: str) -> bool:
    # A line that is nothing but an expression would fit anything.
    if template.split(" ")[:2] != text.split(" ")[:2]:
        return False
    parts = map(re.escape, _EXPRESSION.split(template))
    return bool(re.fullmatch(".+?".join(parts), text))


def _begins(text: str, name: str) -> bool:
    found = _NAME.match(text)
    return found is not None and found[1] == name


def _value(dotted: str, layer: Layer) -> str:
    """The longest part of a path that has a value in a file, with its place."""
    path = tuple(dotted.split("."))
    for length in range(len(path), 0, -1):
        if mark := layer.marks.get(path[:length]):
            return f"{mark.value} {'.'.join(path[:length])}"
    return f"{dotted}, xyztf's default"


@cache
def _lines(path: Path) -> tuple[str, ...]:
    try:
        return tuple(path.read_text("utf-8").split("\n"))
    except (OSError, UnicodeDecodeError):
        return ()
