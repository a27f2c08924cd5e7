"""Python values as HCL literals. No value can become code: whatever goes in is what Terraform reads back."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

Code = Markup
"""Text that is HCL already. Everything else that a template prints becomes a literal."""

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
LINE_WIDTH = 100
"""A list of scalars longer than this gets a line per item."""

_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Control characters, and what editors or terminals would hide: separators, bidirectional marks, the byte order mark.
_SPECIAL = re.compile(
    r'[\\"\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]|\$(?=\{)|%(?=\{)'
)
_PLAIN = re.compile(r"\{[A-Za-z0-9_.:/ -]*\}")
"""The braces of what looks like an interpolation with nothing in it that needs care."""
_JOINING = re.compile(
    r"[^\x00-\u02ff\u0370-\u0482\u048a-\u058f\u2010-\u2027\u20a0-\u20cf\u3041-\u3098\u30a0-\u30ff\u4e00-\u9fff]"
)
"""All but plain letters and signs: combining marks, joined letters, emoji."""


def literal(value: object) -> Code:
    """`value` as HCL: strings quoted and escaped, numbers, booleans, null, lists and maps of these.

    Raises TypeError for anything else, and ValueError for a string that UTF-8 cannot hold or a number that HCL has
    not (nan, infinity).
    """
    if isinstance(value, Markup):
        return value
    return Markup(_literal(value))


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return _map(value)
    if isinstance(value, Sequence):
        return _list(value)
    raise TypeError(f"{type(value).__name__} has no HCL literal")


def quoted(text: str) -> str:
    """`text` as a quoted HCL string in which nothing is evaluated."""
    text.encode("utf-8")  # refuses lone surrogates here rather than when the file is written
    return f'"{_SPECIAL.sub(_escape, text)}"'


def inside(value: object) -> Code:
    """`value` as part of a quoted string that the template writes: "${var.name}-{{ value | inside }}".

    Its ends cannot combine with what the template puts beside them, such as a "$" before a value that starts with "{".
    Raises TypeError for what is neither text nor a number nor a truth value.
    """
    if isinstance(value, bool):
        return Code("true" if value else "false")
    text = str(value)  # an undefined value raises here
    if not isinstance(value, (str, int, float)):
        raise TypeError(f"{type(value).__name__} cannot be part of a string")
    escaped = quoted(text)[1:-1]
    if escaped.startswith("{"):
        escaped = f"\\u007b{escaped[1:]}"
    if escaped.endswith(("$", "%")):
        escaped = f"{escaped[:-1]}\\u{ord(escaped[-1]):04x}"
    return Code(escaped)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in "$%":
        # "$${" means "${", but HCL's scanner takes "$$${" apart in the wrong place, and python-hcl2, through which
        # checkov reads, looks for the end of what "$${" begins: only the plain case gets the familiar form.
        preceded = match.start() > 0 and match.string[match.start() - 1] in "$%"
        plain = _PLAIN.match(match.string, match.start() + 1) and not preceded
        return character * 2 if plain else f"\\u{ord(character):04x}"
    return _ESCAPED.get(character) or _numbered(character)


def _numbered(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a number that HCL has")
    return format(Decimal(repr(value)), "f")  # HCL reads 1e-07, the parser that checkov uses does not


def _list(values: Sequence[object]) -> str:
    items = [_literal(item) for item in values]
    flat = f"[{', '.join(items)}]"
    if len(flat) <= LINE_WIDTH and not any("\n" in item for item in items):
        return flat
    return "[\n" + "".join(f"{item},\n" for item in items) + "]"


def _map(values: Mapping[object, object]) -> str:
    if not values:
        return "{}"
    return "{\n" + "".join(f"{_key(key)} = {_literal(item)}\n" for key, item in values.items()) + "}"


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a map's key must be a string, not {key!r}")
    if IDENTIFIER.match(key) and key not in ("true", "false", "null", "for"):
        return key
    # Formatting counts what a reader sees as one character. These can join with their neighbours into one.
    return _JOINING.sub(lambda match: _numbered(match[0]), quoted(key))
