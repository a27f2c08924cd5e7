"""Saved plans, with the real Terraform on a stack that needs no provider."""

from __future__ import annotations

import json
import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from xyztf.terraform import saved
from xyztf.terraform.apply import apply_plan, outputs, resources
from xyztf.terraform.binary import find_binary
from xyztf.terraform.binding import StalePlan, StateVersion, state_version
from xyztf.terraform.saved import find_plan, make_plan, saved_plan, take
from xyztf.terraform.workspace import TerraformFailed, Workspace

pytestmark = pytest.mark.terraform

ACCOUNT = "123456789012"
MAIN = """
terraform {
  backend "local" {
    path = "%s/state.tfstate"
  }
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
    return checkout(tmp_path, "here")


def checkout(tmp_path: Path, name: str) -> Workspace:
    """One of several checkouts of the same project, with the same state."""
    folder = tmp_path / name / "environments" / "demo" / "global"
    folder.mkdir(parents=True)
    (tmp_path / name / "modules" / "demo").mkdir(parents=True)
    variables = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    made = Workspace("demo", "global", folder, tmp_path / name / "private", find_binary().path, variables)
    write(made)
    return made


def write(workspace: Workspace, old: str = "", new: str = "") -> None:
    """The stack's file, with something in it replaced."""
    text = MAIN % workspace.folder.parents[3]
    assert old in text
    (workspace.folder / "main.tf").write_text(text.replace(old, new))


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
    write(workspace, "first", "second")
    with pytest.raises(StalePlan, match="rendered files changed"):
        saved_plan(workspace, ACCOUNT)


def test_so_is_one_for_another_account_or_target(workspace):
    make_plan(workspace, ACCOUNT)
    with pytest.raises(StalePlan, match="a plan for the account 123456789012, and this is 210987654321"):
        saved_plan(workspace, "210987654321")
    with pytest.raises(StalePlan, match="a plan for the target aws, and this is sandbox"):
        saved_plan(workspace, ACCOUNT, "sandbox")
    with pytest.raises(StalePlan, match="a plan for the stack demo/global, and this is demo/eu-west-1"):
        saved_plan(replace(workspace, stack="eu-west-1"), ACCOUNT)


def test_what_a_plan_hangs_on_is_read_from_its_file(workspace):
    first = make_plan(workspace, ACCOUNT).binding
    assert (first.state, first.providers, first.destroy) == (StateVersion(), {}, False)
    assert first.terraform == find_binary().version
    apply_plan(saved_plan(workspace, ACCOUNT))
    second = make_plan(workspace, ACCOUNT, destroy=True).binding
    assert second.state == state_version(workspace)
    assert second.state.serial == 2
    assert second.destroy


def test_a_plan_whose_state_moved_on_is_refused_with_both_serials(workspace):
    make_plan(workspace, ACCOUNT)
    workspace.run("apply", auto_approve=True, input=False)
    with pytest.raises(
        StalePlan, match="state has moved on since the plan was made: no state then, serial 2 now"
    ) as caught:
        saved_plan(workspace, ACCOUNT)
    assert caught.value.exit_code == 1
    assert caught.value.problems[0].hint.startswith("xyztf plan demo --stack global makes a new one")
    write(workspace, "first", "second")
    make_plan(workspace, ACCOUNT)
    workspace.run("apply", auto_approve=True, input=False)
    with pytest.raises(StalePlan, match=r"serial 2 then, serial \d now"):
        saved_plan(workspace, ACCOUNT)


def test_so_is_one_of_another_state(workspace):
    apply_plan(make_plan(workspace, ACCOUNT))
    write(workspace, "first", "second")
    make_plan(workspace, ACCOUNT)
    state = workspace.folder.parents[3] / "state.tfstate"
    state.write_text(json.dumps(json.loads(state.read_text()) | {"lineage": "another"}))
    with pytest.raises(StalePlan, match="its lineage differs"):
        saved_plan(workspace, ACCOUNT)


def test_terraform_refuses_one_whose_state_moves_on_while_we_ask(workspace):
    plan = make_plan(workspace, ACCOUNT)
    workspace.run("apply", auto_approve=True, input=False)
    with pytest.raises(TerraformFailed, match=r"(?i)stale"):
        apply_plan(plan)


def test_a_plan_that_was_exchanged_is_refused_before_and_after_it_is_shown(workspace):
    apply_plan(make_plan(workspace, ACCOUNT))
    destroying = make_plan(workspace, ACCOUNT, destroy=True).path.read_bytes()
    write(workspace, "first", "second")
    plan = make_plan(workspace, ACCOUNT)
    plan.path.write_bytes(destroying)
    with pytest.raises(StalePlan, match="not the one that was kept"):
        saved_plan(workspace, ACCOUNT)
    with pytest.raises(StalePlan, match="not the one that was shown"):
        apply_plan(plan)
    assert outputs(workspace) == {"one": "first"}


def test_a_plan_is_gone_as_soon_as_it_is_applied(workspace):
    plan = make_plan(workspace, ACCOUNT)
    left = take(plan)  # and here we are killed
    assert saved_plan(workspace, ACCOUNT) is None
    with pytest.raises(StalePlan, match="no longer there"):
        apply_plan(plan)
    make_plan(workspace, ACCOUNT)
    assert not left.exists()


@pytest.mark.parametrize("killed_in", ["in_plan", "shown", "write_private"])
def test_killed_while_it_plans_there_is_no_plan(workspace, monkeypatch, killed_in):
    class Killed(BaseException):
        """Nothing runs after it."""

    def kill(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(saved, killed_in, kill)
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)  # nor does what would clear up
    with pytest.raises(Killed):
        make_plan(workspace, ACCOUNT)
    monkeypatch.undo()
    assert list((workspace.private / "plans").glob("*.tfplan")) != []
    assert saved_plan(workspace, ACCOUNT) is None
    apply_plan(make_plan(workspace, ACCOUNT))
    assert list((workspace.private / "plans").iterdir()) == []


def test_a_plan_can_be_applied_in_another_checkout(workspace, tmp_path):
    plan = make_plan(workspace, ACCOUNT)
    handed = tmp_path / "handed"
    handed.mkdir()
    shutil.copy(plan.path, handed / "global.tfplan")
    shutil.copy(plan.path.with_suffix(".json"), handed / "global.json")
    assert str(tmp_path) not in (handed / "global.json").read_text()
    there = checkout(tmp_path, "there")
    shutil.rmtree(tmp_path / "here")
    apply_plan(saved_plan(there, ACCOUNT, folder=handed))
    assert outputs(there) == {"one": "first"}
    assert sorted(os.listdir(handed)) == ["global.json", "global.tfplan"]
    with pytest.raises(StalePlan, match="moved on"):
        saved_plan(there, ACCOUNT, folder=handed)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 1}', '{"format": 2}', '{"format": 1, "stack": "x"}'])
def test_a_plan_that_lost_what_it_was_made_for_is_refused(workspace, text):
    made = make_plan(workspace, ACCOUNT)
    made.path.with_suffix(".json").write_text(text)
    with pytest.raises(StalePlan):
        find_plan(workspace)
    made.path.with_suffix(".json").unlink()
    assert find_plan(workspace) is None, "it is written last: a plan without it was not finished"


def test_a_plan_that_errors_is_not_kept(workspace):
    make_plan(workspace, ACCOUNT)
    write(workspace, '"first"', "tonumber(terraform_data.two.id)")
    with pytest.raises(TerraformFailed) as caught:
        make_plan(workspace, ACCOUNT)
    assert "environments/demo/global/main.tf:9:20" in str(caught.value)
    assert saved_plan(workspace, ACCOUNT) is None


def test_a_damaged_plan_is_refused(workspace):
    plan = make_plan(workspace, ACCOUNT)
    plan.path.write_bytes(b"not a plan")
    with pytest.raises(StalePlan, match="changed or exchanged"):
        saved_plan(workspace, ACCOUNT)
    with pytest.raises(StalePlan, match="cannot be read"):
        find_plan(workspace).load()


def test_init_runs_again_only_when_something_it_reads_changed(workspace):
    assert workspace.init()
    assert not workspace.init()
    write(workspace, "\noutput", "# changed\noutput")
    assert workspace.init()


def test_a_plan_without_changes_is_not_shown_as_that_starts_the_provider_again(workspace, monkeypatch):
    apply_plan(make_plan(workspace, ACCOUNT))
    monkeypatch.setattr(saved, "shown", lambda *_: pytest.fail("it was shown"))
    assert not make_plan(workspace, ACCOUNT).has_changes
