"""Remembers that a check found nothing to change, so that the next one need only look at sizes and times.

A stamp lists every file and folder that the answer hangs on (environments, templates, xyztf itself, what was rendered)
and holds one fingerprint of their sizes, times and inodes. Any difference, and the check is done in full. This module
is on the fast path of `xyztf render --check`: it may import nothing that takes time (docs/decisions/0006-stamp.md).
"""

from __future__ import annotations

import os
import sys
import time

import xyztf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FORMAT = f"xyztf {xyztf.__version__} stamp 1 python {sys.hexversion:x}"
SETTLED_NS = 50_000_000
"""A file that changed so shortly before the check began could change again without its times showing it."""


def answer(root: str, names: Sequence[str]) -> str | None:
    """What the last check of `names` (none: all environments) in the project at `root` said, if that still holds."""
    try:
        with open(place(root, names), encoding="utf-8", errors="surrogateescape") as file:
            form, key, fingerprint, told, *paths = file.read().split("\n")
        if form != FORMAT or key != _key(root, names):
            return None
        return told if fingerprint == str(_fingerprint(root, paths)) else None
    except (OSError, ValueError):
        return None


def remember(root: str, names: Sequence[str], paths: Iterable[str], told: str, since_ns: int) -> None:
    """Keep `told` as the answer for as long as none of `paths` (relative to `root`, or absolute) changes.

    `since_ns` is when the check began (time.time_ns): if anything changed since, nothing is kept. A cache that cannot
    be written is done without.
    """
    listed = sorted(set(paths))
    if any("\n" in path for path in (*listed, root, told)) or _newest(root, listed) > since_ns - SETTLED_NS:
        return
    path = place(root, names)
    temporary = f"{path}.{os.getpid()}"
    try:
        text = "\n".join((FORMAT, _key(root, names), str(_fingerprint(root, listed)), told, *listed))
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(temporary, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError:
        return


def started() -> int:
    """The time for `since_ns`."""
    return time.time_ns()


def _fingerprint(root: str, paths: Iterable[str]) -> int:
    """One number for the state of all paths. Python's hash of numbers does not depend on the process."""
    stat = os.stat
    state = []
    folder = os.open(root, os.O_RDONLY)
    try:
        for path in paths:
            try:
                status = stat(path, dir_fd=folder)
            except OSError:
                state.append(0)
            else:
                state.append(hash((status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)))
    finally:
        os.close(folder)
    return hash(tuple(state))


def _newest(root: str, paths: Iterable[str]) -> int:
    newest = 0
    for path in paths:
        try:
            newest = max(newest, os.stat(os.path.join(root, path)).st_ctime_ns)
        except OSError:
            continue
    return newest


def _key(root: str, names: Sequence[str]) -> str:
    return "\0".join((root, *names))


def place(root: str, names: Sequence[str]) -> str:
    """The file in which an answer is kept."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return f"{cache}/xyztf/render/{_short(_key(root, names))}"


def _short(text: str) -> str:
    """A file name for `text` (FNV-1a; the stamp holds the text itself, so a collision only costs time)."""
    number = 0xCBF29CE484222325
    for byte in text.encode("utf-8", "surrogateescape"):
        number = (number ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{number:016x}"
