"""Applying saved plans, and reading what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from python_terraform import IsFlagged

from xyztf.terraform.hold import held
from xyztf.terraform.process import RUNNING, OnLine
from xyztf.terraform.recover import settled
from xyztf.terraform.saved import SavedPlan, take
from xyztf.terraform.unfinished import begin
from xyztf.terraform.workspace import Workspace


def apply_plan(plan: SavedPlan, on_line: OnLine | None = None, say: Callable[[str], None] = lambda _: None) -> None:
    """Apply exactly this plan, which is then gone. Raises StalePlan, TerraformFailed, and Busy while others apply one.

    The plan goes before Terraform starts: killed on the way, the next run finds none, and plans what is left to do.
    What is known of what is created stays until Terraform has come to its own end, which a signal is not (`recover`).
    """
    if not plan.has_changes:
        return
    with held(plan.workspace, waiting=say) as workspace:
        path = take(plan)
        journal = begin(workspace, plan.planned)
        try:
            code, out, _ = workspace.run(
                "apply",
                str(path),
                on_line=on_line,
                journal=journal,
                input=False,
                json=IsFlagged,
                no_color=IsFlagged,
                lock_timeout="60s",
            )
        finally:
            path.unlink(missing_ok=True)
        if code == 0 or (code > 0 and not RUNNING.stopped):
            settled(workspace)
        if code:
            raise workspace.failed("apply", out)


def outputs(workspace: Workspace) -> dict[str, Any]:
    """The stack's outputs as they are in its state; sensitive ones are left out. Raises TerraformFailed."""
    workspace.init()
    code, out, err = workspace.run("output", json=IsFlagged, no_color=IsFlagged)
    if code:
        raise workspace.failed("output", out or err)
    return {name: found["value"] for name, found in json.loads(out).items() if not found.get("sensitive")}


def resources(workspace: Workspace) -> list[str]:
    """The addresses in the stack's state; none where there is no state yet. Raises TerraformFailed."""
    workspace.init()
    code, out, err = workspace.run("state list")
    if code and "No state file was found" not in err:
        raise workspace.failed("state list", out)
    return out.split() if not code else []
