"""A copy of the project to spoil, and `xyztf check` in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]

Check = Callable[..., subprocess.CompletedProcess[str]]


def copied(folder: Path) -> Path:
    """What a clone has of a project, in a folder of its own."""
    project = folder / "project"
    for name in ("environments", "modules", "templates"):
        shutil.copytree(REPOSITORY / name, project / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    shutil.copy(REPOSITORY / "xyztf-suppressions.yaml", project)
    return project


def check_of(project: Path, cache: Path) -> Check:
    """Runs `xyztf check ARGUMENTS` in the project."""

    def check(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "xyztf", "check", *arguments],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "XDG_CACHE_HOME": str(cache), **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    return check
