"""Where a workflow goes, whether it is what it should be, and writing it."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from xyztf.ci.workflow import MARK
from xyztf.errors import Location, Problem, UnsafeWrite

DEFAULT = Path(".github") / "workflows" / "xyztf.yml"


@dataclass(frozen=True, slots=True)
class Place:
    """The workflow's `file`; `folder` is the project's place in the repository ("." for its top)."""

    file: Path
    folder: str
    named: str | None
    """The file from the project's folder, where it is not the one that GitHub looks for first."""
    shown: str

    @classmethod
    def of(cls, root: Path, out: Path | None) -> Place:
        """The place for the project in `root`: `out`, or where GitHub looks, from the top of the repository."""
        top = _top(root)
        file = Path(os.path.abspath(top / DEFAULT if out is None else out))
        shown = Path(os.path.relpath(file, root)).as_posix()
        return cls(file, root.relative_to(top).as_posix(), None if file == top / DEFAULT else shown, shown)


class State(StrEnum):
    """How the file is, against what would be written."""

    CURRENT = "as it should be"
    MISSING = "not there"
    DIFFERS = "not what the environments give"

    @property
    def is_current(self) -> bool:
        """Nothing to write."""
        return self is State.CURRENT

    @property
    def is_missing(self) -> bool:
        """No file yet."""
        return self is State.MISSING


def state_of(place: Place, text: str) -> State:
    """How the workflow is. Raises UnsafeWrite for something in its place that is not ours."""
    where = Location(place.shown)
    if place.file.is_symlink() or (place.file.exists() and not place.file.is_file()):
        raise UnsafeWrite(Problem("is no plain file: it would have to be replaced", where, "move it away"))
    try:
        there = place.file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return State.MISSING
    if not there.startswith(f"# {MARK}".encode()):
        message = "a file that xyztf did not generate is in the way: it is left as it is"
        raise UnsafeWrite(Problem(message, where, "move it away, or name another one with --out"))
    return State.CURRENT if there == text.encode() else State.DIFFERS


def write(place: Place, text: str) -> None:
    """Write the workflow, whole or not at all."""
    place.file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=place.file.parent, prefix=f".{place.file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, place.file)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise


def _top(root: Path) -> Path:
    """The top of the repository that the project lies in; the project itself where there is none yet."""
    # .git is a file in a work tree that git made for a branch.
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
