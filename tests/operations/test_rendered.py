"""Files that are not as rendered are findings, with the line and what to do."""

from __future__ import annotations

import pytest

from xyztf.errors import ExitCode
from xyztf.findings.finding import Severity
from xyztf.operations.rendered import rendered


@pytest.fixture
def project(small, monkeypatch):
    assert small.run("render") == ExitCode.OK
    monkeypatch.chdir(small.root)
    return small.root


def test_nothing_where_all_is_as_rendered(project):
    for _ in range(2):
        report = rendered(project, [])
        assert (report.findings, list(report.rules)) == ((), ["XYZ020"])


def test_a_file_edited_by_hand_with_the_line(project):
    file = next(iter((project / "modules").rglob("main.tf")))
    lines = file.read_text().split("\n")
    lines[4] += " # mine"
    file.write_text("\n".join(lines))
    (finding,) = rendered(project, []).findings
    assert (finding.location.file, finding.location.line) == (file.relative_to(project).as_posix(), 5)
    assert finding.severity is Severity.ERROR
    assert finding.message == "it is not what the environment gives, and was edited by hand"
    assert finding.hint.startswith(f"xyztf render {finding.environment};")


def test_a_file_that_is_missing_and_one_that_is_too_many(project):
    file = next(iter((project / "modules").rglob("main.tf")))
    other = file.with_name("other.tf")
    file.rename(other)
    found = {each.location.file: each.message for each in rendered(project, []).findings}
    assert found == {
        file.relative_to(project).as_posix(): "it is not there, and xyztf render would write it",
        other.relative_to(project).as_posix(): "the environment does not give it any more",
    }
