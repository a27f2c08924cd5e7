"""Carries changes out: each file is replaced in one step, so that a run killed at any moment leaves old or new ones."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from xyztf.errors import Location, Problem, XyztfError
from xyztf.render.change import EDITED, TEMPORARY, Change


class WriteError(XyztfError):
    """The system refused to write: a full disk, missing permission, a read-only file system."""


def apply(project: Path, changes: Iterable[Change]) -> list[str]:
    """Write and remove what `changes` say, keeping a copy of every file edited by hand.

    Returns the paths of these copies, relative to the project. Raises WriteError at the first file that cannot be
    written; the files before it are new, it and those after it are as they were, and the next run continues.
    """
    kept = []
    for change in changes:
        place = project / change.path
        try:
            if change.edited and change.old is not None:
                kept.append(_keep(project, change.path, change.old))
            if change.new is None:
                _remove(project, place)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                _replace(place, change.new)
        except OSError as error:
            raise WriteError(
                Problem(
                    f"cannot be written: {error.strerror or error}",
                    Location(change.path),
                    "files before it are rendered, the others as they were: put this right and render again",
                )
            ) from error
    return kept


def _replace(place: Path, content: bytes) -> None:
    """Write beside, then rename over: readers see the old file or the new one. 0600 of mkstemp becomes the usual."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{place.name}.", suffix=TEMPORARY, dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o666 & ~_umask())
        os.replace(temporary, place)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _remove(project: Path, place: Path) -> None:
    """Remove a file, and the folders above it that are empty then."""
    place.unlink(missing_ok=True)
    for folder in place.parents:
        if project in (folder.parent, folder):
            return
        try:
            folder.rmdir()
        except OSError:
            return


def _keep(project: Path, path: str, content: bytes) -> str:
    """Put an edited file aside, numbered, in a folder that git ignores."""
    folder = project / EDITED
    folder.mkdir(parents=True, exist_ok=True)
    ignore = project / ".xyztf" / ".gitignore"
    if not ignore.exists():
        _replace(ignore, b"*\n")
    number = 1
    while (copy := folder / f"{path.replace('/', '__')}.{number}").exists():
        number += 1
    _replace(copy, content)
    return copy.relative_to(project).as_posix()


@contextlib.contextmanager
def exclusive(project: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the project's render lock; calls `waiting` if another run holds it. The system frees it at death.

    The lock is on the project's own folder, so that no file is left behind. What is to be written must be found out
    under the lock, as another run may have changed what is there.
    """
    descriptor = os.open(project, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            pass  # some network file systems cannot lock a folder: go on without
        yield
    finally:
        os.close(descriptor)
