"""Functions that write and read JSON, CSV, YAML, base64 and URLs.

Source: Terraform 1.11, `internal/lang/funcs/encoding.go`, and go-cty's standard library.
"""

from __future__ import annotations

import base64
import json
import re
from typing import NoReturn
from urllib.parse import quote_plus

from xyztf.hcl.convert import parse_number, to_string
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.signature import nullable, string, takes
from xyztf.hcl.values import UNKNOWN, Value

_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_CSV_FIELD = re.compile(r'"(?P<quoted>(?:[^"]|"")*)"(?P<after>,|\r?\n|\Z)|(?P<plain>[^,"\n]*?)(?P<end>,|\r?\n|\Z)')


def json_text(value: Value) -> Value:
    """A value as Terraform writes it in JSON; UNKNOWN where a number's digits are not sure."""
    parts: list[str] = []
    return "".join(parts) if _written(value, parts) else UNKNOWN


def _written(value: Value, parts: list[str]) -> bool:
    """Append the value's JSON; False when something in it is unknown."""
    if value is UNKNOWN:
        return False
    if value is None:
        parts.append("null")
    elif isinstance(value, str):
        parts.append(_quoted(value))
    elif isinstance(value, dict):
        for at, key in enumerate(sorted(value)):
            parts.append(f"{',' if at else '{'}{_quoted(key)}:")
            if not _written(value[key], parts):
                return False
        parts.append("}" if value else "{}")
    elif isinstance(value, list):
        for at, item in enumerate(value):
            parts.append("," if at else "[")
            if not _written(item, parts):
                return False
        parts.append("]" if value else "[]")
    else:
        text = to_string(value)
        if text is UNKNOWN:
            return False
        parts.append(text)
    return True


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).translate(_ESCAPED)


@takes(nullable)
def _jsonencode(value: Value) -> Value:
    return json_text(value)


class _Undecided(Exception):
    pass


@takes(string)
def _jsondecode(text: str) -> Value:
    try:
        value = json.loads(text, parse_float=parse_number, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except _Undecided:
        return UNKNOWN
    except (ValueError, RecursionError) as error:
        raise FunctionError(f"not valid JSON: {error}") from None
    return _with_scalar_values(value)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a value")


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _Undecided  # Terraform takes the last one, or refuses, by their types
    return result


def _with_scalar_values(value: Value) -> Value:
    """Half of a surrogate pair is replaced, as Go does; Python would keep it."""
    if isinstance(value, str):
        if value.isascii():
            return value
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_with_scalar_values(key): _with_scalar_values(each) for key, each in value.items()}
    return [_with_scalar_values(each) for each in value] if isinstance(value, list) else value


@takes(string)
def _base64encode(text: str) -> Value:
    return base64.b64encode(text.encode()).decode()


@takes(string)
def _base64decode(text: str) -> Value:
    joined = text.replace("\r", "").replace("\n", "")
    if not _BASE64.fullmatch(joined):
        raise FunctionError("failed to decode base64 data")
    try:
        return base64.b64decode(joined).decode()
    except UnicodeDecodeError:
        raise FunctionError("the result of decoding the provided string is not valid UTF-8") from None


@takes(string)
def _urlencode(text: str) -> Value:
    return quote_plus(text)


@takes(string)
def _csvdecode(text: str) -> Value:
    rows = _csv_rows(text)
    if not rows:
        raise FunctionError("missing header line")
    header, *records = rows
    if len(set(header)) != len(header):
        raise FunctionError("duplicate column name")
    for record in records:
        if len(record) != len(header):
            raise FunctionError("CSV parse error: wrong number of fields")
    return [dict(zip(header, record, strict=True)) for record in records]


def _csv_rows(text: str) -> list[list[str]]:
    rows: list[list[str]] = []
    row: list[str] = []
    at = 0
    while at < len(text) or row:
        blank = None if row else re.compile(r"\r?\n").match(text, at)
        if blank:
            at = blank.end()
            continue
        field = _CSV_FIELD.match(text, at)
        if field is None:
            raise FunctionError('CSV parse error: bare or extraneous " in field')
        quoted = field["quoted"]
        row.append(field["plain"] if quoted is None else quoted.replace('""', '"').replace("\r\n", "\n"))
        at = field.end()
        if (field["after"] if quoted is not None else field["end"]) != ",":
            rows.append(row)
            row = []
    return rows


@takes(string)
def _yamldecode(text: str) -> Value:
    from xyztf.hcl.functions.yaml_documents import decoded

    return decoded(text)


@takes(nullable)
def _yamlencode(value: Value) -> Value:
    return UNKNOWN


@takes(string)
def _base64gzip(text: str) -> Value:
    return UNKNOWN  # the bytes hang on the compressor


@takes(string, string)
def _text_in_an_encoding(text: str, encoding: str) -> Value:
    return UNKNOWN


FUNCTIONS = {
    "base64decode": _base64decode,
    "base64encode": _base64encode,
    "base64gzip": _base64gzip,
    "csvdecode": _csvdecode,
    "jsondecode": _jsondecode,
    "jsonencode": _jsonencode,
    "textdecodebase64": _text_in_an_encoding,
    "textencodebase64": _text_in_an_encoding,
    "urlencode": _urlencode,
    "yamldecode": _yamldecode,
    "yamlencode": _yamlencode,
}
