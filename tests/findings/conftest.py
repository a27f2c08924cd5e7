"""A report with something of everything, and its parts."""

from __future__ import annotations

from datetime import date

import pytest

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.findings.report import LookedAt, Report
from xyztf.findings.rule_info import RuleInfo
from xyztf.findings.suppression import Suppressed, Suppression

PAGE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.html"

RULES = {
    rule.id: rule
    for rule in (
        RuleInfo("XYZ101", "a database that the internet can reach", "Whoever finds it can try.", PAGE, Severity.ERROR),
        RuleInfo("XYZ205", "a name that is used twice", "Terraform takes the last.", "our own", Severity.WARNING),
        RuleInfo("XYZ310", "an output that nobody reads", "It is work to keep.", "our own", Severity.NOTE),
        RuleInfo("XYZ900", "a rule that finds nothing", "It is told all the same.", "our own", Severity.NOTE),
    )
}

REACHED = Finding(
    "XYZ101",
    Severity.ERROR,
    "the database can be reached from the internet, because publicly_accessible is true and its subnets have a route "
    "to an internet gateway",
    Location("modules/prod/rds-primary/main.tf", 42, 3),
    "a database that the internet can reach",
    "set publicly_accessible = false, and reach it through the bastion",
    "module.rds_primary.aws_db_instance.this",
    "environments/prod/us-east-1",
    PAGE,
    environment="prod",
)
TWICE = Finding(
    "XYZ205",
    Severity.WARNING,
    'the name "cache" is used twice, the first time on line 12',
    Location("environments/dev/us-east-1/main.tf", 30, 1),
    "a name that is used twice",
)
UNREAD = Finding("XYZ310", Severity.NOTE, "nobody reads the output arn", Location("modules/dev/vpc/outputs.tf", 7, 1))
SCANNED = Finding(
    "CKV_AWS_272",
    Severity.WARNING,
    "the function's code is not signed",
    Location("modules/dev/kinesis-dynamo/functions.tf", 5),
    tool="checkov",
)
BY_COMMENT = Suppression(
    ("XYZ101",),
    "the demo database holds no data",
    "platform",
    date(2027, 3, 1),
    Location("modules/dev/rds-primary/main.tf", 9),
    "comment",
    lines=(10, 40),
)
IN_FILE = Suppression(
    ("CKV_AWS_272",),
    "signing comes with the new pipeline",
    "delivery",
    date(2027, 1, 31),
    Location("xyztf-suppressions.yaml", 3, 3),
    "file",
)


@pytest.fixture
def report() -> Report:
    suppressed = Finding("XYZ101", Severity.ERROR, "it can be reached", Location("modules/dev/rds-primary/main.tf", 12))
    return Report(
        findings=(UNREAD, SCANNED, REACHED, TWICE),
        suppressed=(Suppressed(suppressed, BY_COMMENT), Suppressed(SCANNED, IN_FILE)),
        looked_at=LookedAt(files=66, stacks=4, rules=80, seconds=0.71),
        rules=RULES,
        versions={"xyztf": "0.1.0", "checkov": "3.2.500"},
    )
