"""What rendering would change in a project: compares the files that should be there with those that are."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from xyztf.errors import Location, Problem, UnsafeWrite
from xyztf.render.header import is_edited, is_generated

ROOTS = ("modules", "environments")
"""The folders in which generated files are, each with a folder per environment."""

TEMPORARY = ".xyztf-tmp"
"""How the name of a file ends while it is written; what a killed run leaves behind is cleared by the next."""

EDITED = ".xyztf/edited"
"""Where the edited version of a generated file is kept when rendering replaces it."""


class Kind(StrEnum):
    """What happens to a file."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """A file to be written or removed. `path` is relative to the project; `old` and `new` are contents."""

    kind: Kind
    path: str
    old: bytes | None
    new: bytes | None

    @property
    def edited(self) -> bool:
        """Whether the file was changed by hand since it was rendered."""
        return self.old is not None and is_edited(self.old)


def changes(project: Path, wanted: Mapping[str, bytes], environments: Iterable[str]) -> list[Change]:
    """What must happen so that `project` holds `wanted` (path to content) and no other generated files.

    Only the folders of `environments` are looked at for files that no longer belong. Raises UnsafeWrite, with every
    such place at once, for a file in the way that is not ours and for a path that leads out of the project or is a
    symbolic link.
    """
    root = str(project)
    names = sorted(set(environments))
    folders = {path.rpartition("/")[0] for path in wanted} | {f"{top}/{name}" for top in ROOTS for name in names}
    _refuse_blocked(root, folders)
    found: list[Change] = []
    problems: list[Problem] = []
    for path, new in wanted.items():
        old = _content(root, path)
        if old == new:
            continue
        if problem := _in_the_way(root, path, old):
            problems.append(problem)
        else:
            found.append(Change(Kind.ADDED if old is None else Kind.CHANGED, path, old, new))
    if problems:
        raise UnsafeWrite(*problems)
    for path in _stale(root, wanted, names):
        found.append(Change(Kind.REMOVED, path, _content(root, path), None))
    if any(change.edited for change in found):
        _refuse_blocked(root, [EDITED])
    return sorted(found, key=lambda change: change.path)


def _refuse_blocked(root: str, folders: Iterable[str]) -> None:
    problems = list(dict.fromkeys(filter(None, (_blocked(root, folder) for folder in sorted(folders)))))
    if problems:
        raise UnsafeWrite(*problems)


def _blocked(root: str, folder: str) -> Problem | None:
    """What keeps us from writing into `folder`: on the way down a link to a place outside, or a file."""
    parts = folder.split("/")
    for depth in range(1, len(parts) + 1):
        way = "/".join(parts[:depth])
        place = os.path.join(root, way)
        try:
            mode = os.lstat(place).st_mode
        except OSError:
            return None  # nothing there yet, and so nothing below it
        if stat.S_ISLNK(mode) and not _is_below(place, root):
            return Problem(
                "a symbolic link leads out of the project: nothing is written or removed through it",
                Location(way),
                "remove the link, or render into another project with --project",
            )
        if not os.path.isdir(place):
            return Problem("a file is where a folder has to be", Location(way), "move it away")
    return None


def _is_below(place: str, root: str) -> bool:
    inside = os.path.realpath(root)
    return os.path.commonpath((inside, os.path.realpath(place))) == inside


def _content(root: str, path: str) -> bytes | None:
    """The file's content; None where there is none, or where it is a link or a folder (found out by `_in_the_way`)."""
    try:
        # A pipe in the way must not be waited for.
        descriptor = os.open(f"{root}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        with open(descriptor, "rb", buffering=0) as file:
            return file.readall()
    except OSError:
        return None


def _in_the_way(root: str, path: str, old: bytes | None) -> Problem | None:
    place = Path(root, path)
    if place.is_symlink():
        return Problem("is a symbolic link: it would have to be replaced", Location(path), "move it away")
    if old is None:
        if place.is_dir():
            return Problem("a folder is in the way of a generated file", Location(path), "move it away")
        if place.exists():
            return Problem("is in the way and cannot be read", Location(path), "look at its permissions")
        return None
    if not is_generated(old):
        return Problem(
            "a file that xyztf did not generate is in the way: it is left as it is",
            Location(path),
            "move or rename it; or, if it was generated, put its first line back",
        )
    return None


def _stale(root: str, wanted: Mapping[str, bytes], environments: Iterable[str]) -> Iterator[str]:
    """Generated files of `environments` that are not wanted any more, and what killed runs left behind."""
    for top in ROOTS:
        for name in environments:
            for path in _files(root, f"{top}/{name}"):
                if path not in wanted and (_is_leftover(path) or _is_ours(root, path)):
                    yield path


def _files(root: str, folder: str) -> Iterator[str]:
    """All files below `folder`, relative to `root`; neither links nor Terraform's own folders are entered."""
    for parent, folders, files in os.walk(f"{root}/{folder}", followlinks=False):
        folders[:] = sorted(name for name in folders if name != ".terraform")
        below = parent[len(root) + 1 :]
        yield from (f"{below}/{name}" for name in sorted(files))


def _is_leftover(path: str) -> bool:
    return path.endswith(TEMPORARY) and path.rpartition("/")[2].startswith(".")


def _is_ours(root: str, path: str) -> bool:
    content = _content(root, path)
    return content is not None and is_generated(content)


def environments_with_files(project: Path) -> set[str]:
    """The environments that have folders of generated files, whether or not they still have a YAML file."""
    return {
        entry.name
        for top in ROOTS
        if (project / top).is_dir()
        for entry in os.scandir(project / top)
        if entry.is_dir(follow_symlinks=False)
    }
