"""A child process that can be stopped cleanly: in a group of its own, its two streams apart, read line by line.

What it prints goes into files and not through pipes: when xyztf is killed, a Terraform that writes to a pipe nobody
reads dies of it on the spot, with its lock held and its state not written.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from xyztf.terraform import guardian

GRACE_SECONDS = guardian.GRACE_SECONDS
"""How long an interrupted Terraform may take to finish what it began and to release its lock."""
LOOK_SECONDS = 0.1
"""How often what a process prints is looked at while it runs."""

OnLine = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finished:
    """How a process ended, and what it printed."""

    code: int
    out: str
    err: str


class _Running:
    """The processes that run now, so that an interrupt reaches all of them, whichever threads wait for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._stopping = False
        self.stopped = False
        """Whether everything was told to stop at some time: what ended since then may not have ended by itself."""
        self._guardian: subprocess.Popen[bytes] | None = None

    def start(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        out: IO[bytes],
        err: IO[bytes],
        lock: int | None,
    ) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopping:
                raise InterruptedError
            if lock is not None:
                self._watch()
            process = subprocess.Popen(
                arguments,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                pass_fds=() if lock is None else (lock,),
                start_new_session=True,
            )
            self._processes.add(process)
            self._tell(f"+{process.pid}\n")
            return process

    def done(self, process: subprocess.Popen[bytes]) -> None:
        """Forget a process that has ended."""
        with self._lock:
            self._processes.discard(process)
            self._tell(f"-{process.pid}\n")

    def stop(self, grace_seconds: float) -> None:
        """Interrupt every process, wait, and kill what is left. A second Ctrl-C kills at once."""
        with self._lock:
            self._stopping = self.stopped = True
            processes = list(self._processes)
        try:
            for process in processes:
                send(process, signal.SIGINT)
            for process in processes:
                process.wait(grace_seconds)
        except (KeyboardInterrupt, subprocess.TimeoutExpired):
            pass
        finally:
            for process in processes:
                send(process, signal.SIGKILL)
            with self._lock:
                self._stopping = False

    def _watch(self) -> None:
        """Start the guardian, if it does not watch already."""
        if self._guardian is None or self._guardian.poll() is not None:
            self._guardian = subprocess.Popen(
                [sys.executable, "-I", "-S", guardian.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def _tell(self, line: str) -> None:
        """Tell the guardian. Should somebody have killed it, we go on without."""
        if self._guardian is not None and self._guardian.stdin is not None:
            with suppress(OSError):
                self._guardian.stdin.write(line.encode())
                self._guardian.stdin.flush()


RUNNING = _Running()


def send(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to the process and its children; nothing happens when they have ended."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def run(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    on_line: OnLine | None = None,
    timeout_seconds: float | None = None,
    *,
    journal: Path | None = None,
    lock: int | None = None,
) -> Finished:
    """Run a command to its end; `on_line` gets each line of its stdout as it comes.

    `journal` is a file in which its stdout stays, whatever becomes of us. `lock` is a descriptor that the process and
    its children hold as well, so that a lock on it tells whether any of them lives; a process that has one is stopped
    when we are killed.

    Raises TimeoutError, after the process was stopped, when it takes longer than `timeout_seconds`; OSError when it
    cannot be started; InterruptedError when everything is being stopped.
    """
    with journal.open("w+b") if journal else tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = RUNNING.start(arguments, folder, environment, out, err, lock)
        try:
            with _Lines(out, on_line):
                code = process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            raise TimeoutError(f"{arguments[0]} took longer than {timeout_seconds:g} seconds") from None
        except BaseException:
            _end(process)
            raise
        finally:
            RUNNING.done(process)
        return Finished(code, _text(out), _text(err))


class _Lines:
    """Gives the lines of a file to `on_line` while they come. Reads at places of its own: the writer's stays."""

    def __init__(self, file: IO[bytes], on_line: OnLine | None) -> None:
        self._file = file
        self._on_line = on_line
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> None:
        if self._on_line:
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        if self._on_line:
            self._ended.set()
            self._thread.join()

    def _follow(self) -> None:
        assert self._on_line is not None
        position, rest = 0, b""
        while True:
            last = self._ended.wait(LOOK_SECONDS)
            while content := os.pread(self._file.fileno(), 1 << 16, position):
                position += len(content)
                *lines, rest = (rest + content).split(b"\n")
                for line in lines:
                    self._on_line(line.decode("utf-8", "replace"))
            if last:
                if rest:
                    self._on_line(rest.decode("utf-8", "replace"))
                return


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Interrupt, so that Terraform releases its lock; kill what does not end."""
    send(process, signal.SIGINT)
    try:
        process.wait(GRACE_SECONDS)
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        send(process, signal.SIGKILL)
        process.wait()
