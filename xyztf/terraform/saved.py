"""Saved plans: what was shown is what is applied, or nothing is.

A plan is kept with what it hangs on (`binding.py`). Plans and their JSON can hold values that are secret: folder and
files are private.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged

from xyztf.errors import Location, Problem
from xyztf.private import write_private
from xyztf.terraform.binding import (
    Binding,
    StalePlan,
    changed,
    changed_identity,
    digest_of,
    in_plan,
    inputs,
    now,
)
from xyztf.terraform.hold import held
from xyztf.terraform.planned import Planned, from_document
from xyztf.terraform.process import OnLine
from xyztf.terraform.recover import Recovery, not_there, recover, settled, write_imports
from xyztf.terraform.workspace import PRIVATE, TerraformFailed, Workspace

KEPT, GIVEN, APPLYING = "plan", "given", "applying"
"""The plan that `plan` kept; a copy of one from another folder; the one that is just being applied."""
CHANGES = 2
"""Terraform's exit code, with -detailed-exitcode, for a plan that is not empty."""


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan on disk, what is in it, whether there is anything to do, and what it was made for."""

    workspace: Workspace
    path: Path
    planned: Planned
    has_changes: bool
    binding: Binding

    @property
    def destroy(self) -> bool:
        """Whether it was made to take the stack down."""
        return self.binding.destroy


@dataclass(frozen=True, slots=True)
class Kept:
    """A plan that was kept, not yet looked into."""

    workspace: Workspace
    path: Path
    binding: Binding

    def check(self, account: str, target: str) -> None:
        """Raises StalePlan with every reason why it must not be applied; starts no provider."""
        then, where = self.binding, self.workspace.place
        stack = f"{self.workspace.environment}/{self.workspace.stack}"
        reasons = list(changed_identity(then, stack, account, target))
        if not reasons and then.has_changes and not (self.path.is_file() and digest_of(self.path) == then.digest):
            reasons = ["the plan file is not the one that was kept: it was changed or exchanged"]
        if not reasons and then.has_changes:
            reasons = list(changed(then, now(self.workspace, account, target)))
        if reasons:
            hint = _again(self.workspace, target)
            raise StalePlan(*(Problem(f"the plan is stale: {why}", where, hint) for why in reasons))

    def load(self) -> SavedPlan:
        """What is in the plan. Raises StalePlan when Terraform cannot read it."""
        if not self.binding.has_changes:
            return SavedPlan(self.workspace, self.path, Planned(()), False, self.binding)
        planned = from_document(shown(self.workspace, self.path, self.binding.target))
        return SavedPlan(self.workspace, self.path, planned, True, self.binding)


def make_plan(
    workspace: Workspace,
    account: str,
    target: str = "aws",
    *,
    destroy: bool = False,
    replace: tuple[str, ...] = (),
    on_line: OnLine | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> SavedPlan:
    """Plan the stack and keep the plan, if there is anything in it to apply.

    What an apply that was cut off has left is put right before; `say` is told of that. Raises TerraformFailed, and Busy
    while others work on the stack. A plan that errored is never kept.
    """
    with held(workspace, waiting=say) as ours:
        ours.init()
        recovery = recover(ours, account, say)
        if destroy and recovery.imports:
            raise _left_behind(workspace, recovery)
        discard(workspace)
        path = _private(workspace, KEPT)
        digest = inputs(workspace.folder)  # before: what is edited while Terraform plans makes the plan stale
        try:
            has_changes = _plan(ours, path, recovery, say, destroy=destroy, replace=replace, on_line=on_line)
            path.chmod(0o600)
            state, version, providers = in_plan(path)
            # To show a plan starts the provider again, which takes seconds. One without changes has nothing to show.
            planned = from_document(shown(ours, path, target)) if has_changes else Planned(())
            binding = Binding(
                stack=f"{workspace.environment}/{workspace.stack}",
                target=target,
                account=account,
                inputs=digest,
                terraform=version,
                providers=providers,
                state=state,
                destroy=destroy,
                has_changes=has_changes,
                digest=digest_of(path) if has_changes else "",
            )
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        if has_changes:
            write_private(path.with_suffix(".json"), binding.to_json().encode())
        else:
            discard(workspace)  # kept, it would only go stale
            settled(ours)
    return SavedPlan(workspace, path, planned, has_changes, binding)


def _left_behind(workspace: Workspace, recovery: Recovery) -> TerraformFailed:
    """Terraform takes nothing in while it takes down: what is in no state would be left, and nobody would know it."""
    first, *rest = sorted(recovery.imports)
    more = f" and {len(rest)} more" if rest else ""
    message = f"an apply was cut off: {first}{more} may exist, in no state, and taking down would leave them"
    return TerraformFailed(Problem(message, workspace.place, "apply first, which takes them in; then destroy"))


def _plan(
    workspace: Workspace,
    path: Path,
    recovery: Recovery,
    say: Callable[[str], None],
    *,
    destroy: bool,
    replace: tuple[str, ...],
    on_line: OnLine | None,
) -> bool:
    """Plan into `path`, less what was to be taken in and turns out not to be there; gives whether there is a change."""
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
        failure = workspace.failed("plan", out)
        absent = not_there(failure, recovery)
        if not absent:
            raise failure
        recovery = recovery.without(absent)
        write_imports(workspace, recovery)
    for address, identifier in recovery.imports.items():
        say(f"{address}: it exists already ({identifier}), and is taken into the state")
    return code == CHANGES


def shown(workspace: Workspace, path: Path, target: str = "aws") -> dict[str, Any]:
    """The plan as `terraform show -json` gives it. Raises StalePlan when it cannot be read."""
    code, out, err = workspace.run("show", str(path), json=IsFlagged, no_color=IsFlagged)
    try:
        document = json.loads(out)
    except ValueError:
        document = None
    if code or not isinstance(document, dict):
        message = f"the saved plan cannot be read: {' '.join(err.split())}"
        raise StalePlan(Problem(message, workspace.place, _again(workspace, target)))
    return document


def find_plan(workspace: Workspace, folder: Path | None = None) -> Kept | None:
    """The plan that was kept for the stack, or the one in `folder`, if there is one.

    One from a folder is copied: what is checked, shown and applied is then the same file, whatever becomes of the
    folder. Raises StalePlan when it cannot be told what it was made for.
    """
    path = _private(workspace, KEPT)
    if folder is not None:
        source = folder / f"{workspace.stack}.tfplan"
        path = _private(workspace, GIVEN)
        if not source.with_suffix(".json").is_file():
            return None
        for suffix in (".tfplan", ".json"):
            path.with_suffix(suffix).unlink(missing_ok=True)
            if source.with_suffix(suffix).is_file():
                copy_private(source.with_suffix(suffix), path.with_suffix(suffix))
    elif not path.with_suffix(".json").is_file():
        return None  # without it, a plan was not finished
    return Kept(workspace, path, made_for(path.with_suffix(".json"), workspace.place))


def saved_plan(workspace: Workspace, account: str, target: str = "aws", folder: Path | None = None) -> SavedPlan | None:
    """The plan that was kept for the stack (or is in `folder`), if there is one. Raises StalePlan."""
    kept = find_plan(workspace, folder)
    if kept is None:
        return None
    kept.check(account, target)
    return kept.load()


def made_for(file: Path, where: Location) -> Binding:
    """What a plan was made for, from the file beside it. Raises StalePlan when that cannot be read."""
    try:
        return Binding.from_json(file.read_text("utf-8"), where)
    except (OSError, UnicodeDecodeError):
        raise StalePlan(Problem("the saved plan has lost what it was made for", where, "plan again")) from None


def take(plan: SavedPlan) -> Path:
    """Take a plan out of what is kept, to apply it: whatever happens then, it is not there a second time.

    Raises StalePlan when its file is no longer the one that was shown.
    """
    path = _private(plan.workspace, APPLYING)
    try:
        plan.path.replace(path)
    except FileNotFoundError:
        message = "the plan is no longer there: it was applied, or another one was made"
        raise StalePlan(Problem(message, plan.workspace.place, _again(plan.workspace, plan.binding.target))) from None
    plan.path.with_suffix(".json").unlink(missing_ok=True)
    if digest_of(path) != plan.binding.digest:
        path.unlink()
        message = "the plan file is not the one that was shown: it was changed or exchanged"
        raise StalePlan(Problem(message, plan.workspace.place, _again(plan.workspace, plan.binding.target)))
    return path


def discard(workspace: Workspace) -> None:
    """Forget what is kept for the stack, and what a run that was killed may have left of one applied."""
    for name in (KEPT, GIVEN, APPLYING):
        for suffix in (".tfplan", ".json"):
            _private(workspace, name).with_suffix(suffix).unlink(missing_ok=True)


def _again(workspace: Workspace, target: str) -> str:
    option = " --sandbox" if target == "sandbox" else ""
    command = f"xyztf plan {workspace.environment} --stack {workspace.stack}{option}"
    return f"{command} makes a new one: look at it before you apply"


def _private(workspace: Workspace, name: str) -> Path:
    folder = workspace.private / "plans"
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    return folder / f"{name}.tfplan"


def copy_private(source: Path, path: Path) -> None:
    """Copy a file into one that only this user can read."""
    with source.open("rb") as whole, open(_opened(path), "wb") as file:
        shutil.copyfileobj(whole, file)


def _opened(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
