"""Saved plans: what was shown is what is applied, or nothing is.

A plan is kept with what it hangs on: the stack's files, the account, and the binary. Terraform itself refuses a plan
whose state has moved on. Plans and their JSON can hold values that are secret: folder and files are private.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged

from xyztf.errors import Location, Problem, XyztfError
from xyztf.private import write_private
from xyztf.terraform.planned import Planned, from_document
from xyztf.terraform.process import OnLine
from xyztf.terraform.recover import not_there, recover, settled, write_imports
from xyztf.terraform.unfinished import unfinished
from xyztf.terraform.workspace import PRIVATE, RECOVERED, Workspace

FILE, BINDING = "plan.tfplan", "plan.json"
CHANGES = 2
"""Terraform's exit code, with -detailed-exitcode, for a plan that is not empty."""


class StalePlan(XyztfError):
    """A saved plan no longer fits what it was made for."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a plan was made for."""

    stack: str
    inputs: str
    account: str
    binary: str
    destroy: bool


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan on disk, what is in it, and whether there is anything to do."""

    workspace: Workspace
    path: Path
    planned: Planned
    has_changes: bool


def make_plan(
    workspace: Workspace,
    account: str,
    *,
    destroy: bool = False,
    replace: tuple[str, ...] = (),
    on_line: OnLine | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> SavedPlan:
    """Plan the stack and keep the plan, if there is anything in it to apply.

    What an apply that was cut off has left is put right before, and `say` is told. Raises TerraformFailed; a plan that
    errored is never kept.
    """
    workspace.init()
    recovery = recover(workspace, account, say)
    folder = workspace.private / "plans"
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    path = folder / FILE
    discard(workspace)
    flags: dict[str, object] = {"destroy": IsFlagged} if destroy else {}
    while True:
        code, out, _ = workspace.run(
            "plan",
            on_line=on_line,
            out=str(path),
            input=False,
            json=IsFlagged,
            no_color=IsFlagged,
            detailed_exitcode=IsFlagged,
            replace=list(replace),
            lock_timeout="60s",
            **flags,
        )
        if code in (0, CHANGES):
            break
        path.unlink(missing_ok=True)
        failure = workspace.failed("plan", out)
        absent = not_there(failure, recovery)
        if not absent:
            raise failure
        recovery = recovery.without(absent)
        write_imports(workspace, recovery)
    for address, identifier in recovery.imports.items():
        say(f"{address}: it exists already ({identifier}), and is taken into the state")
    os.chmod(path, 0o600)
    binding = Binding(
        f"{workspace.environment}/{workspace.stack}", inputs(workspace.folder), account, str(workspace.binary), destroy
    )
    write_private(folder / BINDING, json.dumps(asdict(binding)))
    plan = SavedPlan(workspace, path, from_document(shown(workspace, path)), code == CHANGES)
    if not plan.has_changes:
        discard(workspace)  # kept, it would only go stale
        settled(workspace)
    return plan


def shown(workspace: Workspace, path: Path) -> dict[str, Any]:
    """The plan as `terraform show -json` gives it. Raises TerraformFailed when it cannot be read."""
    code, out, err = workspace.run("show", str(path), json=IsFlagged, no_color=IsFlagged)
    try:
        document = json.loads(out)
    except ValueError:
        document = None
    if code or not isinstance(document, dict):
        where = Location(f"environments/{workspace.environment}/{workspace.stack}")
        raise StalePlan(Problem(f"the saved plan cannot be read: {' '.join(err.split())}", where, "plan again"))
    return document


def saved_plan(workspace: Workspace, account: str) -> SavedPlan | None:
    """The plan that was kept for the stack, if there is one. Raises StalePlan when it was made for something else.

    A plan that was being applied when the run was cut off is none any more: what it left needs another.
    """
    if unfinished(workspace) is not None:
        discard(workspace)
    folder = workspace.private / "plans"
    path = folder / FILE
    if not path.is_file() or not (folder / BINDING).is_file():
        return None  # killed while it was being made
    where = Location(f"environments/{workspace.environment}/{workspace.stack}")
    try:
        binding = Binding(**json.loads((folder / BINDING).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        raise StalePlan(Problem("the saved plan has lost what it was made for", where, "plan again")) from None
    for what, then, now in (
        ("stack", binding.stack, f"{workspace.environment}/{workspace.stack}"),
        ("account", binding.account, account),
        ("rendered files", binding.inputs, inputs(workspace.folder)),
        ("Terraform", binding.binary, str(workspace.binary)),
    ):
        if then != now:
            raise StalePlan(Problem(f"the plan is stale: the {what} changed since it was made", where, "plan again"))
    found = from_document(shown(workspace, path))
    return SavedPlan(workspace, path, found, bool(found.changes or found.outputs_changed))


def discard(workspace: Workspace) -> None:
    """Take a plan away that has been applied."""
    for name in (FILE, BINDING):
        (workspace.private / "plans" / name).unlink(missing_ok=True)


def inputs(folder: Path) -> str:
    """A digest of the stack's own files and of all modules of its environment."""
    digest = hashlib.sha256()
    modules = folder.parent.parent.parent / "modules" / folder.parent.name
    for root in (folder, modules):
        for file in sorted(path for path in root.rglob("*") if _counts(path)):
            digest.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _counts(path: Path) -> bool:
    return path.is_file() and ".terraform" not in path.parts and path.name != RECOVERED
