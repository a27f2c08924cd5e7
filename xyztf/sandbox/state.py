"""Where the sandbox of an environment keeps its things, and the process that serves it.

Whether that process lives is told by a lock that it holds until it ends, however it ends, and not by its number: the
system gives numbers out again.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import math
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from xyztf.errors import Problem, XyztfError
from xyztf.private import write_private

NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")


class SandboxError(XyztfError):
    """The sandbox cannot be started, stopped, or brought back."""


@dataclass(frozen=True, slots=True)
class Record:
    """A process that serves a sandbox, and what proves that it is ours."""

    pid: int
    port: int
    token: str
    account_id: str
    version: str
    started: str

    @property
    def endpoint(self) -> str:
        """Where it answers. The address is numeric: for a name, SDKs put the bucket before it."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Place:
    """The private folder of one environment's sandbox, in the user's cache folder."""

    folder: Path
    environment: str

    @classmethod
    def of(cls, project: Path, environment: str) -> Place:
        """The place for an environment of the project at `project`; two projects or environments share nothing."""
        if not NAME.fullmatch(environment):
            raise SandboxError(Problem(f"{environment!r} cannot be the name of an environment"))
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        key = hashlib.sha256(os.fsencode(project.resolve())).hexdigest()[:12]
        return cls(Path(cache) / "xyztf" / "sandbox" / f"{key}-{environment}", environment)

    @property
    def record(self) -> Path:
        """Which process serves, with its token."""
        return self.folder / "server.json"

    @property
    def port(self) -> Path:
        """The port of last time. The next process takes it again if it is free, so that people find it there."""
        return self.folder / "port"

    @property
    def log(self) -> Path:
        """What the process says."""
        return self.folder / "server.log"

    @property
    def unsupported(self) -> Path:
        """The calls that were not supported, one JSON object per line."""
        return self.folder / "unsupported.jsonl"

    @property
    def snapshot(self) -> Path:
        """What there was when the process was last stopped."""
        return self.folder / "snapshot"

    @property
    def outage(self) -> Path:
        """The regions that are out of reach, as a JSON list; not there when all are in reach."""
        return self.folder / "outage.json"

    @property
    def alive(self) -> Path:
        """Locked by the process while it lives."""
        return self.folder / "alive.lock"

    @property
    def changing(self) -> Path:
        """Locked by the command that starts or stops the process."""
        return self.folder / "changing.lock"

    def prepare(self) -> None:
        """Make the folder, for this user alone. A snapshot is read as code: nobody else may write one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.folder.stat().st_uid != os.getuid() or self.folder.is_symlink():
            hint = "remove it, or let XDG_CACHE_HOME name a folder of your own"
            raise SandboxError(Problem(f"{self.folder} belongs to somebody else", hint=hint))
        self.folder.chmod(0o700)

    def read_record(self) -> Record | None:
        """The record, if there is one that can be read. It may be of a process that has ended."""
        try:
            return Record(**json.loads(self.record.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write_record(self, record: Record) -> None:
        """Write the record, for this user alone."""
        write_private(self.record, json.dumps(asdict(record)).encode())

    def lives(self) -> bool:
        """Whether a process serves here, or is about to."""
        with suppress(FileNotFoundError), self.alive.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False


def prove(token: str, challenge: str) -> str:
    """What only a process that knows the token can answer to a challenge."""
    return hmac.new(token.encode(), challenge.encode(), hashlib.sha256).hexdigest()


@contextmanager
def locked(path: Path, seconds: float = math.inf) -> Iterator[None]:
    """Hold a lock. Raises BlockingIOError when others hold it for longer than `seconds`."""
    until = time.monotonic() + seconds
    with path.open("ab") as file:
        path.chmod(0o600)
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
        yield
