"""Functions of strings. Source: Terraform 1.11, `internal/lang/funcs/string.go`, and go-cty's standard library."""

from __future__ import annotations

import re

from xyztf.hcl.functions.characters import characters
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.expressions import NotTranslated, compiled, expanded, matches
from xyztf.hcl.functions.signature import string, strings, takes, whole
from xyztf.hcl.values import UNKNOWN, Value

# What Go's unicode.IsSpace takes for space: Python's own list has four separators more.
_SPACES = "\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_TOO_LONG = 1_000_000


@takes(string)
def _chomp(text: str) -> Value:
    return text.rstrip("\r\n")


@takes(string, string)
def _endswith(text: str, suffix: str) -> Value:
    return text.endswith(suffix)


@takes(string, string)
def _startswith(text: str, prefix: str) -> Value:
    return text.startswith(prefix)


@takes(string, string)
def _strcontains(text: str, part: str) -> Value:
    return part in text


@takes(whole, string)
def _indent(spaces: int, text: str) -> Value:
    if spaces < 0:
        raise FunctionError("the number of spaces must not be negative")
    return UNKNOWN if spaces > _TOO_LONG else text.replace("\n", "\n" + " " * spaces)


@takes(string, rest=strings)
def _join(separator: str, *lists: list[Value]) -> Value:
    if not lists:
        raise FunctionError("at least one list is required")
    items = [item for each in lists for item in each]
    if any(item is UNKNOWN for item in items):
        return UNKNOWN
    if None in items:
        raise FunctionError(f"element {items.index(None)} is null; cannot concatenate null values")
    return separator.join(items)


@takes(string)
def _lower(text: str) -> Value:
    # Rune by rune, as Go: no other form at the end of a word.
    return "".join("i" if point == "\u0130" else point.lower() for point in text)


@takes(string)
def _upper(text: str) -> Value:
    return "".join(_one(point.upper(), point) for point in text)


@takes(string)
def _title(text: str) -> Value:
    result, before = [], " "
    for point in text:
        result.append(_one(point.title(), point) if _separates(before) else point)
        before = point
    return "".join(result)


def _one(changed: str, point: str) -> str:
    """Go changes one rune for one: what has no such other form stays."""
    return changed if len(changed) == 1 else point


def _separates(point: str) -> bool:
    if point.isascii():
        return not (point.isalnum() or point == "_")
    return point in _SPACES


@takes(string, string, string)
def _replace(text: str, part: str, replacement: str) -> Value:
    if not (len(part) > 1 and part.startswith("/") and part.endswith("/")):
        return text.replace(part, replacement)
    try:
        pattern = compiled(part[1:-1])
    except NotTranslated:
        return UNKNOWN
    result, end = [], 0
    for match in matches(pattern, text):
        result += [text[end : match.start()], expanded(match, replacement)]
        end = match.end()
    return "".join([*result, text[end:]])


@takes(string, string)
def _regex(pattern: str, text: str) -> Value:
    try:
        expression = _with_one_kind_of_group(pattern)
    except NotTranslated:
        return UNKNOWN
    match = expression.search(text)
    if match is None:
        raise FunctionError("pattern did not match any part of the given string")
    return _captured(match)


@takes(string, string)
def _regexall(pattern: str, text: str) -> Value:
    try:
        return [_captured(match) for match in matches(_with_one_kind_of_group(pattern), text)]
    except NotTranslated:
        return UNKNOWN


def _with_one_kind_of_group(pattern: str) -> re.Pattern[str]:
    expression = compiled(pattern)
    if expression.groupindex and len(expression.groupindex) != expression.groups:
        raise FunctionError("invalid regexp pattern: cannot mix both named and unnamed capture groups")
    return expression


def _captured(match: re.Match[str]) -> Value:
    if match.re.groupindex:
        return match.groupdict()
    return list(match.groups()) if match.re.groups else match[0]


@takes(strings)
def _sort(values: list[Value]) -> Value:
    if any(value is UNKNOWN for value in values):
        return UNKNOWN
    if None in values:
        raise FunctionError(f"given list element {values.index(None)} is null; a null string cannot be sorted")
    return sorted(values)


@takes(string, string)
def _split(separator: str, text: str) -> Value:
    return text.split(separator) if separator else list(text)


@takes(string)
def _strrev(text: str) -> Value:
    found = characters(text)
    return UNKNOWN if found is None else "".join(reversed(found))


@takes(string, whole, whole)
def _substr(text: str, offset: int, length: int) -> Value:
    found = characters(text)
    if found is None:
        return UNKNOWN
    if offset < 0:
        rest = found[max(0, offset + len(found)) :]
        # With an offset from the end, a length of 0 is no limit in Terraform.
        return "".join(rest if length <= 0 else rest[:length])
    return "".join(found[offset:] if length < 0 else found[offset : offset + length])


@takes(string, string)
def _trim(text: str, cutset: str) -> Value:
    return text.strip(cutset)


@takes(string, string)
def _trimprefix(text: str, prefix: str) -> Value:
    return text.removeprefix(prefix)


@takes(string, string)
def _trimsuffix(text: str, suffix: str) -> Value:
    return text.removesuffix(suffix)


@takes(string)
def _trimspace(text: str) -> Value:
    return text.strip(_SPACES)


@takes(string)
def _basename(path: str) -> Value:
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


@takes(string)
def _dirname(path: str) -> Value:
    import posixpath

    folder = posixpath.normpath(path[: path.rfind("/") + 1] or ".")
    return "/" if folder == "//" else folder


FUNCTIONS = {
    "basename": _basename,
    "chomp": _chomp,
    "dirname": _dirname,
    "endswith": _endswith,
    "indent": _indent,
    "join": _join,
    "lower": _lower,
    "regex": _regex,
    "regexall": _regexall,
    "replace": _replace,
    "sort": _sort,
    "split": _split,
    "startswith": _startswith,
    "strcontains": _strcontains,
    "strrev": _strrev,
    "substr": _substr,
    "title": _title,
    "trim": _trim,
    "trimprefix": _trimprefix,
    "trimspace": _trimspace,
    "trimsuffix": _trimsuffix,
    "upper": _upper,
}
