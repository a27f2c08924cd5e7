"""All of moto's backends in one file, and back."""

from __future__ import annotations

import io
import zlib
from importlib import import_module
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import dill
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from moto.core.base_backend import BackendDict

from xyztf.private import write_private
from xyztf.sandbox.header import checked, unusable, with_header

HINT = "start afresh with: xyztf sandbox reset"
KEEP_BESIDES = {"s3": ("bucket_accounts",)}
"""What some services keep beside their backends: S3 whose bucket is whose."""


def save(path: Path, account_id: str) -> None:
    """Write what the backends hold. Nothing may change them meanwhile."""
    buffer = io.BytesIO()
    _Pickler(buffer).dump([_held(backends) for backends in _in_use()])
    write_private(path, with_header(zlib.compress(buffer.getvalue(), 1), account_id))


def load(path: Path, account_id: str) -> None:
    """Put back what `save` wrote. Raises SandboxError, before anything has changed, for what it cannot put back."""
    content = checked(path, account_id, HINT)
    try:
        held = dill.loads(zlib.decompress(content))
    except Exception as error:
        raise unusable(path, f"it cannot be read ({type(error).__name__}: {error})", HINT) from error
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
