"""What can be told of a state without telling what is in it, with the real Terraform."""

from __future__ import annotations

import json

import pytest
from python_terraform import IsFlagged

from xyztf.terraform.state import State, is_missing_bucket, state
from xyztf.terraform.workspace import TerraformFailed

pytestmark = pytest.mark.terraform


def test_a_state_is_counted_from_nothing_to_applied_to_destroyed(states):
    workspace = states.workspace
    workspace.init()
    assert state(workspace) == State("", 0, 0, workspace_version(workspace))
    assert not state(workspace).applied

    assert workspace.run("apply", auto_approve=IsFlagged, input=False)[0] == 0
    applied = state(workspace)
    assert applied.applied
    assert (applied.resources, applied.version) == (2, workspace_version(workspace))

    assert workspace.run("destroy", auto_approve=IsFlagged, input=False)[0] == 0
    destroyed = state(workspace)
    assert (destroyed.applied, destroyed.resources, destroyed.lineage) == (True, 0, applied.lineage)
    assert destroyed.serial > applied.serial


def workspace_version(workspace):
    return json.loads(workspace.run("version", json=IsFlagged)[1])["terraform_version"]


def test_a_missing_bucket_is_told_from_other_failures(states):
    workspace = states.workspace
    workspace.init()
    states.remove()
    with pytest.raises(TerraformFailed) as error:
        state(workspace)
    assert is_missing_bucket(error.value)
    (workspace.private / "initialised").unlink()
    with pytest.raises(TerraformFailed) as error:
        workspace.init()
    assert is_missing_bucket(error.value)


def test_a_state_that_is_none_is_an_error_and_not_missing(states):
    states.workspace.init()
    states.put(states.key, '{"version": 4')
    with pytest.raises(TerraformFailed) as error:
        state(states.workspace)
    assert not is_missing_bucket(error.value)


def test_a_backend_that_does_not_answer_is_an_error(states):
    states.workspace.init()
    with pytest.raises(TerraformFailed, match=r"did not answer in 0.01 seconds"):
        state(states.workspace, timeout_seconds=0.01)
