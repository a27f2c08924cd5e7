"""Who holds the lock of a stack's state, and letting go of it.

Terraform has no command that says who holds a lock. The S3 backend's force-unlock compares the id that it is given with
the lock's; on another one it fails, and tells of the lock. Asked with an id that no lock has, it changes nothing, and
starts no provider. Not every backend compares, so no other one is asked.
Source: `Unlock` in internal/backend/remote-state/s3/client.go, of Terraform and of OpenTofu.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from python_terraform import IsFlagged

from xyztf.errors import Problem
from xyztf.terraform.events import squeezed
from xyztf.terraform.workspace import TerraformFailed, Workspace

ASKING = "xyztf-asks-who-holds-it"
"""The id of no lock: Terraform's are UUIDs."""
TIMEOUT_SECONDS = 60.0

NO_LOCK = re.compile(r"NoSuchKey|no lock info found|Lock Info:\s+ID:\s+Path:")
"""How it says that there is none: S3's own word, DynamoDB's, and OpenTofu's empty lock."""
LOCK = re.compile(
    r"Lock Info:\s+ID:\s*(?P<id>.*?)\s*Path:\s*(?P<path>.*?)\s*Operation:\s*(?P<operation>.*?)\s*"
    r"Who:\s*(?P<who>.*?)\s*Version:\s*(?P<version>.*?)\s*"
    r"Created:\s*(?P<created>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) (?P<offset>[+-]\d{4})"
)
"""What `LockInfo.String` in internal/states/statemgr/locker.go prints, also where its lines were made into one."""
OPERATION = "OperationType"


@dataclass(frozen=True, slots=True)
class LockInfo:
    """A lock: which, on what, and who took it, when, with which Terraform, to do what ("apply", "plan" ...)."""

    id: str
    path: str
    operation: str
    who: str
    version: str
    created: datetime

    def described(self, now: datetime) -> str:
        """In words: "apply by ann@laptop since 2026-11-25 08:00 UTC, 12 minutes ago"."""
        since = f"{self.created:%Y-%m-%d %H:%M} {self.created.tzname()}"
        return f"{self.operation} by {self.who} since {since}, {_ago(self.seconds(now))}"

    def short(self, now: datetime) -> str:
        """In fewer words: "apply by ann@laptop, 12 minutes ago"."""
        return f"{self.operation} by {self.who}, {_ago(self.seconds(now))}"

    def seconds(self, now: datetime) -> float:
        """How long it has been held."""
        return (now - self.created).total_seconds()


class NotThisLock(TerraformFailed):
    """The lock to be released is gone, or is another one by now."""


def holder(workspace: Workspace, timeout_seconds: float = TIMEOUT_SECONDS) -> LockInfo | None:
    """The lock on the stack's state; None when nobody holds it. The workspace must be initialised.

    Raises TerraformFailed when it cannot be told: the backend is out of reach, the lock cannot be read, or the backend
    is not S3.
    """
    text = _force_unlock(workspace, ASKING, timeout_seconds)
    lock = lock_in(text)
    if lock is None and text and not NO_LOCK.search(text):
        _fail(workspace, text)
    return lock


def release(workspace: Workspace, lock_id: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
    """Release exactly this lock, whoever holds it. The workspace must be initialised.

    Raises NotThisLock, with nothing changed, when the state is not locked, or is by another lock; TerraformFailed when
    the backend is out of reach or is not S3.
    """
    text = _force_unlock(workspace, lock_id, timeout_seconds)
    if not text:
        return
    other = lock_in(text)
    if other and other.id != lock_id:
        message = f"the lock is another one by now: {other.id}, {other.operation} by {other.who}"
        raise NotThisLock(Problem(message, workspace.place, "nothing was released"))
    if NO_LOCK.search(text):
        raise NotThisLock(Problem("the state is not locked", workspace.place, "nothing was released"))
    _fail(workspace, text)


def lock_in(text: str) -> LockInfo | None:
    """The lock that a message of Terraform's tells of, such as "Error acquiring the state lock"; None without one."""
    found = LOCK.search(text)
    if found is None:
        return None
    # Whoever may write to the bucket decides on these words, and they go to a terminal.
    words = {name: "".join(filter(str.isprintable, value)) for name, value in found.groupdict().items()}
    if not words["id"]:
        return None
    return LockInfo(
        words["id"],
        words["path"],
        words["operation"].removeprefix(OPERATION).lower() or "unknown",
        words["who"] or "unknown",
        words["version"],
        datetime.fromisoformat(f"{words['created']}{words['offset']}"),
    )


def _force_unlock(workspace: Workspace, lock_id: str, timeout_seconds: float) -> str:
    """What Terraform objects to; nothing when it released the lock, or when the stack's state has no locks."""
    backend = _backend(workspace)
    if backend != "s3":
        hint = "a lock on a local state ends with its process" if backend == "local" else None
        _fail(workspace, f"who holds the lock cannot be told: the state's backend is {backend}, not s3", hint)
    try:
        code, _, err = workspace.run(
            "force-unlock", lock_id, force=IsFlagged, no_color=IsFlagged, timeout_seconds=timeout_seconds
        )
    except TimeoutError:
        _fail(workspace, f"the state's backend did not answer in {timeout_seconds:g} seconds")
    return err or f"terraform force-unlock failed without a word (exit code {code})" if code else ""


def _backend(workspace: Workspace) -> str:
    """The kind of backend that the workspace was initialised with, from where Terraform keeps it."""
    try:
        return str(json.loads((workspace.private / "data" / "terraform.tfstate").read_text("utf-8"))["backend"]["type"])
    except FileNotFoundError:
        return "local"
    except (OSError, ValueError, KeyError, TypeError):
        return "unknown"


def _fail(workspace: Workspace, text: str, hint: str | None = None) -> NoReturn:
    message = squeezed(text).removeprefix("Failed to unlock state: ").removeprefix("Error: ")
    raise TerraformFailed(Problem(f"the state's lock: {message}", workspace.place, hint))


def _ago(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count = int(seconds // size)
        if count >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
