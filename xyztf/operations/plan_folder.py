"""Plans in a folder of the user's choice: made by one job, looked at, applied by another.

One STACK.tfplan and one STACK.json (what the plan was made for) per stack; of a stack with nothing to do only the
latter. The folder is private, written whole or not at all, and only read when its plans are applied.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from xyztf.errors import Location, Problem, UsageError, XyztfError
from xyztf.operations.plan import Judged
from xyztf.private import write_private
from xyztf.terraform.binding import StalePlan
from xyztf.terraform.saved import copy_private, discard, made_for


def check_folder(folder: Path) -> None:
    """Raises UsageError when plans cannot be put into `folder`: asked before the plans are made."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(Problem(f"{folder} is not a folder", hint="name one that is not there yet"))
    with suppress(FileNotFoundError):
        if foreign := sorted(each.name for each in folder.iterdir() if not _is_ours(each)):
            hint = "name one that is not there yet, or one with plans: these are replaced"
            raise UsageError(Problem(f"{folder} holds something else than plans: {foreign[0]}", hint=hint))


def _is_ours(file: Path) -> bool:
    """Whether we have put a file there, so that it may be taken away."""
    if file.suffix not in (".tfplan", ".json") or not file.is_file():
        return False
    try:
        found = json.loads(file.with_suffix(".json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and {"format", "stack", "digest"} <= set(found)


def write_folder(folder: Path, plans: Sequence[Judged]) -> None:
    """Put the plans into `folder`, in the place of those that were there, and keep them nowhere else.

    Raises XyztfError when it cannot be written; what was there then is there still.
    """
    check_folder(folder)
    folder = folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))  # for this user alone
        try:
            for judged in plans:
                stack = judged.plan.workspace.stack
                if judged.plan.has_changes:
                    copy_private(judged.plan.path, made / f"{stack}.tfplan")
                write_private(made / f"{stack}.json", judged.plan.binding.to_json().encode())
            _exchange(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        hint = "name a folder that can be made, replaced and removed"
        raise XyztfError(Problem(f"the plans cannot be put into {folder}: {error.strerror}", hint=hint)) from error
    for judged in plans:
        discard(judged.plan.workspace)


def _exchange(made: Path, folder: Path) -> None:
    if not folder.exists():
        made.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    folder.rename(old / "old")
    try:
        made.rename(folder)
    except OSError:
        (old / "old").rename(folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def stacks_in(folder: Path, environment: str, chosen: Sequence[str]) -> list[str]:
    """The stacks whose plans are in `folder`, or those of them that are `chosen`.

    Raises UsageError when there are none, and StalePlan when they are of another environment.
    """
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    if not files:
        hint = f"xyztf plan {environment} --out {folder} makes them"
        raise UsageError(Problem(f"there are no plans in {folder}", hint=hint))
    found = {file.stem: made_for(file, Location(str(file))).stack for file in files}
    if others := sorted({stack.split("/")[0] for stack in found.values()} - {environment}):
        raise StalePlan(
            Problem(f"{folder} holds plans of {', '.join(others)}, and not of {environment} alone", hint="plan again")
        )
    if missing := sorted(set(chosen) - set(found)):
        hint = f"it has: {', '.join(found)}"
        raise UsageError(Problem(f"{folder} has no plan of {', '.join(missing)}", hint=hint))
    return [name for name in found if not chosen or name in chosen]


def committed_by_git(folder: Path) -> bool:
    """Whether git would take the plans in: `folder` lies in a work tree that does not ignore them."""
    git = shutil.which("git")
    if git is None:
        return False
    # From above: git does not look into a folder that is a work tree's own .git, or that belongs to somebody else.
    command = [git, "-C", str(folder.absolute().parent), "check-ignore", "--quiet", f"{folder.name}/stack.tfplan"]
    done = subprocess.run(command, env=os.environ, capture_output=True, check=False)
    return done.returncode == 1
