"""Which stacks a change in git's working tree touches."""

from __future__ import annotations

import subprocess

import pytest

from xyztf.errors import XyztfError
from xyztf.operations.changed import changed_files, touched

ROOTS = {"environments/dev/a": "dev", "environments/prod/a": "prod", "own": None}


def git(folder, *arguments):
    command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-C", str(folder), *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path):
    base = (tmp_path / "project").resolve()
    for name, text in {
        "environments/_defaults.yaml": "a: 1\n",
        "environments/dev.yaml": "a: 1\n",
        "environments/prod.yaml": "inherits: staging\n",
        "environments/staging.yaml": "a: 1\n",
        "environments/dev/a/main.tf": 'module "m" {\n  source = "../../../modules/dev/m"\n}\n',
        "environments/prod/a/main.tf": 'module "m" {\n  source = "../../../modules/prod/m"\n}\n',
        "modules/dev/m/main.tf": "",
        "modules/prod/m/main.tf": "",
        "templates/m.tf.j2": "",
        "own/main.tf": "",
        "README.md": "",
    }.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(text)
    git(base.parent, "init", "-q", str(base))
    git(base, "add", "-A")
    git(base, "commit", "-qm", "x")
    return base


def test_nothing_has_changed(project):
    assert touched(project, ROOTS) == {}


@pytest.mark.parametrize(
    ("file", "stacks"),
    [
        ("modules/dev/m/main.tf", ["environments/dev/a"]),
        ("modules/dev/m/new file.tf", ["environments/dev/a"]),
        ("environments/prod/a/terraform.tfvars", ["environments/prod/a"]),
        ("environments/dev.yaml", ["environments/dev/a"]),
        ("environments/staging.yaml", ["environments/prod/a"]),
        ("environments/_defaults.yaml", ["environments/dev/a", "environments/prod/a"]),
        ("templates/m.tf.j2", ["environments/dev/a", "environments/prod/a"]),
        ("own/below/x.tf", ["own"]),
        ("xyztf-suppressions.yaml", list(ROOTS)),
        ("README.md", []),
    ],
)
@pytest.mark.parametrize("staged", [True, False])
def test_a_changed_file_touches_the_stacks_that_hang_on_it(project, file, stacks, staged):
    (project / file).parent.mkdir(exist_ok=True)
    with (project / file).open("a") as opened:
        opened.write("# x\n")
    if staged:
        git(project, "add", "-A")
    assert list(touched(project, ROOTS)) == stacks


def test_a_file_that_is_gone_or_has_moved_counts_on_both_ends(project):
    git(project, "mv", "modules/dev/m/main.tf", "modules/prod/m/other.tf")
    assert list(touched(project, ROOTS)) == ["environments/dev/a", "environments/prod/a"]
    (project / "own/main.tf").unlink()
    assert str(project / "own/main.tf") in changed_files(project)


def test_it_is_told_where_git_knows_nothing(tmp_path):
    with pytest.raises(XyztfError, match="git cannot tell what has changed"):
        changed_files(tmp_path)


def test_it_is_told_where_there_is_no_git(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(XyztfError, match="git cannot be run"):
        changed_files(tmp_path)
