"""Which folders are root modules, and which files decide what checkov says of one.

Read by their text, not parsed: it has to be quick, and to find too much does no harm.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

FILES = (".tf", ".hcl", ".tfvars", ".tfvars.json", ".tf.json", ".tofu", ".tofu.json")
"""The endings of what checkov reads, and of what it should read and does not."""
_UNREAD = (".tf.json", ".tofu", ".tofu.json")
_SKIPPED = frozenset(
    {".terraform", ".git", ".xyztf", ".terragrunt-cache", ".external_modules", "node_modules", ".venv"}
)
# Absolute ones count: checkov follows them.
_SOURCE = re.compile(rb'\bsource\s*=\s*"((?:\.{1,2}/|/)[^"$%]*|\.{1,2})"')


def reached(root: str) -> dict[str, list[str]]:
    """The folders that a root's verdicts depend on, each with its files: all below it, and the local modules called.

    Paths are absolute when `root` is. A folder that is called and is not there has no files.
    """
    found: dict[str, list[str]] = {}
    waiting: list[str] = []
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if name != ".git" and not _of_terraform(folder, name))
        _add(found, folder, names, waiting)
    while waiting:
        folder = waiting.pop()
        if folder not in found:
            try:
                names = [entry.name for entry in os.scandir(folder) if entry.is_file()]
            except OSError:
                names = []
            _add(found, folder, names, waiting)
    return found


def roots_below(folder: str) -> list[str]:
    """The folders at and below `folder` with Terraform files that none of them calls, sorted; all, if each is."""
    found = []
    called: set[str] = set()
    for path, names in _walk(folder):
        files = [name for name in names if name.endswith((".tf", ".tf.json", ".tofu"))]
        if files:
            found.append(path)
            called.update(_called(path, files))
    return [path for path in sorted(found) if os.path.normpath(path) not in called] or sorted(found)


def folders_below(folder: str) -> list[str]:
    """All folders in which `roots_below` looks."""
    return [path for path, _ in _walk(folder)]


def _walk(folder: str) -> Iterator[tuple[str, list[str]]]:
    for path, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if name not in _SKIPPED)
        yield path, names


def unread_kinds(folder: str | os.PathLike[str]) -> list[str]:
    """Names of files in a folder that are Terraform's and that checkov's terraform Runner passes over."""
    try:
        return sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(_UNREAD) and entry.is_file())
    except OSError:
        return []


def _add(found: dict[str, list[str]], folder: str, names: Iterable[str], waiting: list[str]) -> None:
    files = sorted(name for name in names if name.endswith(FILES))
    found[folder] = files
    waiting += _called(folder, files)


def _called(folder: str, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if not name.endswith((".tf", ".hcl")):
            continue
        try:
            with open(os.path.join(folder, name), "rb") as file:
                text = file.read()
        except OSError:
            continue
        for source in _SOURCE.findall(text):
            yield os.path.normpath(os.path.join(folder, os.fsdecode(source)))


def _of_terraform(folder: str, name: str) -> bool:
    """What `terraform init` downloads: checkov does not enter it."""
    return name == "modules" and os.path.basename(folder) == ".terraform"
