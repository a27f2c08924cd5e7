"""xyztf scan"""

from __future__ import annotations

import gc
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from xyztf.cli.options import (
    HERE,
    REPORT_FORMATS,
    FailOnOption,
    ProjectOption,
    ReportFormatOption,
    check_format,
    split_ids,
)
from xyztf.errors import Problem, UsageError


def command(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ENV|PATH]...",
            help="Environments, or folders with Terraform. Default: all environments.",
            show_default=False,
        ),
    ] = None,
    output_format: ReportFormatOption = "text",
    select: Annotated[
        list[str] | None, typer.Option("--select", metavar="ID", help="Only checks whose id begins so.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="ID", help="Without checks whose id begins so.")
    ] = None,
    fail_on: FailOnOption = "warning",
    changed: Annotated[
        bool, typer.Option("--changed", help="Only stacks that differ from what is committed in git.")
    ] = False,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="Findings that are known; only new ones fail.")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write what is found into the --baseline file.")
    ] = False,
    project: ProjectOption = HERE,
) -> int:
    """Scan stacks with checkov: each by itself with its modules, without network. Exit 1 when something is found."""
    check_format(output_format, REPORT_FORMATS)
    if write_baseline and baseline is None:
        raise UsageError(Problem("there is no file to write to", hint="name it: --baseline FILE --write-baseline"))
    from xyztf.cli.findings import print_report, severity, text_lines
    from xyztf.cli.output import say
    from xyztf.operations.report_stamp import remember
    from xyztf.operations.scan import Baseline, choose, only_changed, scan
    from xyztf.render.stamp import started

    gc.disable()  # as for lint: what is read stays until the end
    began = started()
    threshold = severity(fail_on)
    known = Baseline(baseline, write_baseline) if baseline else None
    chosen = choose(project, what or [])
    if changed:
        chosen = only_changed(chosen)
        if not chosen.roots:
            say("no stack differs from what is committed")
    report, hangs_on = scan(chosen, split_ids(select), split_ids(ignore), datetime.now(UTC).date(), known)
    code = report.exit_code(threshold)
    print_report(report, output_format, threshold, "xyztf rules")
    if output_format == "text" and not changed and not write_baseline:
        files = [*hangs_on, *([os.path.abspath(baseline)] if baseline else [])]
        text = "\n".join(text_lines(report, "xyztf rules"))
        remember(sys.argv[1:], text, code, files, chosen.base, began)
    return code
