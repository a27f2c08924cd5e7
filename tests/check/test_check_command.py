"""`xyztf check` as a command: what it looks at, what it says, and with which exit code."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from project_copy import Check, check_of, copied

from xyztf.operations.report_stamp import answer

pytestmark = pytest.mark.checkov

OWN = """\
from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.rules.rule import Rule, Stack


class Blue(Rule):
    \"\"\"A table that is not blue.\"\"\"

    id = "ACME001"
    title = "A table that is not blue"
    why = "Blue is the colour of tables."
    source = "our own"
    severity = Severity.{severity}
    bad = 'resource "aws_dynamodb_table" "red" {{ # here\\n  name = "red"\\n}}\\n'
    good = 'resource "aws_dynamodb_table" "blue" {{\\n  name = "blue"\\n}}\\n'

    def stack(self, stack: Stack) -> Iterator[Finding]:
        for table in stack.configuration.of_type("aws_dynamodb_table"):
            if table.values.get("name") != "blue":
                yield self.finding(table.at("name"), "it is not blue", address=table.address)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    return copied(tmp_path_factory.mktemp("clean"))


@pytest.fixture
def check(project: Path, cache: Path) -> Check:
    return check_of(project, cache)


@pytest.fixture
def kept(project: Path):
    """The environment's file, put back afterwards."""
    path = project / "environments" / "dev.yaml"
    text = path.read_text()
    yield path
    path.write_text(text)


@pytest.fixture
def own(project: Path):
    """Gives the project a rule of its own, of a severity."""
    path = project / "rules" / "tables.py"
    path.parent.mkdir()
    yield lambda severity: path.write_text(OWN.format(severity=severity))
    for file in path.parent.rglob("*"):
        if file.is_file():
            file.unlink()
    for folder in sorted(path.parent.rglob("*"), reverse=True):
        folder.rmdir()
    path.parent.rmdir()


def looked_at(text: str) -> list[int]:
    found = re.search(r"looked at (\d+) files, (\d+) modules, (\d+) stacks, ([\d,]+) rules in ", text)
    assert found, text
    return [int(number.replace(",", "")) for number in found.groups()]


def test_a_fresh_clone_has_no_finding_and_it_says_what_it_looked_at(check):
    done = check()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("nothing found; ")
    files, modules, stacks, rules = looked_at(done.stdout)
    assert (files, modules, stacks) == (190, 28, 10)
    assert rules > 1000


def test_one_environment_alone(check):
    done = check("dev")
    assert done.returncode == 0
    files, modules, stacks, _ = looked_at(done.stdout)
    assert stacks == 3
    assert 0 < files < 100
    assert 0 < modules < 28


def test_an_environment_that_is_not_there(check):
    done = check("dve")
    assert done.returncode == 64
    assert "dve" in done.stderr
    assert "dev" in done.stderr, "what was meant"
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("primary_region: us-east-1", "primary_region: [us-east-1", r"environments/dev\.yaml:\d+:\d+: "),
        ("multi_az: false", "multi_asz: false", r"environments/dev\.yaml:15:3: .*multi_asz"),
    ],
)
def test_an_environment_that_cannot_be_read_is_told_with_its_line(check, kept, old, new, words):
    text = kept.read_text()
    assert old in text
    kept.write_text(text.replace(old, new, 1))
    done = check()
    assert done.returncode == 1
    assert re.search(words, done.stderr), done.stderr
    assert done.stdout == ""


def test_a_value_that_is_not_rendered_yet_is_a_finding(check, kept):
    kept.write_text(kept.read_text().replace("backup_retention_days: 1", "backup_retention_days: 3"))
    done = check("--format", "json")
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)["findings"]
    assert (found["rule"], found["file"]) == ("XYZ020", "modules/dev/rds-primary/main.tf")
    assert found["hint"] == "xyztf render dev"


def test_a_projects_own_rules_are_used(check, own):
    own("ERROR")
    done = check("--format", "json")
    assert done.returncode == 1
    findings = json.loads(done.stdout)["findings"]
    assert {each["rule"] for each in findings} == {"ACME001"}
    places = {each["file"]: each["line"] for each in findings}
    assert places == {f"modules/{name}/kinesis-dynamo/tables.tf": 5 for name in ("dev", "staging", "prod")}


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("NOTE", "note", 1),
        ("NOTE", "warning", 0),
        ("WARNING", None, 1),
        ("WARNING", "error", 0),
        ("ERROR", "error", 1),
        ("ERROR", "never", 0),
    ],
)
def test_what_makes_it_fail(check, own, severity, fail_on, code):
    own(severity)
    done = check("dev", *(["--fail-on", fail_on] if fail_on else []))
    assert done.returncode == code
    assert "[ACME001]" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--fail-on", "bad"], "there is no severity bad"), (["--format", "xml"], "there is no format xml")],
)
def test_wrong_words(check, arguments, words):
    done = check(*arguments)
    assert done.returncode == 64
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("output_format", ["text", "json", "sarif", "junit", "github"])
def test_without_checkov_it_fails_and_never_says_that_nothing_was_found(check, output_format):
    done = check("dev", "--format", output_format, XYZTF_CHECKOV_PYTHON="/nonexistent")
    assert done.returncode == 1
    assert "XYZTF_CHECKOV_PYTHON names /nonexistent, which is not an executable" in done.stderr
    assert done.stdout == ""


def test_an_interpreter_without_checkov(check, tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho \"ModuleNotFoundError: No module named 'checkov'\" >&2\nexit 1\n")
    python.chmod(0o755)
    done = check("dev", XYZTF_CHECKOV_PYTHON=str(python))
    assert done.returncode == 1
    assert f"{python} has no checkov" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "rules").mkdir(),
        lambda root: (root / "modules" / "dev" / "vpc" / "more.tf").write_text(""),
        lambda root: (root / "templates" / "more.j2").write_text(""),
    ],
)
def test_what_was_said_is_said_again_until_anything_changes(tmp_path, cache, monkeypatch, change):
    root = copied(tmp_path)
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    time.sleep(1.1)  # what changed just now could change again without its time showing it
    done = check_of(root, cache)("dev")
    code, text = answer(["check", "dev"]) or (None, "")
    assert code == done.returncode == 0
    assert text.rpartition(" in ")[0] == done.stdout.rpartition(" in ")[0]
    assert answer(["check"]) is None
    change(root)
    assert answer(["check", "dev"]) is None
