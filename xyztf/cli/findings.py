"""Findings on the screen, in one of the formats."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from xyztf.errors import Problem, UsageError
from xyztf.findings.finding import Severity

if TYPE_CHECKING:
    from xyztf.findings.report import Report


def severity(name: str) -> Severity | None:
    """The severity of that name; None for "never". Raises UsageError."""
    if name == "never":
        return None
    for each in Severity:
        if str(each) == name:
            return each
    raise UsageError(Problem(f"there is no severity {name}", hint="there are: note, warning, error, never"))


def print_report(report: Report, output_format: str, fail_on: Severity | None, explain: str) -> None:
    """Print a report to stdout. `explain` is the command that explains a rule."""
    from xyztf.cli.output import data

    if output_format == "json":
        from xyztf.findings.json_format import as_json

        data(as_json(report).rstrip("\n"))
    elif output_format == "sarif":
        from xyztf.findings.sarif import sarif

        data(sarif(report).rstrip("\n"))
    elif output_format == "junit":
        from xyztf.findings.junit import junit

        data(junit(report, fail_on).rstrip("\n"))
    elif output_format == "github":
        from xyztf.findings.github import github

        for line in github(report):
            data(line)
    else:
        for line in text_lines(report, explain):
            data(line)


def text_lines(report: Report, explain: str) -> Iterator[str]:
    """A report as text, as wide and as colourful as stdout is."""
    from xyztf.cli.output import styled
    from xyztf.findings.text import text

    wide = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    return text(report, wide, lambda part, style: styled(part, style, sys.stdout), explain)
