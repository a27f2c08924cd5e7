"""`xyztf lint` and `xyztf rules` as commands."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from xyztf.cli.app import run

ROOT = Path(__file__).parent.parent.parent
BAD = 'resource "aws_kms_alias" "this" {\n  name          = "alias/shop"\n  target_key_id = aws_kms_key.this.id\n}\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    stack = tmp_path / "stack"
    stack.mkdir()
    (stack / "main.tf").write_text(BAD)
    return stack


def test_our_environments_have_no_finding(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert run(["lint", "--project", str(ROOT)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("nothing found\nlooked at 190 files, 28 modules, 10 stacks, ")
    assert run(["lint", "--project", str(ROOT)]) == 0
    assert "190 files, 28 modules, 10 stacks" in capsys.readouterr().out, "kept, and the same"


def test_a_finding_says_where_and_what_to_do(folder, capsys):
    assert run(["lint", "stack", "--select", "XYZ1"]) == 1
    out = capsys.readouterr().out
    assert "stack/main.tf:3:19: error: there is no aws_kms_key.this [XYZ104]" in out
    assert run(["lint", "stack", "--select", "XYZ1", "--ignore", "XYZ104"]) == 0


def test_what_was_kept_is_not_told_of_what_has_changed(folder, capsys):
    assert run(["lint", "stack", "--select", "XYZ1"]) == 1
    (folder / "key.tf").write_text('resource "aws_kms_key" "this" {\n  description = "x"\n}\n')
    assert run(["lint", "stack", "--select", "XYZ1"]) == 0
    (folder / "key.tf").unlink()
    assert run(["lint", "stack", "--select", "XYZ1"]) == 1
    for kept in (folder.parent / "cache").rglob("lint/*.json"):
        kept.write_text('{"folders": {}, "findings": [')
    assert run(["lint", "stack", "--select", "XYZ1"]) == 1


@pytest.mark.parametrize("output_format", ["json", "sarif", "junit", "github"])
def test_other_formats_name_rule_file_and_line(folder, capsys, output_format):
    assert run(["lint", "stack", "--select", "XYZ1", "--format", output_format]) == 1
    out = capsys.readouterr().out
    assert "stack/main.tf" in out
    assert "XYZ104" in out
    if output_format in ("json", "sarif"):
        json.loads(out)


def test_a_broken_file_is_a_finding(folder, capsys):
    (folder / "main.tf").write_text('resource "aws_kms_key" "this" {\n  description = "x\n}\n')
    assert run(["lint", "stack"]) == 1
    assert "stack/main.tf:2:17: error: this text cannot be read [XYZ010]" in capsys.readouterr().out


def test_a_reviewed_suppression_suppresses_and_an_expired_one_does_not(folder, capsys):
    until = date.today() + timedelta(days=90)
    comment = f'# xyztf:ignore XYZ104 reason="the key comes with the next change" owner=platform until={until}\n'
    (folder / "main.tf").write_text(comment + BAD)
    assert run(["lint", "stack", "--select", "XYZ1"]) == 0
    (folder / "main.tf").write_text(comment.replace(str(until), "2026-01-01") + BAD)
    assert run(["lint", "stack", "--select", "XYZ1"]) == 1
    out = capsys.readouterr().out
    assert "XYZ002" in out
    assert "XYZ104" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lint", "nowhere"], "there is no such folder"),
        (["lint", "."], "there are no Terraform files here"),
        (["lint", "stack", "--env", "dev"], "give paths or --env, not both"),
        (["lint", "stack", "--select", "ABC"], "there is no rule ABC"),
        (["lint", "stack", "--format", "xml"], "there is no format xml"),
        (["lint", "stack", "--fail-on", "bad"], "there is no severity bad"),
        (["rules", "XYZ10"], "did you mean XYZ10"),
    ],
)
def test_wrong_words(folder, capsys, arguments, words):
    if arguments == ["lint", "."]:
        (folder / "main.tf").unlink()
    assert run(arguments) == 64
    assert words in capsys.readouterr().err


def test_rules_are_listed_and_explained(capsys):
    assert run(["rules"]) == 0
    assert "  XYZ104  error    A resource that is not declared\n" in capsys.readouterr().out
    assert run(["rules", "xyz104"]) == 0
    assert "Found here:" in capsys.readouterr().out
    assert run(["rules", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    keys = {"id", "family", "title", "severity", "why", "source", "bad", "good", "files"}
    assert all(set(each) == keys for each in listed)
    assert [each["id"] for each in listed] == sorted(each["id"] for each in listed)
    assert not any("# here" in (each["bad"] or "") + (each["good"] or "") for each in listed)


def test_what_is_no_rule_but_told_is_explained_too(capsys):
    assert run(["rules", "XYZ010"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("XYZ010: A file that cannot be read (error)\n")
    assert "Found here:" not in out


def test_never_is_no_failure(folder, capsys):
    assert run(["lint", "stack", "--select", "XYZ1", "--fail-on", "never"]) == 0
    assert "there is no aws_kms_key.this" in capsys.readouterr().out


def test_a_module_is_no_root_also_when_the_result_was_kept(folder, capsys):
    (folder / "main.tf").write_text('module "key" {\n  source = "./key"\n}\n')
    (folder / "key").mkdir()
    (folder / "key" / "main.tf").write_text(BAD)
    for _ in range(2):
        assert run(["lint", "stack", "--select", "XYZ1"]) == 1
        assert "looked at 2 files, 2 modules, 1 stack" in capsys.readouterr().out
