"""A report as JUnit's XML, which most CI systems show as tests.

Form: junit-10.xsd of Jenkins' xUnit plugin, https://github.com/jenkinsci/xunit-plugin
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from xml.etree import ElementTree

from xyztf.findings.finding import Finding, Severity
from xyztf.findings.report import Report, looked_at_line
from xyztf.findings.suppression import Suppressed

# What XML 1.0 has no way to write: https://www.w3.org/TR/xml/#charsets
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report, fail_on: Severity | None = Severity.WARNING) -> str:
    """The report as XML: a suite for each stack or folder, a test for each rule and file that something was found in.

    A test fails with a finding as bad as `fail_on`, and passes with others, which are its output. What is suppressed
    is skipped. Where nothing was found, one test that passes says what was looked at.
    """
    root = ElementTree.Element("testsuites", name="xyztf")
    for name in sorted({*map(_suite_of, report.findings), *(_suite_of(one.finding) for one in report.suppressed)}):
        tests = [
            *_tests([finding for finding in report.findings if _suite_of(finding) == name], fail_on),
            *_skipped([one for one in report.suppressed if _suite_of(one.finding) == name]),
        ]
        _suite(root, name, tests)
    if not report.findings:
        passed = ElementTree.Element("testcase", name="nothing found", classname="xyztf", time="0")
        ElementTree.SubElement(passed, "system-out").text = looked_at_line(report.looked_at)
        _suite(root, "xyztf", [passed])
    suites = list(root)
    for total in ("tests", "failures", "errors"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in suites)))
    root.set("time", f"{report.looked_at.seconds:.3f}")
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}'


def _suite_of(finding: Finding) -> str:
    return _fit(finding.stack or posixpath.dirname(finding.location.file) or ".")


def _suite(root: ElementTree.Element, name: str, tests: list[ElementTree.Element]) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=name, tests=str(len(tests)))
    for attribute, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(test.find(child) is not None for test in tests)))
    suite.extend(tests)


def _tests(findings: Iterable[Finding], fail_on: Severity | None) -> list[ElementTree.Element]:
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.location.file, finding.rule), []).append(finding)
    tests = []
    for (file, _), group in sorted(groups.items()):
        test = _test(file, group[0])
        text = _fit("\n".join(map(_told, group)))
        worst = max(group, key=lambda finding: finding.severity)
        if fail_on is not None and worst.severity >= fail_on:
            more = f" (and {len(group) - 1} more)" if len(group) > 1 else ""
            message = _fit(f"{worst.message}{more}")
            ElementTree.SubElement(test, "failure", type=str(worst.severity), message=message).text = text
        else:
            ElementTree.SubElement(test, "system-out").text = text
        tests.append(test)
    return tests


def _skipped(suppressed: Iterable[Suppressed]) -> list[ElementTree.Element]:
    tests = []
    for one in suppressed:
        place, suppression = one.finding.location, one.suppression
        test = _test(place.file, one.finding)
        test.set("name", _fit(f"{test.get('name')} (suppressed, line {place.line})"))
        message = f"{suppression.reason} ({suppression.owner}, until {suppression.until})"
        ElementTree.SubElement(test, "skipped", type="suppressed", message=_fit(message)).text = _fit(
            _told(one.finding)
        )
        tests.append(test)
    return tests


def _test(file: str, finding: Finding) -> ElementTree.Element:
    name = f"{finding.rule}: {finding.title}" if finding.title else finding.rule
    return ElementTree.Element("testcase", name=_fit(name), classname=_fit(file or "."), time="0")


def _told(finding: Finding) -> str:
    hint = f"\n    {finding.hint}" if finding.hint else ""
    address = f"\n    {finding.address}" if finding.address else ""
    return f"{finding.location}: {finding.severity}: {finding.message} [{finding.rule}]{hint}{address}"


def _fit(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _UNFIT.sub("", text)
