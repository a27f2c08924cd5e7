"""A report as JSON, for programs. The keys are promised: a new one may come, one that changes or goes is a new version.

    version        1
    summary        {"error", "warning", "note", "suppressed"}: how many
    findings       in the order of file, line, rule:
                   {"rule", "severity", "message", "file", "line", "column", "title", "hint", "address", "stack",
                   "environment", "origin", "source", "tool", "fingerprint"}
    suppressed     the same, each with "suppression": {"kind", "file", "line", "reason", "owner", "until"}
    looked_at      {"files", "modules", "stacks", "rules", "seconds"}

What is not known is null. `fingerprint` stays the same when lines move. `kind` is "comment" or "file".
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from xyztf.findings.finding import Finding
from xyztf.findings.fingerprint import fingerprints
from xyztf.findings.report import Report
from xyztf.findings.suppression import Suppression

VERSION = 1


def as_json(report: Report) -> str:
    """The report as JSON in ASCII, so that a file's name in any encoding gets through."""
    marks = fingerprints([*report.findings, *(one.finding for one in report.suppressed)])
    findings = [_finding(finding, mark) for finding, mark in zip(report.findings, marks, strict=False)]
    suppressed = [
        {**_finding(one.finding, mark), "suppression": _suppression(one.suppression)}
        for one, mark in zip(report.suppressed, marks[len(findings) :], strict=True)
    ]
    counts = {str(severity): number for severity, number in report.counts().items()}
    document = {
        "version": VERSION,
        "summary": {**counts, "suppressed": len(suppressed)},
        "findings": findings,
        "suppressed": suppressed,
        "looked_at": dataclasses.asdict(report.looked_at),
    }
    return json.dumps(document, indent=2)


def _finding(finding: Finding, fingerprint: str) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        "file": finding.location.file,
        "line": finding.location.line or None,
        "column": finding.location.column or None,
        "title": finding.title or None,
        "hint": finding.hint,
        "address": finding.address,
        "stack": finding.stack,
        "environment": finding.environment,
        "origin": finding.origin,
        "source": finding.source,
        "tool": finding.tool,
        "fingerprint": fingerprint,
    }


def _suppression(suppression: Suppression) -> dict[str, Any]:
    return {
        "kind": suppression.kind,
        "file": suppression.place.file,
        "line": suppression.place.line or None,
        "reason": suppression.reason,
        "owner": suppression.owner,
        "until": suppression.until.isoformat(),
    }
