"""Starting, finding and stopping the process that stands for AWS. It outlives the command that starts it."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from xyztf import __version__
from xyztf.errors import Problem
from xyztf.private import write_private
from xyztf.sandbox.environment import PROXIES
from xyztf.sandbox.header import checked
from xyztf.sandbox.state import Place, Record, SandboxError, locked, prove

START_SECONDS = 60.0
NOWHERE = "http://127.0.0.1:9"
SAVE_SECONDS = 120.0
IDLE_SECONDS = 12 * 3600.0
"""A sandbox that nobody calls for so long keeps what there is and ends."""


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that answers."""

    place: Place
    record: Record

    @property
    def endpoint(self) -> str:
        """The one address of all of its services."""
        return self.record.endpoint


def start(place: Place, account_id: str, idle_seconds: float = IDLE_SECONDS) -> Running:
    """The sandbox of an environment, started if it does not run, with what there was when it was last stopped.

    Two that start at once get the same one. Raises SandboxError when it cannot be started, when what there was cannot
    be brought back, and when it runs for another account.
    """
    place.prepare()
    with locked(place.changing):
        running = find(place)
        if running and running.record.version != version():
            _stop(place)
            running = None
        if running is None:
            _launch(place, account_id, idle_seconds)
            running = find(place)
    if running is None:
        raise SandboxError(Problem("the sandbox ended as soon as it had started", hint=f"its log: {place.log}"))
    if running.record.account_id != account_id:
        raise SandboxError(
            Problem(
                f"the sandbox of {place.environment} stands for the account {running.record.account_id}, "
                f"and the environment's is now {account_id}",
                hint="start afresh with: xyztf sandbox reset",
            )
        )
    return running


def find(place: Place) -> Running | None:
    """The sandbox that runs, or None. Raises SandboxError when its process lives and does not answer."""
    until = time.monotonic() + START_SECONDS
    while place.lives():
        record = place.read_record()
        if record and answers(record):
            return Running(place, record)
        if time.monotonic() > until:
            hint = f"its log: {place.log}; xyztf sandbox reset ends it"
            raise SandboxError(Problem(f"the sandbox of {place.environment} does not answer", hint=hint))
        time.sleep(0.05)
    return None


def answers(record: Record, timeout: float = 5.0) -> bool:
    """Whether the process at the record's port is the record's: it proves that it knows the token, and is not told."""
    challenge = secrets.token_hex(16)
    try:
        status, body = _ask(record, "GET", f"health?challenge={challenge}", timeout)
    except (OSError, http.client.HTTPException):
        return False
    return status == 200 and secrets.compare_digest(body, prove(record.token, challenge))


def stop(place: Place) -> bool:
    """Stop the sandbox, keeping what there is; gives whether there was one.

    Raises SandboxError, and leaves it running, when what there is cannot be kept.
    """
    if not place.folder.is_dir():
        return False
    with locked(place.changing):
        return _stop(place)


def save(running: Running) -> None:
    """Keep what there is now, in `place.snapshot`. Raises SandboxError when that cannot be done."""
    _command(running, "save")


def reset(place: Place) -> None:
    """End the sandbox, whatever state it is in, and forget what there was. The port is kept."""
    if not place.folder.is_dir():
        return
    with locked(place.changing):
        record = place.read_record()
        if record and place.lives():
            # It holds the lock, so it lives, and the number is its own.
            with suppress(ProcessLookupError):
                os.kill(record.pid, signal.SIGKILL)
            _wait_for_end(place, 10.0)
        for path in (place.record, place.snapshot, place.outage, place.unsupported, place.log):
            path.unlink(missing_ok=True)


def save_to(place: Place, file: Path) -> None:
    """Write what there is, running or stopped, into `file`, for `restore`. Raises SandboxError when it cannot."""
    running = find(place) if place.folder.is_dir() else None
    if running:
        save(running)
    try:
        content = place.snapshot.read_bytes()
    except FileNotFoundError:
        hint = f"put something into it: xyztf up {place.environment} --sandbox"
        raise SandboxError(Problem(f"the sandbox of {place.environment} holds nothing", hint=hint)) from None
    try:
        write_private(file, content)
    except OSError as error:
        raise SandboxError(Problem(f"{file} cannot be written: {error.strerror}")) from error


def restore(place: Place, file: Path, account_id: str) -> Running:
    """Start the sandbox with what `save_to` wrote, in the place of what there is.

    Raises SandboxError, before anything has changed, for a file that does not fit: of another account or moto.
    """
    hint = f"make it anew with: xyztf sandbox save {place.environment} {file}"
    checked(file, account_id, hint)
    content = file.read_bytes()
    reset(place)
    place.prepare()
    write_private(place.snapshot, content)
    return start(place, account_id)


def unsupported(place: Place) -> list[dict[str, str]]:
    """The calls that the sandbox could not answer as AWS would, oldest first."""
    try:
        lines = place.unsupported.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in lines]


def version() -> str:
    """What a running process must have been started by, to be used: a new version brings other patches."""
    return f"{__version__} on Python {sys.version_info[0]}.{sys.version_info[1]}"


def _launch(place: Place, account_id: str, idle_seconds: float) -> None:
    """Start the process, in a session of its own, and wait for its word that it is ready."""
    arguments = [str(place.folder), place.environment, account_id, version(), f"{idle_seconds:g}"]
    with place.log.open("ab") as log:
        place.log.chmod(0o600)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "xyztf.sandbox.process", *arguments],
            cwd=place.folder,
            env=_inner_environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    assert process.stdout is not None
    with process.stdout:
        message = _first_line(process.stdout, START_SECONDS)
    if message.get("ready"):
        return
    if not message:
        process.kill()
        process.wait()
    problem = message.get("problem") or f"the sandbox does not start: {_tail(place.log)}"
    missing = "it needs more than xyztf alone: pip install 'xyztf[sandbox]'" if "No module named" in problem else None
    raise SandboxError(Problem(problem, hint=message.get("hint") or missing or f"its log: {place.log}"))


def _inner_environment(surroundings: Mapping[str, str]) -> dict[str, str]:
    """The process needs nothing of the user's AWS: moto asks boto3 for regions, which would read profiles.

    Nor does it reach anybody: moto would call the web addresses that subscribe to a topic. And no web page may read it.
    """
    ours = ("AWS_", "BOTO", "MOTO_")
    kept = {name: value for name, value in surroundings.items() if not name.upper().startswith(ours)}
    kept = {name: value for name, value in kept.items() if not name.upper().endswith("_PROXY")}
    package = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [package, surroundings.get("PYTHONPATH")]))
    return {
        **kept,
        **dict.fromkeys(PROXIES, NOWHERE),
        "PYTHONPATH": path,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "MOTO_DISABLE_GLOBAL_CORS": "true",
    }


def _first_line(stream: IO[bytes], seconds: float) -> dict[str, str]:
    """What the process says first; nothing when it ends, or is silent for too long."""
    if not select.select([stream], [], [], seconds)[0]:
        return {}
    try:
        message: dict[str, str] = json.loads(stream.readline())
    except ValueError:
        return {}
    return message


def _tail(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it says nothing")


def _stop(place: Place) -> bool:
    running = find(place)
    if running is None:
        place.record.unlink(missing_ok=True)
        return False
    _command(running, "stop")
    if not _wait_for_end(place, 10.0):
        os.kill(running.record.pid, signal.SIGKILL)
    return True


def _command(running: Running, name: str) -> None:
    try:
        status, body = _ask(running.record, "POST", name, SAVE_SECONDS)
    except (OSError, http.client.HTTPException) as error:
        raise _not_kept(running.place, str(error)) from error
    if status != 200:
        raise _not_kept(running.place, body)


def _not_kept(place: Place, why: str) -> SandboxError:
    hint = f"it still runs; its log: {place.log}; xyztf sandbox reset ends it without keeping anything"
    return SandboxError(Problem(f"what the sandbox of {place.environment} holds could not be kept: {why}", hint=hint))


def _wait_for_end(place: Place, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while place.lives():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _ask(record: Record, method: str, path: str, timeout: float) -> tuple[int, str]:
    """Speak to the process itself, past any proxy."""
    connection = http.client.HTTPConnection("127.0.0.1", record.port, timeout=timeout)
    token = {"X-Xyztf-Token": record.token} if method == "POST" else {}
    try:
        connection.request(method, f"/_xyztf/{path}", headers=token)
        response = connection.getresponse()
        return response.status, response.read(4096).decode("utf-8", "replace")
    finally:
        connection.close()
