"""Functions that hash. Source: Terraform 1.11, `internal/lang/funcs/crypto.go`."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid

from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.signature import Function, number, string, takes
from xyztf.hcl.values import UNKNOWN, Value

_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "oid": uuid.NAMESPACE_OID,
    "url": uuid.NAMESPACE_URL,
    "x500": uuid.NAMESPACE_X500,
}
_DASHED = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_UUID = re.compile(rf"(?:urn:uuid:)?{_DASHED}|\{{{_DASHED}\}}|[0-9a-f]{{32}}", re.IGNORECASE)


def _hex(algorithm: str) -> Function:
    return takes(string)(lambda text: hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest())


def _base64(algorithm: str) -> Function:
    return takes(string)(lambda text: base64.b64encode(hashlib.new(algorithm, text.encode()).digest()).decode())


@takes(string, string)
def _uuidv5(namespace: str, name: str) -> Value:
    found = _NAMESPACES.get(namespace)
    if found is None:
        if not _UUID.fullmatch(namespace):
            raise FunctionError(f"uuidv5() doesn't support namespace {namespace}")
        found = uuid.UUID(namespace.lower())
    return str(uuid.uuid5(found, name))


@takes()
def _uuid() -> Value:
    return UNKNOWN


@takes(string, rest=number)
def _bcrypt(text: str, *cost: int) -> Value:
    if len(cost) > 1:
        raise FunctionError("bcrypt() takes no more than two arguments")
    return UNKNOWN


@takes(string, string)
def _rsadecrypt(text: str, key: str) -> Value:
    return UNKNOWN


FUNCTIONS: dict[str, Function] = {
    "base64sha256": _base64("sha256"),
    "base64sha512": _base64("sha512"),
    "bcrypt": _bcrypt,
    "md5": _hex("md5"),
    "rsadecrypt": _rsadecrypt,
    "sha1": _hex("sha1"),
    "sha256": _hex("sha256"),
    "sha512": _hex("sha512"),
    "uuid": _uuid,
    "uuidv5": _uuidv5,
}
