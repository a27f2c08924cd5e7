"""xyztf sandbox outage, save and restore, and what they do to plans, with the real Terraform on the stack `global`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TINY = """\
project: acme
account_id: "123456789012"
primary_region: eu-west-1
regions: { eu-west-1: { cidr: 10.0.0.0/16 }, eu-central-1: { cidr: 10.1.0.0/16 } }
cache: {}
"""
PLAN = ("plan", "tiny", "--sandbox", "--stack", "global", "--detailed-exitcode")


class Clone:
    """A project with one small environment."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "environments").mkdir(parents=True)
        self.write(TINY)
        assert self.run("render").returncode == 0

    def write(self, text: str) -> None:
        (self.root / "environments" / "tiny.yaml").write_text(text)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "xyztf", *arguments, "--project", str(self.root)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "XDG_CACHE_HOME": str(self.root / "cache")},
            stdin=subprocess.DEVNULL,
        )


@pytest.fixture
def clones(tmp_path: Path):
    """Makes clones, and ends their sandboxes."""
    made: list[Clone] = []

    def make(name: str) -> Clone:
        made.append(Clone(tmp_path / name))
        return made[-1]

    yield make
    for clone in made:
        clone.run("sandbox", "reset", "tiny")


@pytest.mark.terraform
def test_what_is_saved_in_one_clone_plans_empty_in_another_and_reset_forgets_it(clones, tmp_path):
    one, two, file = clones("one"), clones("two"), tmp_path / "saved"
    assert one.run("apply", "tiny", "--sandbox", "--stack", "global").returncode == 0
    saved = one.run("sandbox", "save", "tiny", str(file))
    assert (saved.returncode, saved.stdout, saved.stderr) == (0, "", f"saved: {file}\n")

    restored = two.run("sandbox", "restore", "tiny", str(file))
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout.startswith("http://127.0.0.1:")
    assert restored.stdout.strip() not in one.run("sandbox", "status", "tiny").stdout
    plan = two.run(*PLAN)
    assert (plan.returncode, plan.stdout) == (0, "global: no changes\n"), plan.stderr

    assert two.run("sandbox", "reset", "tiny").returncode == 0
    clean = two.run(*PLAN)
    assert clean.returncode == 2, clean.stderr
    assert clean.stdout == "global: 5 added\n"


@pytest.mark.terraform
def test_an_outage_fails_the_stacks_of_its_region_says_so_and_ends(clones):
    clone = clones("one")
    begun = clone.run("sandbox", "outage", "tiny", "eu-west-1")
    assert (begun.returncode, begun.stdout) == (0, "outage of eu-west-1\n")
    plan = clone.run(*PLAN)
    assert (plan.returncode, plan.stdout) == (1, "global: not planned\n")
    assert "environments/tiny/global: error:" in plan.stderr
    assert "eu-west-1 is out of reach: the sandbox has an outage there, which xyztf sandbox outage --end" in plan.stderr
    status = clone.run("sandbox", "status", "tiny")
    assert status.stdout.splitlines()[1:] == ["outage of eu-west-1"]
    assert clone.run("sandbox", "outage", "tiny", "eu-west-1", "--end").stdout == "no outage\n"
    assert clone.run(*PLAN).returncode == 2


def test_outages_are_of_the_environments_regions_and_need_no_running_sandbox(clones):
    clone = clones("one")
    assert clone.run("sandbox", "outage", "tiny").stdout == "no outage\n"
    wrong = clone.run("sandbox", "outage", "tiny", "us-east-1", "eu-west-1")
    assert wrong.returncode == 64
    assert "tiny has no region us-east-1" in wrong.stderr
    assert "it has: eu-west-1, eu-central-1" in wrong.stderr
    both = clone.run("sandbox", "outage", "tiny", "eu-west-1", "eu-central-1")
    assert both.stdout == "outage of eu-central-1\noutage of eu-west-1\n"
    status = clone.run("sandbox", "status", "tiny")
    assert (status.returncode, status.stdout) == (1, "does not run\noutage of eu-central-1\noutage of eu-west-1\n")
    assert clone.run("sandbox", "outage", "tiny", "--end").stdout == "no outage\n"


def test_a_file_of_another_account_is_refused_and_says_what_to_do(clones, tmp_path):
    clone, file = clones("one"), tmp_path / "saved"
    nothing = clone.run("sandbox", "save", "tiny", str(file))
    assert nothing.returncode == 1
    assert "the sandbox of tiny holds nothing" in nothing.stderr
    assert clone.run("sandbox", "start", "tiny").returncode == 0
    assert clone.run("sandbox", "save", "tiny", str(file)).returncode == 0
    clone.write(TINY.replace("123456789012", "210987654321"))
    refused = clone.run("sandbox", "restore", "tiny", str(file))
    assert refused.returncode == 1
    assert "it is of the account 123456789012, and the environment's is 210987654321" in refused.stderr
    assert "Traceback" not in refused.stderr
