"""JSON, base64 and hashes, byte for byte as Terraform writes them."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from xyztf.hcl.convert import to_string
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.values import UNKNOWN, Value, is_known

ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def jsonencode(value: Value) -> Any:
    """JSON with sorted keys and no spaces; what HTML minds is escaped, as Go does."""
    if not is_known(value):
        return UNKNOWN
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for mark, escaped in ESCAPED.items():
        text = text.replace(mark, escaped)
    return text


def jsondecode(text: Value) -> Value:
    """The value that JSON says."""
    try:
        return json.loads(to_string(text), parse_constant=_no_number)
    except ValueError:
        raise FunctionError("this is not JSON") from None


def _no_number(name: str) -> Value:
    raise ValueError(name)


def base64encode(text: Value) -> Value:
    """The text's UTF-8 in base64."""
    return base64.b64encode(to_string(text).encode()).decode()


def base64decode(text: Value) -> Value:
    """The text that base64 says."""
    try:
        return base64.b64decode(to_string(text), validate=True).decode()
    except ValueError:
        raise FunctionError("this is not base64 of UTF-8") from None


def _hash(name: str) -> Any:
    return lambda text: hashlib.new(name, to_string(text).encode()).hexdigest()


TABLE: dict[str, Any] = {
    "jsonencode": jsonencode,
    "jsondecode": jsondecode,
    "base64encode": base64encode,
    "base64decode": base64decode,
    **{name: _hash(name) for name in ("md5", "sha1", "sha256", "sha512")},
}
