"""Applying saved plans, and reading what came of it."""

from __future__ import annotations

import json
from typing import Any

from python_terraform import IsFlagged

from xyztf.terraform.process import RUNNING, OnLine
from xyztf.terraform.recover import settled
from xyztf.terraform.saved import SavedPlan, discard
from xyztf.terraform.unfinished import begin
from xyztf.terraform.workspace import Workspace


def apply_plan(plan: SavedPlan, on_line: OnLine | None = None) -> None:
    """Apply exactly this plan. Raises TerraformFailed; Terraform itself refuses it when the state has moved on.

    What is known of it stays on disk until Terraform has come to its own end, which a signal is not: then the next plan
    starts from there (`recover`).
    """
    if plan.has_changes:
        journal = begin(plan.workspace, plan.planned)
        code, out, _ = plan.workspace.run(
            "apply",
            str(plan.path),
            on_line=on_line,
            journal=journal,
            input=False,
            json=IsFlagged,
            no_color=IsFlagged,
            lock_timeout="60s",
        )
        discard(plan.workspace)
        if code == 0 or (code > 0 and not RUNNING.stopped):
            settled(plan.workspace)
        if code:
            raise plan.workspace.failed("apply", out)
    else:
        discard(plan.workspace)


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
