"""xyztf ci github: where the workflow goes, --check, and what is never overwritten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FILE = ".github/workflows/xyztf.yml"


@pytest.fixture
def ready(small):
    small.write({"requirements.txt": "xyztf==1\n"})
    return small


def test_it_is_written_and_then_as_it_should_be(ready, capsys):
    assert ready.run("ci", "github", "--check") == 1
    assert capsys.readouterr().out == f"{FILE}: not there\n"
    assert not (ready.root / ".github").exists()
    assert ready.run("ci", "github") == 0
    assert ready.run("ci", "github", "--check") == 0
    assert ready.run("ci", "github") == 0
    assert capsys.readouterr().out == f"added: {FILE}\n{FILE}: as it should be\nunchanged: {FILE}\n"
    assert (ready.root / FILE).stat().st_mode & 0o777 == 0o644
    assert [file.name for file in (ready.root / FILE).parent.iterdir()] == ["xyztf.yml"]


def test_a_new_environment_or_an_edit_makes_it_outdated(ready, capsys):
    ready.run("ci", "github")
    before = (ready.root / FILE).read_text()
    ready.write({"environments/test.yaml": "extends: dev\n"})
    capsys.readouterr()
    assert ready.run("ci", "github", "--check") == 1
    told = capsys.readouterr()
    assert (told.out, told.err) == (f"{FILE}: not what the environments give\n", "run xyztf ci github\n")
    assert ready.run("ci", "github") == 0
    assert "apply-test:" in (ready.root / FILE).read_text()
    (ready.root / "environments/test.yaml").unlink()
    (ready.root / FILE).write_text(before.replace("contents: read", "contents: write"))
    assert ready.run("ci", "github", "--check") == 1


def test_the_same_options_are_needed_to_check_it(ready, capsys):
    assert ready.run("ci", "github", "--python", "3.12", "--branch", "trunk") == 0
    assert ready.run("ci", "github", "--check") == 1
    capsys.readouterr()
    assert ready.run("ci", "github", "--check", "--python", "3.13", "--branch", "trunk") == 1
    assert "run xyztf ci github --branch trunk --python 3.13" in capsys.readouterr().err


def test_a_file_that_is_not_ours_is_left(ready, capsys):
    ready.write({FILE: "name: mine\n"})
    assert ready.run("ci", "github") == 1
    assert "a file that xyztf did not generate is in the way" in capsys.readouterr().err
    assert (ready.root / FILE).read_text() == "name: mine\n"
    assert ready.run("ci", "github", "--check") == 1


@pytest.mark.parametrize("make", [lambda place: place.mkdir(), lambda place: place.symlink_to("elsewhere.yml")])
def test_what_is_no_plain_file_is_left(ready, capsys, make):
    (ready.root / FILE).parent.mkdir(parents=True)
    make(ready.root / FILE)
    assert ready.run("ci", "github") == 1
    assert "is no plain file" in capsys.readouterr().err


def test_another_place(ready, monkeypatch, capsys):
    monkeypatch.chdir(ready.root)
    assert ready.run("ci", "github", "--out", ".github/workflows/infrastructure.yml") == 0
    text = (ready.root / ".github/workflows/infrastructure.yml").read_text()
    assert "xyztf ci github --out .github/workflows/infrastructure.yml --check" in text
    assert ready.run("ci", "github", "--out", FILE) == 0
    assert "#   xyztf ci github\n" in (ready.root / FILE).read_text()


def test_of_a_project_in_a_folder_it_goes_to_the_top_of_the_repository(ready, tmp_path, capsys):
    inner = tmp_path / "repository" / "infra"
    inner.parent.mkdir()
    (inner.parent / ".git").write_text("gitdir: elsewhere\n")  # as in a work tree
    ready.root.rename(inner)
    assert type(ready)(inner, ready.packaged, ready.cache).run("ci", "github") == 0
    assert capsys.readouterr().out == f"added: ../{FILE}\n"
    assert 'working-directory: "infra"' in (tmp_path / "repository" / FILE).read_text()


def test_a_folder_that_cannot_be_written_is_told(ready, monkeypatch, capsys):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(Path(FILE)))

    monkeypatch.setattr(os, "replace", refuse)
    assert ready.run("ci", "github") == 1
    assert "cannot be written" in capsys.readouterr().err
    assert list((ready.root / FILE).parent.iterdir()) == []


@pytest.mark.parametrize("option", ["--branch=a b", "--python=2.7", "--terraform=0.12.0", "--requirements=../x"])
def test_wrong_settings_are_wrong_usage(ready, option):
    assert ready.run("ci", "github", option) == 64
