"""The order of findings, what they come to, and what stays the same of one that moves."""

from __future__ import annotations

import dataclasses

import pytest

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.findings.fingerprint import fingerprints
from xyztf.findings.report import LookedAt, Report, looked_at_line


def at(file: str, line: int, rule: str, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(rule, severity, "message", Location(file, line, 1))


def test_findings_stand_in_the_order_of_file_line_and_rule():
    wanted = (at("a.tf", 2, "XYZ900"), at("a.tf", 10, "XYZ101"), at("a.tf", 10, "XYZ102"), at("b.tf", 1, "XYZ101"))
    assert Report(findings=wanted[::-1]).findings == wanted


@pytest.mark.parametrize(
    ("found", "fail_on", "code"),
    [
        ([], Severity.NOTE, 0),
        ([Severity.NOTE], Severity.NOTE, 1),
        ([Severity.NOTE], Severity.WARNING, 0),
        ([Severity.WARNING, Severity.NOTE], Severity.WARNING, 1),
        ([Severity.WARNING, Severity.NOTE], Severity.ERROR, 0),
        ([Severity.NOTE, Severity.ERROR], Severity.ERROR, 1),
    ],
)
def test_the_exit_code_is_that_of_the_worst_finding(found, fail_on, code):
    report = Report(findings=tuple(at("a.tf", line, "XYZ101", severity) for line, severity in enumerate(found)))
    assert report.exit_code(fail_on) == code
    assert report.worst() == max(found, default=None)


def test_what_is_suppressed_counts_for_nothing(report: Report):
    only_suppressed = dataclasses.replace(report, findings=())
    assert only_suppressed.exit_code(Severity.NOTE) == 0
    assert set(only_suppressed.counts().values()) == {0}
    assert list(report.counts().items()) == [(Severity.ERROR, 1), (Severity.WARNING, 2), (Severity.NOTE, 1)]


def test_what_was_looked_at_is_told_in_full_and_no_more():
    assert looked_at_line(LookedAt(66, 0, 4, 80, 0.71)) == "looked at 66 files, 4 stacks, 80 rules in 0.7 s"
    assert looked_at_line(LookedAt(1, 1, 1, 1, 12.34)) == "looked at 1 file, 1 module, 1 stack, 1 rule in 12.3 s"
    assert looked_at_line(LookedAt()) == "looked at 0 files in 0.0 s"


def test_a_fingerprint_stays_when_lines_move():
    one = Finding("XYZ205", Severity.WARNING, "used twice, first on line 12", Location("a.tf", 30, 1), address="x.y")
    moved = dataclasses.replace(one, message="used twice, first on line 14", location=Location("a.tf", 32, 5))
    assert fingerprints([one]) == fingerprints([moved])


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "XYZ206"},
        {"message": "another"},
        {"location": Location("b.tf", 30, 1)},
        {"address": "x.z"},
        {"stack": "environments/dev/global"},
        {"tool": "checkov"},
    ],
)
def test_a_fingerprint_changes_with_all_that_a_finding_is_about(change):
    one = Finding("XYZ205", Severity.WARNING, "used twice", Location("a.tf", 30, 1), address="x.y")
    assert fingerprints([one]) != fingerprints([dataclasses.replace(one, **change)])


def test_equal_findings_are_told_apart_from_the_top_of_the_file():
    upper, lower = at("a.tf", 1, "XYZ101"), at("a.tf", 2, "XYZ101")
    first, second = fingerprints([upper, lower])
    assert first.partition(":")[0] == second.partition(":")[0]
    assert (first[-2:], second[-2:]) == (":1", ":2")
    assert fingerprints([lower, upper]) == [second, first]
