"""Where stacks are applied: the copy that Terraform runs in, and the provider's lock, which is the project's."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from xyztf.project import Project
from xyztf.stacks.stack import stacks
from xyztf.target import Aws
from xyztf.terraform.binary import Binary
from xyztf.terraform.workspace import ERRORED_STATE, LOCK_FILE, RECOVERED, Workspace

NEWER = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.100.0"\n}\n'
TERRAFORM = """\
#!/bin/sh
case "$1" in init) printf '%s' 'locked' > .terraform.lock.hcl; mkdir -p "$TF_DATA_DIR";; esac
"""


@pytest.fixture
def project(small) -> Path:
    assert small.run("render") == 0
    return small.root


@pytest.fixture
def binary(tmp_path: Path) -> Binary:
    path = tmp_path / "terraform"
    path.write_text(TERRAFORM)
    path.chmod(0o755)
    return Binary(path, "1.11.4")


def workspaces(project: Path, binary: Binary, environment: str = "dev") -> dict[str, Workspace]:
    target = Aws(project, binary)
    loaded = Project.at(project).load(environment).environment
    target.copy(environment)
    return {stack.name: target.workspace(loaded, stack) for stack in stacks(loaded)}


def test_terraform_runs_in_a_private_copy_that_is_laid_out_like_the_project(project, binary):
    stack = workspaces(project, binary)["us-east-1"]
    assert (stack.folder / "main.tf").read_bytes() == (project / "environments/dev/us-east-1/main.tf").read_bytes()
    assert (stack.folder / "../../../modules/dev/vpc/main.tf").is_file()
    assert stat.S_IMODE((project / ".xyztf" / "aws" / "dev").stat().st_mode) == 0o700
    assert (project / ".xyztf" / ".gitignore").read_text() == "*\n"


def test_the_copy_follows_the_project_and_keeps_what_terraform_put_there(project, binary):
    stack = workspaces(project, binary)["us-east-1"]
    for name in (ERRORED_STATE, RECOVERED):
        (stack.folder / name).write_text("kept")
    (stack.folder / "old.tf").write_text("gone")
    (project / "environments/dev/us-east-1/main.tf").write_text("# changed\n")
    workspaces(project, binary)
    assert sorted(path.name for path in stack.folder.iterdir()) == [ERRORED_STATE, "main.tf", RECOVERED]
    assert (stack.folder / "main.tf").read_text() == "# changed\n"


def test_the_lock_that_init_writes_comes_into_the_project(project, binary):
    stack = workspaces(project, binary)["us-east-1"]
    assert stack.init() is True
    assert (project / "environments/dev/us-east-1" / LOCK_FILE).read_text() == "locked"
    assert sorted(path.name for path in (project / "environments/dev/us-east-1").iterdir()) == [LOCK_FILE, "main.tf"]
    assert stack.init() is False


def test_the_projects_lock_is_what_terraform_goes_by(project, binary):
    home = project / "environments/dev/us-east-1" / LOCK_FILE
    home.write_text(NEWER)
    assert (workspaces(project, binary)["us-east-1"].folder / LOCK_FILE).read_text() == NEWER
    home.write_text("another\n")
    assert (workspaces(project, binary)["us-east-1"].folder / LOCK_FILE).read_text() == "another\n"


def test_a_stack_without_a_lock_takes_that_of_its_environments_others_and_then_of_the_projects(project, binary):
    (project / "environments/prod/global" / LOCK_FILE).write_text("of prod")
    assert (workspaces(project, binary)["us-east-1"].folder / LOCK_FILE).read_text() == "of prod"
    (project / "environments/dev/global" / LOCK_FILE).write_text(NEWER)
    (project / ".xyztf/aws/dev/tree/environments/dev/us-east-1" / LOCK_FILE).unlink()
    assert (workspaces(project, binary)["us-east-1"].folder / LOCK_FILE).read_text() == NEWER


def test_a_project_without_locks_gets_none(project, binary):
    assert not (workspaces(project, binary)["us-east-1"].folder / LOCK_FILE).exists()
