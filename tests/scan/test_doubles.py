"""What both checkov and a rule of ours find is told once, and nothing else is left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.rules.registry import rules
from xyztf.scan import doubles
from xyztf.scan.doubles import without_doubles

DATABASE, GROUP = "module.rds.aws_db_instance.this", "aws_security_group.this"


def found(rule: str, address: str | None, line: int = 1, file: str = "main.tf") -> Finding:
    return Finding(rule, Severity.ERROR, "m", Location(file, line), address=address)


@pytest.mark.parametrize(
    ("ours", "checkov", "left"),
    [
        (found("XYZ501", DATABASE, 9), found("CKV_AWS_16", DATABASE, 1), False),
        (found("XYZ501", f"{DATABASE}[0]"), found("CKV_AWS_16", DATABASE), False),
        (found("XYZ501", DATABASE), found("CKV_AWS_17", DATABASE), True),
        (found("XYZ501", DATABASE), found("CKV_AWS_16", "module.other.aws_db_instance.this"), True),
        (found("XYZ501", DATABASE), found("CKV_AWS_16", DATABASE, file="other.tf"), True),
        # Of a module's text, which knows nobody who calls it.
        (found("XYZ409", "aws_instance.this"), found("CKV_AWS_46", "module.a.module.b.aws_instance.this"), False),
        (found("XYZ409", "aws_instance.this"), found("CKV_AWS_46", "module.a.aws_instance.other"), True),
        # What a resource may have several times, and checkov tells one of.
        (found("XYZ602", GROUP, 5), found("CKV_AWS_24", GROUP, 5), False),
        (found("XYZ602", GROUP, 9), found("CKV_AWS_24", GROUP, 5), True),
        (
            found("XYZ401", "aws_lambda_function.this", 7),
            found("CKV_AWS_45", "module.f.aws_lambda_function.this", 7),
            False,
        ),
        (
            found("XYZ401", "aws_lambda_function.this", 8),
            found("CKV_AWS_45", "module.f.aws_lambda_function.this", 7),
            True,
        ),
        (found("XYZ311", None, 3), found("CKV_AWS_41", "aws.default", 3), False),
        (found("XYZ999", DATABASE), found("CKV_AWS_16", DATABASE), True),
    ],
)
def test_what_is_left_of_ours(ours, checkov, left):
    assert without_doubles([ours], [checkov]) == ([ours] if left else [])


def test_the_table_names_rules_and_checks_that_there_are():
    folder = Path(doubles.__file__).parent
    same, checks = (json.loads((folder / name).read_text()) for name in ("same.json", "checks.json"))
    known = {check for severity in ("error", "warning", "note") for check in checks[severity]}
    for kind in ("of_a_resource", "of_a_line"):
        assert same[kind].keys() <= rules().keys()
        assert {check for named in same[kind].values() for check in named} <= known
    assert set(checks["looks_at"]) <= known
