"""Releasing the lock of a stack's state that a run left behind."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from xyztf.errors import Location, Problem
from xyztf.operations.scope import Scope
from xyztf.terraform.hold import held
from xyztf.terraform.lock import LockInfo, NotThisLock, holder, release
from xyztf.terraform.workspace import Workspace

YOUNG_SECONDS = 15 * 60.0
"""A lock that is younger may well be of a run that still works: creating a database with a replica takes so long."""


def lock_of(scope: Scope, stack: str) -> LockInfo | None:
    """The lock on the state of `stack`; None when nobody holds it.

    Raises Busy while a run on this machine works on the stack, and XyztfError when it cannot be told.
    """
    with _ready(scope, stack) as workspace:
        return holder(workspace)


def release_lock(scope: Scope, stack: str, lock_id: str) -> None:
    """Release exactly this lock. Raises NotThisLock, with nothing changed, when it is not the one that is held, and
    Busy while a run on this machine works on the stack."""
    with _ready(scope, stack) as workspace:
        release(workspace, lock_id)


def same_lock(scope: Scope, stack: str, lock: LockInfo, lock_id: str | None) -> None:
    """Return when `lock` is the one that is meant, `lock_id` or any; raise NotThisLock otherwise."""
    if lock_id is not None and lock_id != lock.id:
        where = Location(f"environments/{scope.environment.name}/{stack}")
        raise NotThisLock(Problem(f"the lock is not {lock_id}: it is {lock.id}", where, "nothing was released"))


def reasons_to_wait(lock: LockInfo, now: datetime) -> Iterator[str]:
    """Why the run that took the lock may still be at work."""
    if lock.seconds(now) < YOUNG_SECONDS:
        yield f"it is younger than {YOUNG_SECONDS / 60:g} minutes: the run that took it may still be at work"
    if lock.who != myself():
        yield f"it was taken by {lock.who}, and this is {myself()}: ask there whether that run has ended"


def myself() -> str:
    """The user and the machine, as Terraform writes them into a lock."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # no name for the number, and none in the variables
        user = ""
    return f"{user}@{socket.gethostname()}"


@contextmanager
def _ready(scope: Scope, stack: str) -> Iterator[Workspace]:
    with held(scope.workspace(stack), wait_seconds=0.0) as workspace:
        workspace.init()
        yield workspace
