"""plan, apply and destroy on a small project whose stacks need no provider: the real Terraform, on local states.

The states lie apart from the project, as a bucket does, so that a second checkout has the same ones."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

pytestmark = pytest.mark.terraform

STACK = """\
terraform {
  backend "local" {
    path = {{ "%s/" ~ env.name ~ "-" ~ stack.name ~ ".tfstate" }}
  }
}

# input
resource "terraform_data" "this" {
  input = "first"
}
"""
TWO_REGIONS = """\
primary_region: us-east-1
regions:
  us-east-1: { cidr: 10.1.0.0/16 }
  us-west-2: { cidr: 10.2.0.0/16 }
database: { replicas: { us-west-2: {} } }
"""


@pytest.fixture
def shop(small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """dev with the stacks global, us-east-1 and us-west-2, rendered."""
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("CHECKPOINT_DISABLE", "1")
    (small.packaged / "modules/rds-replica").mkdir()
    (small.packaged / "modules/rds-replica/main.tf.j2").write_text("locals {}\n")
    small.write({"environments/dev.yaml": TWO_REGIONS})
    change(small)
    return small


def change(shop, old: str = "", new: str = "", stacks: tuple[str, ...] = ("global", "region")) -> None:
    """Change something in the stacks' file, and render."""
    text = STACK % shop.packaged.parent
    assert old in text
    for kind in ("global", "region"):
        written = text.replace(old, new) if kind in stacks else text
        (shop.packaged / "stacks" / kind / "main.tf.j2").write_text(written)
    assert shop.run("render") == 0


def state_of(shop, stack: str, environment: str = "dev") -> dict[str, str]:
    """What the stack's state holds: addresses and inputs."""
    file = shop.packaged.parent / f"{environment}-{stack}.tfstate"
    if not file.is_file():
        return {}
    found = json.loads(file.read_text())["resources"]
    return {f"{each['type']}.{each['name']}": each["instances"][0]["attributes"]["input"]["value"] for each in found}


def checkout(shop, name: str):
    """Another checkout of the same project, with nothing of what xyztf keeps."""
    shutil.copytree(shop.root, shop.root.parent / name, ignore=shutil.ignore_patterns(".xyztf", ".terraform*"))
    return replace(shop, root=shop.root.parent / name)


FIRST = {"terraform_data.this": "first"}
SECOND = {"terraform_data.this": "second"}


def test_exit_codes_are_those_of_terraform_and_4_for_the_guard(shop, capfd) -> None:
    assert shop.run("plan", "dev") == 0
    assert shop.run("plan", "dev", "--detailed-exitcode") == 2
    assert shop.run("apply", "dev", "--yes") == 0
    assert shop.run("plan", "dev", "--detailed-exitcode") == 0
    shop.write({"environments/dev.yaml": TWO_REGIONS + "protected: true\n"})
    change(shop, 'resource "terraform_data" "this"', 'resource "terraform_data" "other"', ("global",))
    capfd.readouterr()
    assert shop.run("plan", "dev", "--detailed-exitcode") == 4
    assert "global: terraform_data.this would be destroyed" in capfd.readouterr().err
    assert shop.run("apply", "dev", "--yes") == 4
    change(shop, '"first"', "tonumber(terraform_data.nobody.id)", ("global",))
    assert shop.run("plan", "dev", "--detailed-exitcode") == 1
    assert "environments/dev/global/main.tf" in capfd.readouterr().err


def test_a_plan_that_errored_is_not_applied_later(shop, capfd) -> None:
    assert shop.run("plan", "dev") == 0
    # Terraform writes a plan file, with what it had planned until then, also when it fails.
    never = 'condition     = terraform_data.this.input == 2\n    error_message = "never"\n'
    needy = f"lifecycle {{\n  precondition {{\n    {never}  }}\n}}\n"
    change(shop, "# input", f'resource "terraform_data" "needy" {{\n{needy}}}\n')
    assert shop.run("plan", "dev") == 1
    assert "never" in capfd.readouterr().err
    assert list(shop.root.rglob("*.tfplan")) == [], "nor is the one that was kept before"
    assert shop.run("apply", "dev", "--yes") == 1
    assert state_of(shop, "global") == {}


def test_stale_plans_are_all_told_and_nothing_is_applied(shop, capfd) -> None:
    assert shop.run("plan", "dev") == 0
    other = checkout(shop, "other")
    for stack in ("global", "us-west-2"):
        assert other.run("apply", "dev", "--stack", stack, "--yes") == 0
    capfd.readouterr()
    assert shop.run("apply", "dev", "--yes") == 1
    out, err = capfd.readouterr()
    assert out == ""
    for stack in ("global", "us-west-2"):
        assert f"environments/dev/{stack}: error: the plan is stale: the state has moved on" in err
        assert f"xyztf plan dev --stack {stack} makes a new one" in err
    assert "no state then, serial 1 now" in err
    assert state_of(shop, "us-east-1") == {}, "a plan was applied beside stale ones"
    assert shop.run("plan", "dev") == 0
    assert shop.run("apply", "dev", "--yes") == 0
    assert state_of(shop, "us-east-1") == FIRST


def test_plans_made_by_one_job_are_applied_by_another(shop, tmp_path, capfd) -> None:
    handed = tmp_path / "handed" / "plans"
    assert shop.run("apply", "dev", "--stack", "global", "--yes") == 0
    change(shop, '"first"', '"second"', ("region",))
    assert shop.run("plan", "dev", "--out", str(handed)) == 0
    assert f"xyztf apply dev --plans {handed}" in capfd.readouterr().err
    assert sorted(each.name for each in handed.iterdir()) == [
        *("global.json", "us-east-1.json", "us-east-1.tfplan", "us-west-2.json", "us-west-2.tfplan")
    ]
    assert stat.S_IMODE(handed.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in handed.iterdir()} == {0o600}
    assert list(handed.parent.iterdir()) == [handed]
    assert list((shop.root / ".xyztf").rglob("*.tfplan")) == [], "kept twice, one of them would go stale"

    other = checkout(shop, "other")
    shutil.rmtree(shop.root)
    assert other.run("apply", "dev", "--plans", str(handed), "--yes") == 0
    assert state_of(shop, "us-west-2") == SECOND
    assert len(list(handed.iterdir())) == 5
    assert other.run("apply", "dev", "--plans", str(handed), "--yes") == 1
    assert "no state then, serial 1 now" in capfd.readouterr().err
    assert other.run("plan", "dev", "--detailed-exitcode") == 0


FAILS = '  provisioner "local-exec" {\n    command = "false"\n  }\n  input = "first"'


def test_after_a_failure_apply_goes_on_and_a_folder_of_plans_is_planned_again(shop, tmp_path, capfd) -> None:
    change(shop, '  input = "first"', FAILS, ("region",))
    plans = str(tmp_path / "plans")
    assert shop.run("plan", "dev", "--out", plans) == 0
    assert shop.run("apply", "dev", "--plans", plans, "--yes") == 1
    err = capfd.readouterr().err
    assert "us-west-2 not started: us-east-1 failed" in err
    assert "put it right; plan again" in err
    assert shop.run("apply", "dev", "--plans", plans, "--yes") == 1
    assert "stale" in capfd.readouterr().err

    assert shop.run("plan", "dev") == 0
    assert shop.run("apply", "dev", "--yes") == 1
    assert "to go on from here: xyztf" in capfd.readouterr().err
    change(shop)
    assert shop.run("apply", "dev", "--stack", "us-east-1", "--yes") == 0
    assert state_of(shop, "us-east-1") == FIRST


def test_only_the_plans_in_the_folder_are_applied_or_some_of_them(shop, tmp_path, capfd) -> None:
    plans = str(tmp_path / "plans")
    assert shop.run("plan", "dev", "--stack", "global", "--stack", "us-west-2", "--out", plans) == 0
    assert shop.run("apply", "dev", "--plans", plans, "--stack", "us-east-1", "--yes") == 64
    assert f"{plans} has no plan of us-east-1" in capfd.readouterr().err
    assert shop.run("apply", "dev", "--plans", plans, "--stack", "global", "--yes") == 0
    assert [state_of(shop, each) for each in ("global", "us-east-1", "us-west-2")] == [FIRST, {}, {}]
    assert shop.run("apply", "dev", "--plans", plans, "--stack", "us-west-2", "--yes") == 0
    assert [state_of(shop, each) for each in ("us-east-1", "us-west-2")] == [{}, FIRST]


def test_plans_of_something_else_are_refused(shop, tmp_path, capfd) -> None:
    plans = tmp_path / "plans"
    assert shop.run("plan", "prod", "--out", str(plans)) == 0
    assert shop.run("apply", "dev", "--plans", str(plans), "--yes") == 1
    assert "holds plans of prod, and not of dev alone" in capfd.readouterr().err
    bound = json.loads((plans / "global.json").read_text())
    for key, value, told in (
        ("target", "sandbox", "a plan for the target sandbox, and this is aws"),
        ("account", "210987654321", "a plan for the account 210987654321, and this is 123456789012"),
        ("stack", "prod/us-east-1", "a plan for the stack prod/us-east-1, and this is prod/global"),
        ("digest", "0" * 64, "not the one that was kept"),
        ("terraform", "1.11.0", "Terraform has another version: 1.11.0 then"),
    ):
        (plans / "global.json").write_text(json.dumps(bound | {key: value}))
        assert shop.run("apply", "prod", "--plans", str(plans), "--yes") == 1
        assert told in capfd.readouterr().err
    assert state_of(shop, "us-east-1", "prod") == {}


def test_a_folder_with_something_else_is_not_touched(shop, tmp_path, capfd) -> None:
    plans = tmp_path / "plans"
    plans.mkdir()
    (plans / "thesis.txt").write_text("mine")
    assert shop.run("plan", "dev", "--out", str(plans)) == 64
    assert "holds something else than plans: thesis.txt" in capfd.readouterr().err
    for name in ("data.json", "old.tfplan"):
        (plans / name).write_text("{}")
        (plans / "thesis.txt").unlink(missing_ok=True)
        assert shop.run("plan", "dev", "--out", str(plans)) == 64
        assert (plans / name).read_text() == "{}"
        (plans / name).unlink()
    (plans / "thesis.txt").write_text("mine")
    assert shop.run("plan", "dev", "--out", str(plans / "thesis.txt")) == 64
    assert shop.run("apply", "dev", "--plans", str(tmp_path / "nowhere"), "--yes") == 64
    assert "xyztf plan dev --out" in capfd.readouterr().err


def test_older_plans_in_the_folder_are_replaced_by_all_new_ones_or_none(shop, tmp_path, capfd) -> None:
    plans = tmp_path / "plans"
    assert shop.run("plan", "dev", "--out", str(plans)) == 0
    before = {each.name: each.read_bytes() for each in plans.iterdir()}
    change(shop, '"first"', "tonumber(terraform_data.nobody.id)", ("global",))
    assert shop.run("plan", "dev", "--out", str(plans)) == 1
    assert f"no plans were put into {plans}: there is none of global" in capfd.readouterr().err
    assert {each.name: each.read_bytes() for each in plans.iterdir()} == before
    change(shop)
    assert shop.run("plan", "dev", "--stack", "global", "--out", str(plans)) == 0
    assert sorted(each.name for each in plans.iterdir()) == ["global.json", "global.tfplan"]


@pytest.mark.parametrize("ignored", [False, True])
def test_plans_that_git_would_commit_are_warned_of(shop, capfd, ignored: bool) -> None:
    subprocess.run(["git", "init", "-q", str(shop.root)], check=True)
    if ignored:
        shop.write({".gitignore": "*.tfplan\n"})
    assert shop.run("plan", "dev", "--stack", "global", "--out", str(shop.root / "plans")) == 0
    assert ("git would commit" in capfd.readouterr().err) is not ignored


def applied(err: str) -> list[str]:
    return [line.split()[1] for line in err.splitlines() if line.split()[2:] in (["applied"], ["destroyed"])]


def test_what_was_planned_to_go_goes_backwards(shop, capfd) -> None:
    assert shop.run("apply", "dev", "--yes") == 0
    assert applied(capfd.readouterr().err) == ["global", "us-east-1", "us-west-2"]
    assert shop.run("plan", "dev", "--destroy") == 0
    capfd.readouterr()
    assert shop.run("apply", "dev", "--yes", "--parallel", "1") == 0
    assert applied(capfd.readouterr().err) == ["us-west-2", "us-east-1", "global"]
    assert [state_of(shop, each) for each in ("global", "us-east-1", "us-west-2")] == [{}, {}, {}]


def test_plans_that_build_and_take_down_do_not_go_together(shop, capfd) -> None:
    assert shop.run("apply", "dev", "--yes") == 0
    assert shop.run("plan", "dev", "--stack", "us-east-1", "--destroy") == 0
    change(shop, '"first"', '"second"')
    assert shop.run("plan", "dev", "--stack", "global") == 0
    assert shop.run("plan", "dev", "--stack", "us-east-1", "--destroy") == 0
    capfd.readouterr()
    assert shop.run("apply", "dev", "--yes") == 1
    err = capfd.readouterr().err
    assert "the kept plans do not go together: us-east-1 is taken down, and global is not" in err
    assert "us-east-1 would be taken down, and us-west-2, which needs it, is still there" in err
    assert state_of(shop, "us-east-1") == FIRST


def test_what_was_not_planned_is_left_alone_by_plans_that_take_down(shop, capfd) -> None:
    assert shop.run("apply", "dev", "--yes") == 0
    assert shop.run("plan", "dev", "--stack", "us-west-2", "--destroy") == 0
    capfd.readouterr()
    assert shop.run("apply", "dev", "--yes") == 0
    err = capfd.readouterr().err
    assert "us-east-1 left alone" in err
    assert applied(err) == ["us-west-2"]
    assert state_of(shop, "us-east-1") == FIRST


def test_what_is_forgotten_or_moved_is_said(shop, capfd) -> None:
    assert shop.run("apply", "dev", "--stack", "global", "--yes") == 0
    removed = "removed {\n  from = terraform_data.this\n  lifecycle {\n    destroy = false\n  }\n}\n#"
    change(shop, 'resource "terraform_data" "this" {\n  input = "first"\n}', removed)
    capfd.readouterr()
    assert shop.run("plan", "dev", "--stack", "global") == 0
    out = capfd.readouterr().out
    assert out.startswith("global: 1 forgotten\n  x terraform_data.this\n")
    assert "! terraform_data.this: is no longer managed: it stays, goes on costing" in out
    moved = 'resource "terraform_data" "that" {\n  input = "first"\n}\nmoved {\n  from = terraform_data.this\n'
    change(shop, 'resource "terraform_data" "this" {\n  input = "first"\n', f"{moved}  to = terraform_data.that\n")
    assert shop.run("plan", "dev", "--stack", "global", "--detailed-exitcode") == 2
    assert capfd.readouterr().out.endswith(
        "global: 1 moved\n  = terraform_data.that (moved from terraform_data.this)\n"
    )
    assert shop.run("apply", "dev", "--stack", "global", "--yes") == 0
    assert state_of(shop, "global") == {"terraform_data.that": "first"}
