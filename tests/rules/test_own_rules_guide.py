"""What docs/own-rules.md shows works as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import write
from xyztf.cli.app import run
from xyztf.rules.run import FAILED
from xyztf.testing import check_rule, own_rules

GUIDE = (Path(__file__).parents[2] / "docs" / "own-rules.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(?:# (\S+/\S+)\n)?(.*?)```", GUIDE, re.DOTALL)
FILES = {name: f"# {name}\n{text}" for _, name, text in BLOCKS if name}


@pytest.fixture
def project(tmp_path, monkeypatch):
    write(tmp_path, {**FILES, "environments/_defaults.yaml": ""})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_file_is_there():
    assert set(FILES) == {"rules/_teams.py", "rules/databases.py", "extra/main.tf", "tests/test_rules.py"}


def test_the_command_says_what_is_shown(project, capsys):
    [command] = re.findall(r"^`xyztf (lint .*?)` says, and exits with 1:", GUIDE, re.MULTILINE)
    [said] = [text for language, _, text in BLOCKS if language == "text"]
    assert run(command.split()) == 1
    assert capsys.readouterr().out.startswith(said + "\n")


def test_the_test_passes(project):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_rules.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=project)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_the_rules_are_listed_and_explained(project, capsys):
    assert [check_rule(rule) for rule in own_rules()] == [None, None]
    assert run(["rules"]) == 0
    assert capsys.readouterr().out.endswith(
        "\n\nRules of this project\n"
        "  ACME001  warning  A database of no team\n"
        "  ACME002  note     A variable without a description\n"
    )
    assert run(["rules", "acme001"]) == 0
    assert "At night nobody knows whom to wake." in capsys.readouterr().out


def test_it_names_the_id_of_a_rule_that_fails():
    assert f"`{FAILED}`" in GUIDE
