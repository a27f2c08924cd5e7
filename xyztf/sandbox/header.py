"""The first line of a snapshot: what made it, and what its content hashes to.

A damaged or foreign snapshot is refused by it before any of the content is read: reading a pickle runs what is in it.
"""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

from xyztf.errors import Problem
from xyztf.sandbox.state import SandboxError

FORMAT = 1


def with_header(content: bytes, account_id: str) -> bytes:
    """A snapshot of this content, for this account and what is installed now."""
    return json.dumps(_header(account_id, content)).encode() + b"\n" + content


def checked(path: Path, account_id: str, hint: str) -> bytes:
    """The content of a snapshot that fits the account and what is installed now.

    Raises SandboxError, with `hint`, for one that does not fit, is damaged or cannot be read.
    """
    try:
        line, _, content = path.read_bytes().partition(b"\n")
        header = json.loads(line)
        if not isinstance(header, dict):
            raise ValueError
    except OSError as error:
        raise unusable(path, f"it cannot be read ({error.strerror})", hint) from error
    except ValueError as error:
        raise unusable(path, "it cannot be read (it does not begin as one)", hint) from error
    for name, expected in _header(account_id, content).items():
        if header.get(name) != expected:
            raise unusable(path, _difference(name, header.get(name), expected), hint)
    return content


def unusable(path: Path, why: str, hint: str) -> SandboxError:
    """The error for a snapshot that cannot be used."""
    return SandboxError(Problem(f"the snapshot {path} cannot be used: {why}", hint=hint))


def _header(account_id: str, content: bytes) -> dict[str, object]:
    return {
        "format": FORMAT,
        "account_id": account_id,
        "moto": version("moto"),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _difference(name: str, saved: object, now: object) -> str:
    if name == "sha256":
        return "it is damaged"
    if name == "account_id":
        return f"it is of the account {saved}, and the environment's is {now}"
    return f"it was made with {name} {saved}, and this is {name} {now}"
