"""One run at a time on a stack of one target, on this machine.

Terraform's own lock keeps states apart, and knows nothing of the data folder, the kept plan and the copy that runs here
share. The lock is handed on to Terraform and its providers: it is free when the last of them has ended, also where
xyztf itself was killed.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from xyztf.errors import Problem, XyztfError
from xyztf.terraform.workspace import PRIVATE, Workspace

FILE = "run.lock"
WAIT_SECONDS = 60.0
"""As long as Terraform waits for its own lock (-lock-timeout)."""


class Busy(XyztfError):
    """Another run works on the stack."""


@contextmanager
def held(
    workspace: Workspace, wait_seconds: float = WAIT_SECONDS, waiting: Callable[[str], None] = lambda _: None
) -> Iterator[Workspace]:
    """The workspace for one run, while nobody else has it.

    Waits for another run, and says once whom for. Raises Busy when that takes longer than `wait_seconds`.
    """
    workspace.private.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    descriptor = os.open(workspace.private / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, workspace, wait_seconds, waiting)
        _sign(descriptor)
        yield replace(workspace, lock=descriptor)
    finally:
        os.close(descriptor)


def runs(private: Path) -> str | None:
    """Who works on the stack with this private folder, in words; None when nobody does."""
    try:
        descriptor = os.open(private / FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(descriptor)
    finally:
        os.close(descriptor)
    return None


def _take(descriptor: int, workspace: Workspace, wait_seconds: float, waiting: Callable[[str], None]) -> None:
    until = time.monotonic() + wait_seconds
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            holder = _holder(descriptor)
            if not told:
                waiting(f"waiting for {holder}")
                told = True
            if time.monotonic() > until:
                where = workspace.place
                hint = "wait until it has ended, then run the same command again"
                raise Busy(Problem(f"another run works on this stack: {holder}", where, hint)) from None
            time.sleep(0.1)


def _sign(descriptor: int) -> None:
    """Write down who we are, for those who wait."""
    text = json.dumps({"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")})
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)


def _holder(descriptor: int) -> str:
    try:
        found = json.loads(os.pread(descriptor, 4096, 0))
        return f"xyztf, process {found['pid']}, since {found['since']}, or the Terraform that it started"
    except (ValueError, KeyError):
        return "another xyztf"
