"""Several reports as one."""

from __future__ import annotations

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.findings.report import LookedAt, Report
from xyztf.findings.together import together


def finding(rule: str) -> Finding:
    return Finding(rule, Severity.ERROR, "wrong", Location("a.tf", 1))


def test_each_finding_is_told_once():
    one = Report((finding("A1"), finding("A2")), looked_at=LookedAt(3, 2, 1, 10, 0.5), versions={"xyztf": "1"})
    other = Report((finding("A2"), finding("C1")), looked_at=LookedAt(2, 2, 4, 5, 1.0), versions={"checkov": "3"})
    both = together([one, other])
    assert [each.rule for each in both.findings] == ["A1", "A2", "C1"]
    assert both.looked_at == LookedAt(3, 2, 4, 15, 1.5)
    assert both.versions == {"xyztf": "1", "checkov": "3"}


def test_of_nothing():
    assert together([]) == Report()
