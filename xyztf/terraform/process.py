"""A child process that can be stopped cleanly: in a group of its own, its two streams apart, read line by line."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

GRACE_SECONDS = 30.0
"""How long an interrupted Terraform may take to finish what it began and to release its lock."""

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
        self._processes: set[subprocess.Popen[str]] = set()
        self._stopping = False

    def start(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        with self._lock:
            if self._stopping:
                raise InterruptedError
            process = subprocess.Popen(
                arguments,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            self._processes.add(process)
            return process

    def done(self, process: subprocess.Popen[str]) -> None:
        with self._lock:
            self._processes.discard(process)

    def stop(self, grace_seconds: float) -> None:
        """Interrupt every process, wait, and kill what is left. A second Ctrl-C kills at once."""
        with self._lock:
            self._stopping = True
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


RUNNING = _Running()


def send(process: subprocess.Popen[str], number: signal.Signals) -> None:
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
) -> Finished:
    """Run a command to its end; `on_line` gets each line of its stdout as it comes.

    Raises TimeoutError, after the process was stopped, when it takes longer than `timeout_seconds`; OSError when it
    cannot be started; InterruptedError when everything is being stopped.
    """
    process = RUNNING.start(arguments, folder, environment)
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        err: list[str] = []
        out: list[str] = []
        readers = [
            threading.Thread(target=_read, args=(process.stdout, out, on_line), daemon=True),
            threading.Thread(target=_read, args=(process.stderr, err, None), daemon=True),
        ]
        for reader in readers:
            reader.start()
        try:
            code = process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{arguments[0]} took longer than {timeout_seconds:g} seconds") from None
        for reader in readers:
            reader.join()
        return Finished(code, "".join(out), "".join(err))
    except BaseException:
        _end(process)
        raise
    finally:
        RUNNING.done(process)


def _read(stream: IO[str], lines: list[str], on_line: OnLine | None) -> None:
    for line in stream:
        lines.append(line)
        if on_line:
            on_line(line.rstrip("\n"))


def _end(process: subprocess.Popen[str]) -> None:
    """Interrupt, so that Terraform releases its lock; kill what does not end."""
    send(process, signal.SIGINT)
    try:
        process.wait(GRACE_SECONDS)
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        send(process, signal.SIGKILL)
        process.wait()
