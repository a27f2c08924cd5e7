"""A report as SARIF 2.1.0, for GitHub's code scanning and other viewers.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

from __future__ import annotations

import json
import os
import re
from typing import Any
from urllib.parse import quote

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.findings.fingerprint import fingerprints
from xyztf.findings.report import Report
from xyztf.findings.rule_info import RuleInfo
from xyztf.findings.suppression import Suppression

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_KINDS = {"comment": "inSource", "file": "external"}
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_LINK = re.compile(r"\[([^\[\]]*)\]\(")


def sarif(report: Report) -> str:
    """The report as SARIF: one run for each tool; what is suppressed is there, and marked so."""
    told: list[tuple[Finding, Suppression | None]] = [(finding, None) for finding in report.findings]
    told += [(one.finding, one.suppression) for one in report.suppressed]
    marks = fingerprints([finding for finding, _ in told])
    rules = {**report.rules, **{finding.rule: report.rule(finding) for finding, _ in told}}
    tools = sorted({finding.tool for finding, _ in told} | {rule.tool for rule in rules.values()}) or ["xyztf"]
    runs = []
    for tool in tools:
        of_tool = {id_: rule for id_, rule in sorted(rules.items()) if rule.tool == tool}
        index = {id_: number for number, id_ in enumerate(of_tool)}
        results = [
            _result(finding, suppression, mark, index)
            for (finding, suppression), mark in zip(told, marks, strict=True)
            if finding.tool == tool
        ]
        runs.append(_run(tool, report.versions.get(tool), list(of_tool.values()), results))
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": runs}, indent=2)


def _run(tool: str, version: str | None, rules: list[RuleInfo], results: list[dict[str, Any]]) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": tool, "rules": [_rule(rule) for rule in rules]}
    if version:
        driver["version"] = version
    return {
        "tool": {"driver": driver},
        # The address of the root is for whoever shows the results: it is not the same on every machine.
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the project."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }


def _rule(rule: RuleInfo) -> dict[str, Any]:
    source = f"\n\nSource: {rule.source}" if rule.source else ""
    described: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why}{source}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }
    if rule.page:
        described["helpUri"] = quote(rule.page, safe="/:?#[]@!$&'()*+,;=%~-._")
    return described


def _result(
    finding: Finding, suppression: Suppression | None, fingerprint: str, index: dict[str, int]
) -> dict[str, Any]:
    text = f"{finding.message}\n{finding.hint}" if finding.hint else finding.message
    result: dict[str, Any] = {"ruleId": finding.rule}
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    result |= {
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(text)},
        "partialFingerprints": {"xyztfFinding/v1": fingerprint},
        # An empty list says that it was looked for suppressions and there are none; left out, nothing is known.
        "suppressions": [_suppression(suppression)] if suppression else [],
    }
    if location := _location(finding):
        result["locations"] = [location]
    properties = {"stack": finding.stack, "environment": finding.environment}
    if known := {name: value for name, value in properties.items() if value}:
        result["properties"] = known
    return result


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if finding.location.file:
        location["physicalLocation"] = _physical(finding.location)
    if finding.address:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.address, "kind": "resource"}]
    return location


def _physical(place: Location) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(place.file)}
    if place.line:
        physical["region"] = {"startLine": place.line}
        if place.column:
            physical["region"]["startColumn"] = place.column
    return physical


def _artifact(file: str) -> dict[str, Any]:
    """A file's address: relative to the root, but for one that lies elsewhere."""
    path = quote(os.fsencode(file))
    if file.startswith("/"):
        return {"uri": f"file://{path}"}
    return {"uri": path.removeprefix("./"), "uriBaseId": ROOT}


def _suppression(suppression: Suppression) -> dict[str, Any]:
    until = suppression.until.isoformat()
    return {
        "kind": _KINDS[suppression.kind],
        "status": "accepted",
        "justification": f"{suppression.reason} (owner: {suppression.owner}, until {until})",
        "location": {"physicalLocation": _physical(suppression.place)},
    }


def _message(text: str) -> str:
    """A message without what a viewer would fill in or make a link of.

    The standard wants every brace doubled and every bracket escaped (3.11.5, 3.11.6). Viewers show such escapes as they
    are, so that `${var.name}` would be told wrongly: only what is mistaken for a placeholder or a link is escaped.
    """
    return _LINK.sub(r"\\[\1\\](", _PLACEHOLDER.sub(r"{{\1}}", text))
