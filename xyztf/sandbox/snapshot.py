"""All of moto's backends in one file, and back.

A header says what made the file and what its content hashes to, so that a damaged or foreign one is refused before any
of it is read: reading a pickle runs what is in it.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import zlib
from importlib import import_module
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import dill
import moto
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from moto.core.base_backend import BackendDict

from xyztf.errors import Problem
from xyztf.sandbox.state import SandboxError, write_private

FORMAT = 1
KEEP_BESIDES = {"s3": ("bucket_accounts",)}
"""What some services keep beside their backends: S3 whose bucket is whose."""


def save(path: Path, account_id: str) -> None:
    """Write what the backends hold. Nothing may change them meanwhile."""
    buffer = io.BytesIO()
    _Pickler(buffer).dump([_held(backends) for backends in _in_use()])
    content = zlib.compress(buffer.getvalue(), 1)
    write_private(path, json.dumps(_header(account_id, content)).encode() + b"\n" + content)


def load(path: Path, account_id: str) -> None:
    """Put back what `save` wrote. Raises SandboxError, before anything has changed, for what it cannot put back."""
    try:
        line, _, content = path.read_bytes().partition(b"\n")
        header = json.loads(line)
    except (OSError, ValueError) as error:
        raise _unusable(path, f"it cannot be read ({type(error).__name__})") from error
    expected = _header(account_id, content)
    for name, said in expected.items():
        if header.get(name) != said:
            raise _unusable(path, _difference(name, header.get(name), said))
    try:
        held = dill.loads(zlib.decompress(content))
    except Exception as error:
        raise _unusable(path, f"it cannot be read ({type(error).__name__}: {error})") from error
    for service, accounts, besides in held:
        _put_back(_backends(service), accounts, besides)


class _Pickler(dill.Pickler):  # type: ignore[misc]
    """Dill's, which knows functions and locks; and the private keys of KMS and Lambda's index of functions besides."""

    def reducer_override(self, value: Any) -> Any:
        """Say how to make a value again that dill cannot."""
        if isinstance(value, WeakValueDictionary):
            return WeakValueDictionary, (), None, None, iter(list(value.items()))
        if isinstance(value, (RSAPrivateKey, EllipticCurvePrivateKey)):
            return _private_key, (value.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),)
        return NotImplemented


def _private_key(content: bytes) -> Any:
    return load_der_private_key(content, None)


def _in_use() -> list[Any]:
    return list(BackendDict._instances)  # type: ignore[misc]


def _held(backends: Any) -> tuple[type, dict[str, dict[str, Any]], dict[str, Any]]:
    """The class of a service's backends, these by account and region, and what the service keeps besides."""
    accounts = {account: dict(regions.items()) for account, regions in backends.items()}
    besides = {name: getattr(backends, name) for name in KEEP_BESIDES.get(backends.service_name, ())}
    return backends.backend, accounts, besides


def _backends(service: type) -> Any:
    """Where moto keeps the backends of this class: they lie beside it."""
    beside = vars(import_module(service.__module__)).values()
    return next(value for value in beside if isinstance(value, BackendDict) and value.backend is service)


def _put_back(backends: Any, accounts: dict[str, dict[str, Any]], besides: dict[str, Any]) -> None:
    for account, regions in accounts.items():
        for region, backend in regions.items():
            backends[account][region] = backend
    for name, value in besides.items():
        setattr(backends, name, value)


def _header(account_id: str, content: bytes) -> dict[str, object]:
    return {
        "format": FORMAT,
        "account_id": account_id,
        "moto": moto.__version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _difference(name: str, saved: object, now: object) -> str:
    if name == "sha256":
        return "it is damaged"
    if name == "account_id":
        return f"it is of the account {saved}, and the environment's is {now}"
    return f"it was made with {name} {saved}, and this is {name} {now}"


def _unusable(path: Path, why: str) -> SandboxError:
    hint = "start afresh with: xyztf sandbox reset"
    return SandboxError(Problem(f"the sandbox's snapshot {path} cannot be used: {why}", hint=hint))
