"""xyztf check"""

from __future__ import annotations

import gc
import sys
from datetime import UTC, datetime

from xyztf.cli.options import (
    HERE,
    REPORT_FORMATS,
    EnvironmentsArgument,
    FailOnOption,
    ProjectOption,
    ReportFormatOption,
    check_format,
)


def command(
    environments: EnvironmentsArgument = None,
    output_format: ReportFormatOption = "text",
    fail_on: FailOnOption = "warning",
    project: ProjectOption = HERE,
) -> int:
    """Run all that needs no AWS: render --check, lint and scan, as one report. Exit 1 when something is found."""
    check_format(output_format, REPORT_FORMATS)
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
