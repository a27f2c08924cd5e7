"""The log of a run that talks to Terraform: a private file, plain text, a time on each line. The newest are kept.

It holds what is printed, and what goes by too quickly to be printed; nothing that may not be printed. That it cannot be
written is told once, and is no reason to stop: an apply must not end half done for want of disk space.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xyztf
from xyztf.target import working_folder
from xyztf.terraform.workspace import PRIVATE

KEPT = 20
FOLDER = "logs"
NOBODY = "-"
"""Stands where a stack's name would, for what is of no one stack."""


class Log:
    """One run's log. `path` is None when there is none, as it could not be begun."""

    def __init__(
        self, root: Path, target: str, environment: str, command: Sequence[str], failed: Callable[[str], None]
    ) -> None:
        """Begin the log of `command` (as typed, without the program's name); `failed` is told when it cannot be."""
        self._began = time.monotonic()
        self._failed = failed
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self.path: Path | None = None
        try:
            folder = working_folder(root, target, environment, FOLDER)
            folder.chmod(PRIVATE)
            what = command[0] if command and command[0].isalpha() else "run"
            path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{what}-{os.getpid()}.log"
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
            self.path = path
            _drop_old(folder)
        except OSError as error:
            self._give_up(error)
        self.write(NOBODY, f"xyztf {xyztf.__version__}, process {os.getpid()}: xyztf {' '.join(command)}")

    def write(self, stack: str, text: str) -> None:
        """A message about a stack, or about NOBODY; the lines of a long one are indented."""
        with self._lock:
            if self._descriptor is None:
                return
            first, *rest = text.splitlines() or [""]
            lines = [f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {stack} {first}", *(f"    {line}" for line in rest)]
            try:
                # Not buffered: whatever ends this process, what was said before is there.
                os.write(self._descriptor, ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))
                return
            except OSError as error:
                trouble = error
                self._close()
        self._give_up(trouble)

    def end(self, code: int) -> None:
        """The last line: how it ended, and how long it took."""
        self.write(NOBODY, f"exit code {int(code)} after {time.monotonic() - self._began:.0f} s")
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _give_up(self, error: OSError) -> None:
        self._failed(f"no log from here on: {error.strerror or error}")


def _drop_old(folder: Path) -> None:
    """Keep the newest. The names begin with the time; the same old one may be dropped by two runs at once."""
    for path in sorted(folder.glob("*.log"), reverse=True)[KEPT:]:
        path.unlink(missing_ok=True)
