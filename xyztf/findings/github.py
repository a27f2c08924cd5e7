"""A report as workflow commands, which GitHub shows as annotations on a pull request.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.findings.report import Report, by_place, counted

SHOWN = 10
"""How many errors, how many warnings and how many notices of one step GitHub shows; the rest is in the log only."""

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def github(report: Report) -> Iterator[str]:
    """The lines to print: every finding, the worst first, as only the first of each kind are shown.

    Where some are not shown, a notice says so. It stands before the notes, for otherwise it might be one of these.
    """
    ordered = sorted(report.findings, key=lambda finding: (-finding.severity, by_place(finding)))
    yield from (_command(finding) for finding in ordered if finding.severity > Severity.NOTE)
    counts = report.counts()
    if any(number > SHOWN for number in counts.values()):
        total = ", ".join(counted(number, str(severity)) for severity, number in counts.items() if number)
        message = f"{total}. GitHub shows {SHOWN} of a kind; all of them are in the log of this step."
        yield f"::notice title=xyztf::{_data(message)}"
    yield from (_command(finding) for finding in ordered if finding.severity == Severity.NOTE)


def _command(finding: Finding) -> str:
    place = finding.location
    title = f"{finding.rule}: {finding.title}" if finding.title else finding.rule
    properties = [
        ("file", place.file),
        ("line", str(place.line or "")),
        ("col", str(place.column or "") if place.line else ""),
        ("title", title),
    ]
    written = ",".join(f"{name}={_property(value)}" for name, value in properties if value)
    message = f"{finding.message}\n{finding.hint}" if finding.hint else finding.message
    return f"::{_COMMANDS[finding.severity]} {written}::{_data(message)}"


def _data(text: str) -> str:
    """Text after the second `::`. What is not Unicode (a file's name in another encoding) is shown as an escape."""
    encodable = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return encodable.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
