"""Which root modules a change in the working tree touches: what git calls staged, unstaged or untracked."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from xyztf.environment import FOLDER
from xyztf.errors import Location, Problem, XyztfError
from xyztf.findings.suppression_file import FILE_NAME
from xyztf.scan.roots import reached


def touched(base: Path, roots: Mapping[str, str | None]) -> dict[str, str | None]:
    """Those of `roots` (paths below `base`, each with its environment) that a change may give another verdict.

    A changed file of a root or of a module that it calls counts; for the stacks of an environment also its own file,
    one that it may inherit from, and any template; for all, the file of suppressions. Raises XyztfError without git.
    """
    changed = changed_files(base)
    if str(base / FILE_NAME) in changed:
        return dict(roots)
    return {
        root: environment
        for root, environment in roots.items()
        if _reaches(str(base / root), changed) or (environment and _gives(base, environment, changed))
    }


def changed_files(base: Path) -> set[str]:
    """Absolute paths of all files that differ from HEAD, also those that are gone. Raises XyztfError without git."""
    top = _git(base, "rev-parse", "--show-toplevel").rstrip("\n")
    told = _git(base, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
    return {os.path.join(os.path.realpath(top), line[3:]) for line in told.split("\0") if line}


def _reaches(root: str, changed: set[str]) -> bool:
    folders = set(reached(root))
    return any(os.path.dirname(path) in folders or path.startswith(f"{root}{os.sep}") for path in changed)


def _gives(base: Path, environment: str, changed: set[str]) -> bool:
    """Whether what an environment is rendered from has changed."""
    folder = base / FOLDER
    for path in changed:
        if path.startswith(f"{base / 'templates'}{os.sep}"):
            return True
        if os.path.dirname(path) != str(folder) or not path.endswith(".yaml"):
            continue
        name = os.path.basename(path).removesuffix(".yaml")
        if name == environment or name.startswith("_") or _names(folder / f"{environment}.yaml", name):
            return True
    return False


def _names(file: Path, environment: str) -> bool:
    """Whether a file names another environment, which it may inherit from."""
    try:
        return re.search(rf"\b{re.escape(environment)}\b", file.read_text("utf-8", "replace")) is not None
    except OSError:
        return False


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except OSError as error:
        raise XyztfError(Problem(f"git cannot be run: {error.strerror}", hint="leave --changed out")) from error
    if done.returncode:
        said = next(iter(done.stderr.splitlines()), f"exit code {done.returncode}")
        raise XyztfError(
            Problem(f"git cannot tell what has changed: {said}", Location(str(folder)), "leave --changed out")
        )
    return done.stdout
