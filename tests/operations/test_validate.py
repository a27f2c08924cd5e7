"""Validation before a plan: all stacks at first, and later those whose files have changed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from xyztf.errors import Problem
from xyztf.operations import validate
from xyztf.terraform.binary import Binary


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """The stacks that Terraform was asked about. `bad` is never valid."""
    names: list[str] = []

    def terraform(_root, stacks, _binary, done, _parallel):
        found = []
        for environment, name in stacks:
            names.append(name)
            problems = [Problem("no")] if name == "bad" else []
            done(environment, name, problems)
            found += problems
        return found

    monkeypatch.setattr(validate, "validate", terraform)
    monkeypatch.setattr(validate, "find_binary", lambda: Binary(Path("/bin/terraform"), "1.11.4"))
    return names


def scope(root: Path, *names: str):
    for name in names:
        folder = root / "environments" / "dev" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "main.tf").write_text("# one\n")
    return SimpleNamespace(
        root=root,
        environment=SimpleNamespace(name="dev"),
        stacks=[SimpleNamespace(name=name) for name in names],
        workspace=lambda name: SimpleNamespace(private=root / "private" / name),
    )


def test_what_was_valid_is_not_asked_again_and_is_told_all_the_same(tmp_path, asked):
    told: list[tuple[str, list[Problem]]] = []
    here = scope(tmp_path, "global", "us-east-1")
    assert validate.validate_stacks(here) == []
    assert validate.validate_stacks(here, done=lambda *each: told.append(each)) == []
    assert asked == ["global", "us-east-1"]
    assert told == [("global", []), ("us-east-1", [])]


def test_a_file_a_module_or_another_terraform_asks_again(tmp_path, asked, monkeypatch):
    here = scope(tmp_path, "global", "us-east-1")
    validate.validate_stacks(here)
    (tmp_path / "environments" / "dev" / "global" / "main.tf").write_text("# two\n")
    validate.validate_stacks(here)
    assert asked[2:] == ["global"]
    module = tmp_path / "modules" / "dev" / "vpc" / "main.tf"
    module.parent.mkdir(parents=True)
    module.write_text("# a module\n")
    validate.validate_stacks(here)
    assert asked[3:] == ["global", "us-east-1"]
    monkeypatch.setattr(validate, "find_binary", lambda: Binary(Path("/bin/terraform"), "1.12.0"))
    validate.validate_stacks(here)
    assert asked[5:] == ["global", "us-east-1"]


def test_what_was_not_valid_is_asked_again(tmp_path, asked):
    here = scope(tmp_path, "bad", "global")
    for _ in range(2):
        assert validate.validate_stacks(here) == [Problem("no")]
    assert asked == ["bad", "global", "bad"]
