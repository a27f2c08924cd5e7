"""xyztf check"""

from __future__ import annotations

import gc
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from xyztf.cli.options import HERE, EnvironmentsArgument, ProjectOption, check_format

FORMATS = ("text", "json", "sarif", "junit", "github")


def command(
    environments: EnvironmentsArgument = None,
    output_format: Annotated[str, typer.Option("--format", help="text, json, sarif, junit or github.")] = "text",
    fail_on: Annotated[
        str, typer.Option("--fail-on", help="note, warning, error or never: exit 1 from here on.")
    ] = "warning",
    project: ProjectOption = HERE,
) -> int:
    """Run all that needs no AWS: render --check, lint and scan, as one report. Exit 1 when something is found."""
    check_format(output_format, FORMATS)
    from xyztf.cli.findings import print_report, severity, text_lines
    from xyztf.operations.check import check
    from xyztf.operations.report_stamp import remember
    from xyztf.render.stamp import started

    gc.disable()  # as for lint: what is read stays until the end
    began = started()
    threshold = severity(fail_on)
    report, hangs_on = check(project, environments or [], datetime.now(UTC).date())
    code = report.exit_code(threshold)
    print_report(report, output_format, threshold, "xyztf rules")
    if output_format == "text":
        text = "\n".join(text_lines(report, "xyztf rules"))
        remember(sys.argv[1:], text, code, hangs_on, project.resolve(), began)
    return code
