"""The README's examples do what the README says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from xyztf.project import Project
from xyztf.stacks.stack import stacks
from xyztf.terraform.binary import find_binary
from xyztf.terraform.validate import validate

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def example(language: str, number: int = 0) -> str:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)[number]


def xyztf(*arguments: str, project: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "xyztf", *arguments, "--project", str(project)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "demo.yaml").write_text(example("yaml"))
    return tmp_path


def test_the_first_example_is_about_ten_lines_and_renders(demo):
    assert len(example("yaml").splitlines()) <= 11
    assert xyztf("render", project=demo).returncode == 0
    assert {path.name for path in (demo / "environments" / "demo").iterdir()} == {"global", "eu-west-1", "eu-central-1"}
    assert xyztf("render", "--check", project=demo).returncode == 0


@pytest.mark.terraform
def test_the_first_example_is_valid_terraform(demo):
    assert xyztf("render", project=demo).returncode == 0
    environment = Project.at(demo).load("demo").environment
    pairs = [("demo", stack.name) for stack in stacks(environment)]
    assert validate(demo, pairs, find_binary(), lambda *_: None) == []


def test_the_diff_is_what_the_command_above_it_prints():
    (command,) = re.findall(r"^xyztf (render prod .*)$", example("sh", 2), re.MULTILINE)
    assert xyztf(*command.split(), project=ROOT).stdout == example("diff")


def test_the_mistakes_are_told_as_shown(demo):
    wrong = example("yaml").replace("# environments/demo.yaml\n", "")
    wrong = wrong.replace("  replicas:", "  instance_class: db.t4g.micro\n  replica:").replace(
        "cache: {}", "cache: { nodes: 1 }"
    )
    (demo / "environments" / "demo.yaml").write_text(wrong)
    told = xyztf("config", "show", "demo", project=demo)
    assert told.returncode == 1
    assert told.stderr == example("text")


def test_every_command_of_the_table_exists():
    for name in re.findall(r"^\| `xyztf (\w+)", README, re.MULTILINE):
        assert xyztf_help(name).returncode == 0


def xyztf_help(name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "xyztf", name, "--help"], capture_output=True, text=True, check=False)


def test_every_link_leads_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
