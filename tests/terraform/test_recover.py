"""Going on after an apply that was cut off. The provider is Terraform's own: one resource, which it can import."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from xyztf.errors import Problem
from xyztf.terraform import lock, recover
from xyztf.terraform.apply import apply_plan, resources
from xyztf.terraform.binary import find_binary
from xyztf.terraform.lock import LockInfo
from xyztf.terraform.process import RUNNING
from xyztf.terraform.recover import NOTHING, Recovery, not_there
from xyztf.terraform.saved import make_plan
from xyztf.terraform.unfinished import JOURNAL, RECORD, Creation, begin, unfinished
from xyztf.terraform.workspace import ERRORED_STATE, RECOVERED, TerraformFailed, Workspace

pytestmark = pytest.mark.terraform

ACCOUNT = "123456789012"
MAIN = """
terraform {
  backend "local" {}
}

resource "terraform_data" "this" {
  for_each = toset(["a", "b \\"c\\" $${d}"])
  input    = each.key
}
"""
A, B = 'terraform_data.this["a"]', 'terraform_data.this["b \\"c\\" $${d}"]'


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    folder = tmp_path / "environments" / "demo" / "global"
    folder.mkdir(parents=True)
    (tmp_path / "modules" / "demo").mkdir(parents=True)
    (folder / "main.tf").write_text(MAIN)
    variables = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    return Workspace("demo", "global", folder, tmp_path / "private", find_binary().path, variables)


@pytest.fixture
def cut_off(workspace: Workspace) -> Callable[..., list[str]]:
    """Applies, and leaves what a Terraform leaves that was killed right after, with `lost` not in its state."""

    def cut(*lost: str) -> list[str]:
        plan = make_plan(workspace, ACCOUNT)
        record = begin(workspace, plan.planned).with_name(RECORD).read_bytes()
        apply_plan(plan)
        listed = state(workspace)
        (workspace.private / RECORD).write_bytes(record)
        lines = []
        for address, identifier in listed.items():
            hook = {"resource": {"addr": address, "resource_type": "terraform_data"}, "action": "create"}
            complete = {**hook, "id_key": "id", "id_value": identifier}
            lines += [{"type": "apply_start", "hook": hook}, {"type": "apply_complete", "hook": complete}]
        (workspace.private / JOURNAL).write_text(
            "".join(json.dumps(line) + "\n" for line in lines) + '{"type": "apply_st'
        )
        for address in lost:
            assert workspace.run("state rm", address)[0] == 0
        return [listed[address] for address in lost]

    return cut


def state(workspace: Workspace) -> dict[str, str]:
    out = json.loads(workspace.run("state pull")[1])
    return {
        f"{each['type']}.{each['name']}[{json.dumps(instance['index_key']).replace('${', '$${')}]": instance[
            "attributes"
        ]["id"]
        for each in out["resources"]
        for instance in each["instances"]
    }


def test_what_was_created_and_is_in_no_state_is_taken_in(workspace, cut_off):
    (identifier,) = cut_off(B)
    said: list[str] = []
    plan = make_plan(workspace, ACCOUNT, say=said.append)
    assert [(change.address, change.imported) for change in plan.planned.changes if change.imported] == [
        (B, json.dumps(identifier))
    ]
    assert plan.planned.counts().added == 0
    assert f"{B}: it exists already ({identifier}), and is taken into the state" in said
    apply_plan(plan)
    assert state(workspace)[B] == identifier
    assert unfinished(workspace) is None
    assert not (workspace.folder / RECOVERED).exists()
    assert not make_plan(workspace, ACCOUNT).has_changes


def test_killed_again_before_it_was_taken_in_it_is_taken_in_the_time_after(workspace, cut_off):
    (identifier,) = cut_off(B)
    begin(workspace, make_plan(workspace, ACCOUNT).planned)
    apply_plan(make_plan(workspace, ACCOUNT))
    assert state(workspace)[B] == identifier


def test_taking_down_does_not_leave_behind_what_is_in_no_state(workspace, cut_off):
    cut_off(B)
    with pytest.raises(TerraformFailed, match="in no state, and taking down would leave them"):
        make_plan(workspace, ACCOUNT, destroy=True)
    apply_plan(make_plan(workspace, ACCOUNT))
    assert make_plan(workspace, ACCOUNT, destroy=True).planned.counts().destroyed == 2


def test_what_terraform_had_not_begun_with_is_created(workspace, cut_off):
    cut_off(A, B)
    (workspace.private / JOURNAL).write_text("")
    plan = make_plan(workspace, ACCOUNT)
    assert plan.planned.counts().added == 2


def test_with_nothing_lost_the_next_plan_is_empty_and_the_run_is_forgotten(workspace, cut_off):
    cut_off()
    assert unfinished(workspace) is not None
    assert not make_plan(workspace, ACCOUNT).has_changes
    assert unfinished(workspace) is None


def test_a_record_that_is_damaged_stops_nothing(workspace, cut_off):
    cut_off()
    (workspace.private / RECORD).write_text("{")
    assert not make_plan(workspace, ACCOUNT).has_changes


def test_the_record_is_private_and_gone_after_an_apply(workspace):
    plan = make_plan(workspace, ACCOUNT)
    begin(workspace, plan.planned)
    assert stat.S_IMODE((workspace.private / RECORD).stat().st_mode) == 0o600
    apply_plan(make_plan(workspace, ACCOUNT))
    assert not (workspace.private / RECORD).exists()


def test_an_apply_that_fails_by_itself_came_to_its_end_and_one_that_was_interrupted_did_not(workspace, monkeypatch):
    fails = 'resource "terraform_data" "bad" {\n  provisioner "local-exec" {\n    command = "exit 1"\n  }\n}\n'
    (workspace.folder / "more.tf").write_text(fails)
    monkeypatch.setattr(RUNNING, "stopped", False)
    with pytest.raises(TerraformFailed):
        apply_plan(make_plan(workspace, ACCOUNT))
    assert unfinished(workspace) is None
    monkeypatch.setattr(RUNNING, "stopped", True)
    with pytest.raises(TerraformFailed):
        apply_plan(make_plan(workspace, ACCOUNT))
    assert unfinished(workspace) is not None


def test_a_creation_that_was_interrupted_is_kept_and_not_made_anew(workspace, cut_off, monkeypatch):
    cut_off()
    assert workspace.run("taint", A)[0] == 0
    assert workspace.run("taint", B)[0] == 0
    monkeypatch.setattr(recover, "is_completed_in_place", lambda kind: kind == "terraform_data")
    said: list[str] = []
    assert not make_plan(workspace, ACCOUNT, say=said.append).has_changes
    assert f"{A}: its creation was interrupted; it is kept, and what it lacks is in the plan" in said


def test_what_somebody_tainted_is_made_anew(workspace, monkeypatch):
    monkeypatch.setattr(recover, "is_completed_in_place", lambda kind: kind == "terraform_data")
    apply_plan(make_plan(workspace, ACCOUNT))
    assert workspace.run("taint", A)[0] == 0
    assert make_plan(workspace, ACCOUNT).planned.counts().replaced == 1


def test_a_state_that_could_not_be_written_is_written_before_the_next_plan(workspace):
    apply_plan(make_plan(workspace, ACCOUNT))
    kept = workspace.run("state pull")[1]
    for address in resources(workspace):
        assert workspace.run("state rm", 'terraform_data.this["a"]' if '"a"' in address else B)[0] in (0, 1)
    newer = {**json.loads(kept), "serial": json.loads(kept)["serial"] + 10}
    (workspace.folder / ERRORED_STATE).write_text(json.dumps(newer))
    assert not make_plan(workspace, ACCOUNT).has_changes
    assert not (workspace.folder / ERRORED_STATE).exists()


def test_a_guess_at_what_does_not_exist_is_dropped():
    imports = {'module.m.aws_iam_role.a["k"]': "one", "aws_iam_role.b": "two"}
    detail = 'While attempting to import an existing object to "module.m.aws_iam_role.a[\\"k\\"]", ...'
    failure = TerraformFailed(Problem("Cannot import non-existent remote object", hint=detail))
    assert not_there(failure, Recovery(imports)) == {'module.m.aws_iam_role.a["k"]'}
    assert not_there(failure, NOTHING) == set()


@pytest.mark.parametrize(
    ("who", "age", "released"),
    [("ours", 0, True), ("ann@elsewhere", 0, False), ("ours", 3600, False)],
    ids=["ours", "somebody else's", "older than the run"],
)
def test_only_the_lock_of_the_run_that_was_cut_off_is_released(workspace, cut_off, monkeypatch, who, age, released):
    cut_off()
    monkeypatch.setattr(recover.getpass, "getuser", lambda: "me")
    monkeypatch.setattr(recover.socket, "gethostname", lambda: "here")
    created = datetime.now(UTC) - timedelta(seconds=age)
    info = LockInfo("1-2", "p", "apply", "me@here" if who == "ours" else who, "1.11", created)
    let_go: list[str] = []
    monkeypatch.setattr(lock, "holder", lambda _: info)
    monkeypatch.setattr(lock, "release", lambda _, which: let_go.append(which))
    make_plan(workspace, ACCOUNT)
    assert let_go == (["1-2"] if released else [])


def test_a_creation_knows_its_identifier_once_terraform_has_said_it(workspace):
    plan = make_plan(workspace, ACCOUNT)
    journal = begin(workspace, plan.planned)
    hook = {"resource": {"addr": A, "resource_type": "terraform_data"}, "action": "create"}
    journal.write_text(json.dumps({"type": "apply_start", "hook": hook}) + "\n")
    found = unfinished(workspace)
    assert found is not None
    assert found.creations[A] == Creation("terraform_data", {"input": "a"}, None, began=True)
    assert not found.creations[B].began
