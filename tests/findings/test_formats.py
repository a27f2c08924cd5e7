"""The formats for programs: JSON, SARIF, JUnit's XML, GitHub's workflow commands."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.findings.github import github
from xyztf.findings.json_format import as_json
from xyztf.findings.junit import junit
from xyztf.findings.report import Report
from xyztf.findings.sarif import sarif

SCHEMAS = Path(__file__).parent / "schemas"
SARIF = jsonschema.Draft4Validator(
    json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text()), format_checker=jsonschema.FormatChecker()
)
XS = "{http://www.w3.org/2001/XMLSchema}"


def found(**parts: Any) -> Finding:
    given_ = {"rule": "XYZ101", "severity": Severity.ERROR, "message": "m", "location": Location("a.tf", 1, 2)} | parts
    return Finding(**given_)


def results(report: Report) -> list[dict[str, Any]]:
    document = json.loads(sarif(report))
    SARIF.validate(document)
    return [result for run in document["runs"] for result in run["results"]]


# JSON


def test_json_has_the_promised_keys(report: Report):
    document = json.loads(as_json(report))
    assert list(document) == ["version", "summary", "findings", "suppressed", "looked_at"]
    assert document["version"] == 1
    assert document["summary"] == {"error": 1, "warning": 2, "note": 1, "suppressed": 2}
    assert document["looked_at"] == {"files": 66, "modules": 0, "stacks": 4, "rules": 80, "seconds": 0.71}
    reached = document["findings"][-1]
    fingerprint = reached.pop("fingerprint")
    assert len(fingerprint) == 34
    assert reached == {
        "rule": "XYZ101",
        "severity": "error",
        "message": report.findings[-1].message,
        "file": "modules/prod/rds-primary/main.tf",
        "line": 42,
        "column": 3,
        "title": "a database that the internet can reach",
        "hint": "set publicly_accessible = false, and reach it through the bastion",
        "address": "module.rds_primary.aws_db_instance.this",
        "stack": "environments/prod/us-east-1",
        "environment": "prod",
        "origin": None,
        "source": "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.html",
        "tool": "xyztf",
    }
    assert document["suppressed"][1]["suppression"] == {
        "kind": "comment",
        "file": "modules/dev/rds-primary/main.tf",
        "line": 9,
        "reason": "the demo database holds no data",
        "owner": "platform",
        "until": "2027-03-01",
    }


def test_json_and_sarif_know_a_finding_by_the_same_fingerprint(report: Report):
    document = json.loads(as_json(report))
    in_json = {one["fingerprint"] for one in [*document["findings"], *document["suppressed"]]}
    assert {result["partialFingerprints"]["xyztfFinding/v1"] for result in results(report)} == in_json


# SARIF


def test_sarif_keeps_to_the_schema_even_for_an_empty_report(report: Report):
    assert results(Report()) == []
    assert len(results(report)) == 6


def test_sarif_has_a_run_for_each_tool_and_lists_every_rule_that_ran(report: Report):
    checkov, ours = json.loads(sarif(report))["runs"]
    assert checkov["tool"]["driver"]["name"] == "checkov"
    assert checkov["tool"]["driver"]["version"] == "3.2.500"
    assert [rule["id"] for rule in checkov["tool"]["driver"]["rules"]] == ["CKV_AWS_272"]
    rules = ours["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["XYZ101", "XYZ205", "XYZ310", "XYZ900"]
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["error", "warning", "note", "note"]
    assert rules[0]["helpUri"].startswith("https://docs.aws.amazon.com/")
    assert "helpUri" not in rules[1]
    assert rules[1]["help"]["text"] == "Terraform takes the last.\n\nSource: our own"
    for result in ours["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_says_where_a_finding_is(report: Report):
    reached = next(one for one in results(report) if one.get("properties", {}).get("environment") == "prod")
    physical = reached["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "modules/prod/rds-primary/main.tf", "uriBaseId": "%SRCROOT%"}
    assert physical["region"] == {"startLine": 42, "startColumn": 3}
    logical = reached["locations"][0]["logicalLocations"][0]
    assert logical["fullyQualifiedName"] == "module.rds_primary.aws_db_instance.this"


@pytest.mark.parametrize(
    ("location", "physical"),
    [
        (Location("./a b/ü:#?%.tf"), {"uri": "a%20b/%C3%BC%3A%23%3F%25.tf", "uriBaseId": "%SRCROOT%"}),
        (Location(os.fsdecode(b"\xff.tf")), {"uri": "%FF.tf", "uriBaseId": "%SRCROOT%"}),
        (Location("../other/a.tf"), {"uri": "../other/a.tf", "uriBaseId": "%SRCROOT%"}),
        (Location("/srv/a.tf"), {"uri": "file:///srv/a.tf"}),
    ],
)
def test_sarif_writes_a_files_name_as_an_address(location: Location, physical: dict[str, str]):
    (result,) = results(Report((found(location=location),)))
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": physical}}]


def test_sarif_marks_what_is_suppressed_and_says_why(report: Report):
    kinds: dict[str, int] = {}
    for result in results(report):
        for suppression in result["suppressions"]:
            kinds[suppression["kind"]] = kinds.get(suppression["kind"], 0) + 1
            assert suppression["status"] == "accepted"
            assert "(owner: " in suppression["justification"]
    assert kinds == {"inSource": 1, "external": 1}


@pytest.mark.parametrize(
    ("message", "written"),
    [
        ("${var.name} is used", "${var.name} is used"),
        ("the format {0} of {name}", "the format {{0}} of {name}"),
        ('aws_subnet.this["a"] is', 'aws_subnet.this["a"] is'),
        ("see [this](https://example.com)", "see \\[this\\](https://example.com)"),
    ],
)
def test_sarif_escapes_what_a_viewer_would_take_for_a_placeholder_or_a_link(message: str, written: str):
    (result,) = results(Report((found(message=message),)))
    assert result["message"]["text"] == written


ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FINDINGS = st.builds(
    Finding,
    rule=st.sampled_from(["XYZ101", "CKV_AWS_1"]),
    severity=st.sampled_from(Severity),
    message=ANY,
    location=st.builds(Location, ANY, st.integers(0, 9), st.integers(0, 9)),
    title=ANY,
    hint=st.none() | ANY,
    address=st.none() | ANY,
    stack=st.none() | ANY,
    source=st.none() | ANY,
    tool=st.sampled_from(["xyztf", "checkov"]),
)


@settings(max_examples=40)
@given(st.lists(FINDINGS, max_size=4))
def test_any_report_is_valid_sarif(findings: list[Finding]):
    assert len(results(Report(tuple(findings)))) == len(findings)


@given(ANY)
def test_a_files_name_gets_through_sarif(name: str):
    (result,) = results(Report((found(location=Location(f"x/{name}")),)))
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert unquote(uri) == f"x/{name}"


# JUnit


def allowed(xsd: ElementTree.Element) -> dict[str, tuple[set[str], set[str], set[str]]]:
    """Of each element in the schema: its attributes, those that it must have, its children."""
    found_ = {}
    for element in xsd.findall(f"{XS}element"):
        attributes = list(element.iter(f"{XS}attribute"))
        required = {one.attrib["name"] for one in attributes if one.get("use") == "required"}
        children = {one.attrib["ref"] for one in element.iter(f"{XS}element") if "ref" in one.attrib}
        found_[element.attrib["name"]] = ({one.attrib["name"] for one in attributes}, required, children)
    return found_


JUNIT = allowed(ElementTree.parse(SCHEMAS / "junit-10.xsd").getroot())


def parsed(report: Report, **options: Any) -> ElementTree.Element:
    root = ElementTree.fromstring(junit(report, **options))
    for element in root.iter():
        attributes, required, children = JUNIT[element.tag]
        assert required <= set(element.attrib) <= attributes
        assert {child.tag for child in element} <= children
    assert root.tag == "testsuites"
    for suite in root:
        assert int(suite.attrib["tests"]) == len(suite) > 0
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
    return root


def test_junit_has_a_suite_for_each_stack_or_folder_and_a_test_for_each_rule_in_a_file(report: Report):
    again = found(rule="XYZ205", location=Location("environments/dev/us-east-1/main.tf", 99, 1), message="again")
    root = parsed(dataclasses.replace(report, findings=(*report.findings, again)))
    assert [suite.attrib["name"] for suite in root] == [
        "environments/dev/us-east-1",
        "environments/prod/us-east-1",
        "modules/dev/kinesis-dynamo",
        "modules/dev/rds-primary",
        "modules/dev/vpc",
    ]
    (test,) = root[0]
    failure = test.find("failure")
    assert failure is not None and failure.text is not None
    assert failure.attrib == {"type": "error", "message": "again (and 1 more)"}
    assert [line.split(": ")[0] for line in failure.text.splitlines()] == [
        "environments/dev/us-east-1/main.tf:30:1",
        "environments/dev/us-east-1/main.tf:99:1",
    ]


def test_junit_fails_where_the_command_would(report: Report):
    for fail_on, failures in ((Severity.NOTE, 4), (Severity.WARNING, 3), (Severity.ERROR, 1)):
        assert parsed(report, fail_on=fail_on).attrib["failures"] == str(failures)


def test_junit_skips_what_is_suppressed_and_says_why(report: Report):
    (skipped,) = parsed(report).findall("testsuite[@name='modules/dev/rds-primary']/testcase/skipped")
    assert skipped.attrib["message"] == "the demo database holds no data (platform, until 2027-03-01)"


@pytest.mark.parametrize("suppressed", [True, False])
def test_junit_shows_a_test_that_passed_when_nothing_was_found(report: Report, suppressed: bool):
    clean = dataclasses.replace(report, findings=(), suppressed=report.suppressed if suppressed else ())
    root = parsed(clean)
    output = root.find("testsuite[@name='xyztf']/testcase/system-out")
    assert output is not None and output.text == "looked at 66 files, 4 stacks, 80 rules in 0.7 s"
    assert root.attrib["failures"] == "0"


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_text_is_xml(message: str, name: str):
    root = parsed(Report((found(message=message, title=message, location=Location(name, 1)),)))
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None


def test_junit_leaves_out_what_xml_cannot_hold():
    (failure,) = parsed(Report((found(message="a\x00b\x1b[31m\ufffe<&>\"'"),))).findall("testsuite/testcase/failure")
    assert failure.attrib["message"] == "ab[31m<&>\"'"


# GitHub


def command(line: str) -> tuple[str, dict[str, str], str]:
    """A line as the runner reads it: the command, its properties, its text."""
    assert "\n" not in line and "\r" not in line
    _, head, data = line.split("::", 2)
    kind, _, written = head.partition(" ")
    pairs = [pair.split("=", 1) for pair in written.split(",")]
    escapes = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}

    def plain(text: str) -> str:
        for escape, character in escapes.items():
            text = text.replace(escape, character)
        return text

    return kind, {name: plain(value) for name, value in pairs}, plain(data)


def test_github_annotates_the_worst_first(report: Report):
    commands = [command(line) for line in github(report)]
    assert [kind for kind, _, _ in commands] == ["error", "warning", "warning", "notice"]
    assert commands[0][1] == {
        "file": "modules/prod/rds-primary/main.tf",
        "line": "42",
        "col": "3",
        "title": "XYZ101: a database that the internet can reach",
    }
    assert commands[0][2].endswith("\nset publicly_accessible = false, and reach it through the bastion")
    assert commands[2][1] == {"file": "modules/dev/kinesis-dynamo/functions.tf", "line": "5", "title": "CKV_AWS_272"}


def test_github_says_when_it_does_not_show_all_and_prints_all_the_same():
    errors = tuple(found(location=Location("a.tf", line)) for line in range(1, 12))
    notes = tuple(found(severity=Severity.NOTE, location=Location("a.tf", line)) for line in range(1, 12))
    lines = list(github(Report(errors + notes)))
    assert len(lines) == 23
    # Before the notes, of which GitHub shows ten.
    assert lines[11] == (
        "::notice title=xyztf::11 errors, 11 notes. GitHub shows 10 of a kind; all of them are in the log of this step."
    )
    assert not any("title=xyztf::" in line for line in github(Report(errors[:10] + notes[:10])))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(st.characters(exclude_categories=["Cs"])))
def test_github_reads_what_was_meant(name: str, message: str):
    (line,) = github(Report((found(location=Location(name, 3, 1), message=message),)))
    assert command(line) == ("error", {"file": name, "line": "3", "col": "1", "title": "XYZ101"}, message)
