"""Saved plans, with the real Terraform on a stack that needs no provider."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from xyztf.terraform.apply import apply_plan, outputs, resources
from xyztf.terraform.binary import find_binary
from xyztf.terraform.saved import StalePlan, make_plan, saved_plan
from xyztf.terraform.workspace import TerraformFailed, Workspace

pytestmark = pytest.mark.terraform

ACCOUNT = "123456789012"
MAIN = """
terraform {
  backend "local" {}
}

resource "terraform_data" "one" {
  input = "first"
}

output "one" {
  value = terraform_data.one.output
}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    folder = tmp_path / "environments" / "demo" / "global"
    folder.mkdir(parents=True)
    (tmp_path / "modules" / "demo").mkdir(parents=True)
    (folder / "main.tf").write_text(MAIN)
    variables = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    return Workspace("demo", "global", folder, tmp_path / "private", find_binary().path, variables)


def test_a_plan_is_kept_private_and_applied_once(workspace):
    plan = make_plan(workspace, ACCOUNT)
    assert plan.has_changes
    assert plan.planned.counts().added == 1
    assert stat.S_IMODE(plan.path.stat().st_mode) == 0o600
    kept = saved_plan(workspace, ACCOUNT)
    assert kept is not None
    apply_plan(kept)
    assert outputs(workspace) == {"one": "first"}
    assert resources(workspace) == ["terraform_data.one"]
    assert saved_plan(workspace, ACCOUNT) is None
    assert not make_plan(workspace, ACCOUNT).has_changes


def test_a_plan_whose_files_changed_is_refused(workspace):
    make_plan(workspace, ACCOUNT)
    (workspace.folder / "main.tf").write_text(MAIN.replace("first", "second"))
    with pytest.raises(StalePlan, match="rendered files changed"):
        saved_plan(workspace, ACCOUNT)


def test_so_is_one_for_another_account(workspace):
    make_plan(workspace, ACCOUNT)
    with pytest.raises(StalePlan, match="account changed"):
        saved_plan(workspace, "210987654321")


def test_terraform_refuses_one_whose_state_moved_on(workspace):
    plan = make_plan(workspace, ACCOUNT)
    workspace.run("apply", auto_approve=True, input=False)
    with pytest.raises(TerraformFailed, match=r"(?i)stale"):
        apply_plan(plan)


def test_a_plan_that_errors_is_not_kept(workspace):
    make_plan(workspace, ACCOUNT)
    (workspace.folder / "main.tf").write_text(MAIN.replace('"first"', "tonumber(terraform_data.two.id)"))
    with pytest.raises(TerraformFailed) as caught:
        make_plan(workspace, ACCOUNT)
    assert "environments/demo/global/main.tf:7:20" in str(caught.value)
    assert saved_plan(workspace, ACCOUNT) is None


def test_a_damaged_plan_is_refused(workspace):
    plan = make_plan(workspace, ACCOUNT)
    plan.path.write_bytes(b"not a plan")
    with pytest.raises(StalePlan, match="cannot be read"):
        saved_plan(workspace, ACCOUNT)


def test_init_runs_again_only_when_something_it_reads_changed(workspace):
    assert workspace.init()
    assert not workspace.init()
    (workspace.folder / "main.tf").write_text(MAIN + "\n# changed\n")
    assert workspace.init()
