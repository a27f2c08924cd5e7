"""xyztf scan"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from xyztf.cli.options import HERE, ProjectOption, check_format

FORMATS = ("text", "json", "sarif", "junit", "github")


def command(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ENV|PATH]...",
            help="Environments, or folders with Terraform. Default: all environments.",
            show_default=False,
        ),
    ] = None,
    output_format: Annotated[str, typer.Option("--format", help="text, json, sarif, junit or github.")] = "text",
    select: Annotated[
        list[str] | None, typer.Option("--select", metavar="ID", help="Only checks whose id begins so.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="ID", help="Without checks whose id begins so.")
    ] = None,
    fail_on: Annotated[str, typer.Option("--fail-on", help="note, warning or error: exit 1 from here on.")] = "warning",
    project: ProjectOption = HERE,
) -> int:
    """Scan stacks with checkov: each by itself with its modules, without network. Exit 1 when something is found."""
    check_format(output_format, FORMATS)
    from xyztf.cli.findings import print_report, severity
    from xyztf.operations.scan import choose, scan

    threshold = severity(fail_on)
    chosen = choose(project, what or [])
    report = scan(chosen, _split(select), _split(ignore), datetime.now(UTC).date())
    print_report(report, output_format, threshold, "")
    return report.exit_code(threshold)


def _split(given: list[str] | None) -> list[str]:
    """Ids may also be given with commas between."""
    return [part.strip() for text in given or [] for part in text.split(",") if part.strip()]
