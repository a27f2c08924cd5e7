"""A project's own rules on the command line: which run, and when, and what is kept of their results."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.conftest import write
from xyztf.cli.app import run

RULE = """\
import os
from pathlib import Path

from xyztf.findings.finding import Severity
from xyztf.rules.rule import Rule

from ._words import WORD

Path(os.environ["EXECUTED"]).write_text("yes")


class Named(Rule):
    id = "ACME001"
    title = "A local value with that name"
    why = "Nobody knows what it is."
    source = "https://wiki.acme.example/names"
    severity = Severity.WARNING
    bad = "locals {\\n  x = 1 # here\\n}\\n"
    good = "locals {\\n  y = 1\\n}\\n"

    def module(self, instance):
        print("looking")
        for name, local in instance.module.locals.items():
            if name == WORD:
                yield self.finding(local.place, f"{name} is here")
            if name in os.environ.get("BROKEN", ""):
                raise LookupError(name)
"""
FILES = {
    "environments/_defaults.yaml": "",
    "rules/names.py": RULE,
    "rules/_words.py": "WORD = 'x'\n",
    "stack/main.tf": 'locals {\n  x = 1\n  y = 2\n}\n\noutput "x" {\n  value = local.x + local.y\n}\n',
}
ONLY = ("--select", "ACME,XYZ122")
FOUND = "stack/main.tf:2:3: warning: x is here [ACME001]"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """One for all tests, as building the parser takes a while; results are kept by where the project is."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def project(tmp_path, cache, monkeypatch):
    write(tmp_path / "project", FILES)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("EXECUTED", str(tmp_path / "executed"))
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def executed() -> bool:
    marker = Path(os.environ["EXECUTED"])
    there = marker.exists()
    marker.unlink(missing_ok=True)
    return there


def test_paths_within_the_project(project, capsys, monkeypatch):
    assert run(["lint", "stack", *ONLY]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(FOUND + "\n")
    assert err == "looking\n"
    assert executed()
    monkeypatch.chdir(project / "stack")
    assert run(["lint", ".", *ONLY, "--project", ".."]) == 1
    assert "main.tf:2:3: warning: x is here [ACME001]" in capsys.readouterr().out


def test_what_is_rendered(small, capsys, monkeypatch):
    monkeypatch.setenv("EXECUTED", str(small.root / "executed"))
    small.write({**FILES, "environments/_defaults.yaml": (small.root / "environments/_defaults.yaml").read_bytes()})
    small.write({"rules/_words.py": "WORD = 'account'\n"})
    assert small.run("render") == 0
    capsys.readouterr()
    assert small.run("lint", "--select", "ACME", "--env", "dev", "--format", "json") == 1
    [finding] = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["rule"], finding["environment"]) == ("ACME001", "dev")
    assert finding["file"].endswith("environments/dev/global/main.tf")


@pytest.mark.parametrize("paths", [["../other"], ["stack", "../other"]])
def test_paths_outside_of_it_execute_nothing_of_it(project, paths, capsys):
    write(project.parent / "other", {**FILES, "main.tf": FILES["stack/main.tf"]})
    assert run(["lint", *paths, "--select", "XYZ122"]) == 0
    assert not executed()
    assert run(["lint", *paths, "--select", "ACME"]) == 64
    assert "there is no rule ACME" in capsys.readouterr().err
    assert not executed()


def test_a_folder_that_is_no_project_executes_nothing(project, monkeypatch):
    (project / "environments" / "_defaults.yaml").unlink()
    (project / "environments").rmdir()
    assert run(["lint", "stack", "--select", "XYZ122"]) == 0
    assert not executed()


def test_rules_from_elsewhere(project, capsys, monkeypatch):
    write(project.parent / "other", {"main.tf": FILES["stack/main.tf"]})
    monkeypatch.chdir(project.parent)
    assert run(["lint", "other", *ONLY, "--rules", "project/rules"]) == 1
    assert "other/main.tf:2:3: warning: x is here [ACME001]" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["lint", "stack"], ["rules"]])
def test_without_them(project, command, capsys):
    assert run([*command, "--no-own-rules"]) == 0
    assert not executed()
    assert "ACME" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--rules", "nowhere"], "nowhere: error: there is no such folder"),
        (["--rules", "stack"], "stack: error: there are no rules in this folder"),
        (["--rules", "rules", "--no-own-rules"], "not both"),
        (["--select", "ACME002"], "there is no rule ACME002"),
    ],
)
def test_wrong_words(project, options, words, capsys):
    assert run(["lint", "stack", *options]) == 64
    assert words in capsys.readouterr().err


def test_select_and_ignore_know_them(project, capsys):
    assert run(["lint", "stack", "--select", "ACME", "--ignore", "ACME001"]) == 0
    assert run(["lint", "stack", "--ignore", "XYZ"]) == 1
    assert FOUND in capsys.readouterr().out


def test_results_are_kept_until_a_file_of_the_rules_changes(project, capsys):
    def lint() -> tuple[int, bool]:
        code = run(["lint", "stack", *ONLY])
        return code, "looking" in capsys.readouterr().err

    assert [lint(), lint()] == [(1, True), (1, False)]
    write(project, {"rules/_words.py": "WORD = 'z'\n"})
    assert [lint(), lint()] == [(0, True), (0, False)]
    write(project, {"rules/names.py": RULE.replace("name == WORD", "name == 'y'")})
    assert [lint(), lint()] == [(1, True), (1, False)]
    write(project, FILES)
    assert lint() == (1, False)


def test_a_rule_that_fails_is_a_finding_and_its_result_is_not_kept(project, capsys, monkeypatch):
    monkeypatch.setenv("BROKEN", "y")
    assert run(["lint", "stack", *ONLY]) == 1
    out, err = capsys.readouterr()
    assert "rules/names.py:27:1: error: ACME001 failed" not in out
    assert "rules/names.py:27: error: ACME001 failed: LookupError: y [XYZ011]" in out
    assert FOUND in out
    assert "Traceback" not in out + err
    monkeypatch.delenv("BROKEN")
    assert run(["lint", "stack", *ONLY]) == 1
    assert "XYZ011" not in capsys.readouterr().out


def comment(name: str) -> str:
    until = date.today() + timedelta(days=90)
    return f'# xyztf:ignore {name} reason="it comes with the next change" owner=platform until={until}\n'


def test_suppressions_know_them(project, capsys, monkeypatch):
    text = FILES["stack/main.tf"]
    write(project, {"stack/main.tf": comment("ACME001") + text})
    assert run(["lint", "stack", *ONLY]) == 0
    assert "1 suppressed" in capsys.readouterr().out
    write(project, {"stack/main.tf": comment("ACME01") + text})
    assert run(["lint", "stack", *ONLY]) == 1
    out = capsys.readouterr().out
    assert "there is no rule ACME01 [XYZ004]" in out
    assert "did you mean ACME001?" in out
    write(project, {"stack/main.tf": comment("ACME001") + text.replace("x", "w")})
    assert run(["lint", "stack", *ONLY]) == 1
    assert "there is no ACME001 here to suppress [XYZ003]" in capsys.readouterr().out
    assert run(["lint", "stack", "--no-own-rules", "--select", "XYZ122"]) == 0, "nobody is there to ask"
    monkeypatch.setenv("BROKEN", "y")
    write(project, {"stack/main.tf": comment("ACME001") + text.replace("x", "v")})
    assert run(["lint", "stack", *ONLY]) == 1
    out = capsys.readouterr().out
    assert "XYZ011" in out
    assert "XYZ003" not in out, "what failed may have found something"


@pytest.mark.parametrize("name", ["CKV_AWS_272", "CKV2_AWS_5", "OTHER001", "A1"])
def test_suppressions_of_others_rules_are_left_alone(project, name):
    write(project, {"stack/main.tf": comment(name) + FILES["stack/main.tf"]})
    assert run(["lint", "stack", "--select", "XYZ122"]) == 0


@pytest.mark.parametrize("name", ["XYZ999", "XYZ1O4", "XYZ_104"])
def test_a_suppression_of_none_of_ours_is_told(project, name, capsys):
    write(project, {"stack/main.tf": comment(name) + FILES["stack/main.tf"]})
    assert run(["lint", "stack", "--select", "XYZ122"]) == 1
    assert "XYZ004" in capsys.readouterr().out


def test_all_formats_have_them(project, capsys):
    for output_format in ("json", "sarif", "junit", "github"):
        assert run(["lint", "stack", *ONLY, "--format", output_format]) == 1
        out = capsys.readouterr().out
        assert "ACME001" in out
        assert "looking" not in out
        if output_format == "sarif":
            told = {each["id"]: each for each in json.loads(out)["runs"][0]["tool"]["driver"]["rules"]}
            assert told["ACME001"]["helpUri"] == "https://wiki.acme.example/names"


@pytest.mark.parametrize("command", [["lint", "stack"], ["lint"], ["rules"], ["rules", "XYZ104"]])
def test_rules_that_cannot_be_loaded_stop_with_their_line(project, command, capsys):
    write(project, {"rules/names.py": RULE.replace('id = "ACME001"', 'id = "XYZ001"'), "rules/z.py": "x = (\n"})
    assert run(command) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == "rules/names.py:13: error: XYZ001 is not free: ids with XYZ are xyztf's own"
    assert "rules/z.py:1:5: error: SyntaxError: " in err
    assert "Traceback" not in err


def test_rules_lists_explains_and_documents_them(project, capsys):
    assert run(["rules"]) == 0
    out = "Rules of this project\n  ACME001  warning  A local value with that name\n"
    assert capsys.readouterr().out.endswith("\n\n" + out)
    assert run(["rules", "acme001"]) == 0
    assert "source: https://wiki.acme.example/names" in capsys.readouterr().out
    assert run(["rules", "ACME01"]) == 64
    assert "did you mean ACME001?" in capsys.readouterr().err
    assert run(["rules", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[-1]["family"] == "Rules of this project"
    assert run(["rules", "--format", "markdown"]) == 0
    assert "\n## Rules of this project\n" in capsys.readouterr().out
    assert run(["rules", "--format", "xml"]) == 64
