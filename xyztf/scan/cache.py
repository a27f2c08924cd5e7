"""Verdicts kept by the content of everything that they hang on. With one, no interpreter is started.

An entry's name is a digest of the root's files and those of the modules it calls, of its place, of the seed, of the
driver's code and of the interpreter: every file that checkov was loaded from, by size and time, as Python itself looks
at them. What is damaged, or could have been written by somebody else, is no entry.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from xyztf.private import write_private
from xyztf.scan.checks import TRIED
from xyztf.scan.roots import reached
from xyztf.scan.run import SEED, Answer, interpreter, scan

KEPT = 256
"""How many entries stay; the oldest go."""
_SETTLED_NS = 50_000_000
"""What changed so shortly before the scan could change again without its time showing it."""
_HERE = os.path.dirname(os.path.abspath(__file__))


def verdicts(
    roots: Sequence[Path], shown_from: Path, folder: Path | None, meanwhile: Callable[[], object] = lambda: None
) -> Answer:
    """Those of every root, in the order given: kept ones where they hold, the others from a scan, as far as `folder` is
    one to keep them in. Only failed and skipped checks are in the records. `meanwhile` is called while a scan runs.

    Raises ScanFailed.
    """
    python = interpreter()
    if folder is None:
        return _shortened(scan(roots, python, shown_from, meanwhile=meanwhile))
    began = time.time_ns()
    known = _interpreter(folder, python)
    before = {root: _content(str(root)) for root in roots}
    kept = {root: _recall(folder, _name(known[1], before[root])) for root in roots} if known else {}
    missing = [root for root in roots if kept.get(root) is None]
    if known and not missing:
        answer, _ = known
        return Answer(answer["version"], answer["checks"], tuple(answer["watched"]), tuple(map(_whole, kept.values())))
    said = _shortened(scan(missing, python, shown_from, meanwhile=meanwhile))
    state = _keep_interpreter(folder, python, said, began)
    if state and known and state != known[1] and len(missing) < len(roots):
        # What was kept is of another interpreter: it has been changed while we looked.
        return verdicts(roots, shown_from, None)
    new = dict(zip(missing, said.roots, strict=True))
    if state:
        for root in missing:
            # Edited while it was scanned: nobody knows which text the verdict is of.
            if _content(str(root)) == before[root]:
                _keep(folder, _name(state, before[root]), new[root])
        _forget(folder)
    found = [new[root] if root in new else _whole(kept[root]) for root in roots]
    return Answer(said.version, said.checks, said.watched, tuple(found))


def _shortened(answer: Answer) -> Answer:
    told = [
        {**root, "records": [each for each in root["records"] if each["result"] in ("failed", "skipped")]}
        for root in answer.roots
    ]
    return Answer(answer.version, answer.checks, answer.watched, tuple(told))


def _whole(entry: dict[str, Any] | None) -> dict[str, Any]:
    assert entry is not None
    return entry


def _content(root: str) -> str:
    """A digest of all files that a root's verdicts hang on, and of where they are."""
    digest = hashlib.sha256(root.encode("utf-8", "surrogateescape"))
    for folder, names in sorted(reached(root).items()):
        for name in names:
            path = os.path.join(folder, name)
            digest.update(b"\0" + path.encode("utf-8", "surrogateescape") + b"\0")
            try:
                with open(path, "rb") as file:
                    digest.update(hashlib.sha256(file.read()).digest())
            except OSError as error:
                digest.update(str(error.errno).encode())
        digest.update(b"\1")
    return digest.hexdigest()


def _name(interpreter_state: str, content: str) -> str:
    return hashlib.sha256("\0".join((SEED, _driver(), interpreter_state, content)).encode()).hexdigest()


@cache
def _driver() -> str:
    """Of all code that makes a verdict of what checkov says, by content."""
    digest = hashlib.sha256(repr(TRIED).encode())
    for folder in (os.path.join(_HERE, "driver"), _HERE):
        for name in sorted(os.listdir(folder)):
            if name.endswith(".py"):
                with open(os.path.join(folder, name), "rb") as file:
                    digest.update(file.read())
    return digest.hexdigest()


def state_of(paths: Iterable[str], since_ns: int | None = None) -> str | None:
    """A digest of the sizes and times of files and folders; None where one changed after `since_ns`."""
    states = []
    newest = 0
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            states.append("-")
        else:
            states.append(f"{status.st_mtime_ns} {status.st_size} {status.st_ino}")
            newest = max(newest, status.st_mtime_ns)
    if since_ns is not None and newest > since_ns - _SETTLED_NS:
        return None
    return hashlib.sha256("\n".join(states).encode()).hexdigest()


def _interpreter_path(folder: Path, python: str) -> Path:
    return folder / "scan" / f"python-{hashlib.sha256(python.encode()).hexdigest()[:32]}.json"


def _interpreter(folder: Path, python: str) -> tuple[dict[str, Any], str] | None:
    """What is known of an interpreter and its state; None when nothing is, or it has changed."""
    entry = _read(_interpreter_path(folder, python))
    try:
        if entry is None or entry["python"] != python or entry["version"] not in TRIED:
            return None
        state = state_of(entry["watched"])
        return (entry, state) if state is not None and state == entry["state"] else None
    except (KeyError, TypeError):
        return None


def _keep_interpreter(folder: Path, python: str, answer: Answer, began: int) -> str | None:
    state = state_of(answer.watched, began)
    if state is not None:
        entry = {
            "python": python,
            "version": answer.version,
            "checks": answer.checks,
            "watched": answer.watched,
            "state": state,
        }
        _write(_interpreter_path(folder, python), entry)
    return state


def _recall(folder: Path, name: str) -> dict[str, Any] | None:
    entry = _read(folder / "scan" / f"{name}.json")
    try:
        if entry is None or entry["name"] != name:
            return None
        root: dict[str, Any] = entry["root"]
        return root
    except (KeyError, TypeError):
        return None


def _keep(folder: Path, name: str, root: dict[str, Any]) -> None:
    _write(folder / "scan" / f"{name}.json", {"name": name, "root": root})


def _read(path: Path) -> dict[str, Any] | None:
    """A JSON document that we alone can have written, whole; None otherwise."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        try:
            digest, _, text = file.read().partition(b"\n")
            if digest.decode("ascii") != hashlib.sha256(text).hexdigest():
                return None
            found = json.loads(text)
        except (OSError, ValueError):
            return None
    return found if isinstance(found, dict) else None


def _write(path: Path, document: dict[str, Any]) -> None:
    """That it cannot be written is no failure."""
    text = json.dumps(document).encode()
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, hashlib.sha256(text).hexdigest().encode() + b"\n" + text)


def _forget(folder: Path) -> None:
    with suppress(OSError):
        entries = sorted((folder / "scan").glob("*.json"), key=lambda path: path.stat().st_mtime)
        for old in entries[:-KEPT]:
            old.unlink(missing_ok=True)
