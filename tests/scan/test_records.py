"""From checkov's verdicts to findings."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from xyztf.errors import Location
from xyztf.findings.finding import Severity
from xyztf.scan import checks
from xyztf.scan.checks import hint
from xyztf.scan.records import found

from .conftest import CHECKS, record, scanned


def findings(root: Path, *records):
    return found([scanned(root, *records)], CHECKS, "3.3.30", root.parent)


def test_a_failed_check_is_a_finding_at_the_attributes_line(root):
    (finding,) = findings(root, record(root), record(root, "CKV_AWS_17", "passed")).failed
    assert finding.location == Location("stack/main.tf", 3)
    assert (finding.rule, finding.tool, finding.severity) == ("CKV_AWS_16", "checkov", Severity.ERROR)
    assert (finding.message, finding.hint) == ("Ensure RDS is encrypted", "set storage_encrypted to true")
    assert (finding.address, finding.stack) == ("aws_db_instance.this", "stack")
    assert finding.source == "https://github.com/bridgecrewio/checkov/blob/3.3.30/checkov/terraform/checks/x.py"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["publicly_accessible"], 1),
        (["engine"], 2),
        ([], 1),
        (["resource_type"], 1),
        (["vpc_config/[0]/subnet_ids"], 1),
        (["absent", "storage_encrypted"], 3),
    ],
)
def test_a_check_of_what_is_not_there_is_at_the_block(root, keys, line):
    (finding,) = findings(root, record(root, keys=keys)).failed
    assert finding.location.line == line


def test_an_attribute_in_a_block_is_found_within_it(root):
    text = (
        'resource "aws_x" "y" {\n  name = 1\n  first {\n    name = 2\n  }\n  dynamic "second" {\n    name = 3\n  }\n}\n'
    )
    (root / "main.tf").write_text(text)
    for key, line in (("first/[0]/name", 4), ("second/name", 7), ("name", 2)):
        (finding,) = findings(root, record(root, keys=[key], lines=[1, 9], resource=key)).failed
        assert finding.location.line == line


def test_what_two_stacks_show_of_a_module_is_told_once(root):
    other = root.parent / "other"
    both = [scanned(root, record(root)), scanned(other, record(root))]
    (finding,) = found(both, CHECKS, "3.3.30", root.parent).failed
    assert finding.stack == "stack"


def test_a_comment_of_checkovs_own_suppresses_and_is_told(root):
    text = (root / "main.tf").read_text()
    (root / "main.tf").write_text(text.replace("engine", "# checkov:skip=CKV_AWS_16:nothing in it\n  engine"))
    result = findings(root, record(root, result="skipped", comment="nothing in it", lines=[1, 5]))
    assert not result.failed
    (one,) = result.skipped
    assert one.suppression.place == Location("stack/main.tf", 2)
    assert (one.suppression.reason, one.suppression.owner, one.suppression.until) == (
        "nothing in it",
        "not said",
        date.max,
    )


def test_the_comment_may_be_on_the_call(root):
    (root / "call.tf").write_text('module "m" {\n  # checkov:skip=CKV_AWS_16\n  source = "../m"\n}\n')
    skipped = record(root, result="skipped", comment="No comment provided", caller="/call.tf", caller_lines=[1, 4])
    (one,) = findings(root, skipped).skipped
    assert one.suppression.place == Location("stack/call.tf", 2)
    assert one.suppression.reason == "not said"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"wanted": [True]}, "set a.b to true"),
        ({"wanted": ["x", "y", "z"]}, 'set a.b to "x", "y" or "z"'),
        ({"wanted": ["CKV_ANY"]}, "give a.b a value"),
        ({"barred": ["CKV_ANY"]}, "take a.b out"),
        ({"barred": [1]}, "a.b must not be 1"),
        ({}, None),
    ],
)
def test_what_to_do(told, words):
    assert hint("CKV_AWS_16", ["a/[0]/b"], told) == words
    assert hint("CKV2_AWS_5", ["a/[0]/b"], told) == "attach the group to what it is for, or take it out"


def test_the_table_has_each_check_once_with_its_source():
    table = json.loads(Path(checks.__file__).with_name("checks.json").read_text())
    listed = [check for severity in ("error", "warning", "note") for check in table[severity]]
    assert len(listed) == len(set(listed)) > 400
    assert set(table["hints"]) <= set(listed)
    assert table["source"]
    assert date.fromisoformat(table["as_of"])
    assert checks.severity("CKV_NEW_1") == Severity.WARNING
