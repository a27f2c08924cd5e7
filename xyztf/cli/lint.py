"""xyztf lint"""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from xyztf.rules.own import OwnRules


RulesOption = Annotated[
    Path | None,
    typer.Option(
        "--rules", metavar="DIR", help="Rules of your own. Default: rules/ of the project.", show_default=False
    ),
]
NoOwnRulesOption = Annotated[
    bool, typer.Option("--no-own-rules", help="Without rules/: execute no Python of the project.")
]


def command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...", help="Folders with Terraform. Default: what is rendered.", show_default=False
        ),
    ] = None,
    env: Annotated[
        list[str] | None,
        typer.Option("--env", metavar="ENV", help="Only this environment. May be given more than once."),
    ] = None,
    output_format: ReportFormatOption = "text",
    select: Annotated[
        list[str] | None, typer.Option("--select", metavar="ID", help="Only rules whose id begins so.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="ID", help="Without rules whose id begins so.")
    ] = None,
    fail_on: FailOnOption = "warning",
    rules: RulesOption = None,
    no_own_rules: NoOwnRulesOption = False,
    project: ProjectOption = HERE,
) -> int:
    """Hold Terraform against structural rules: the rendered stacks, or any folder. Exit 1 when something is found."""
    check_format(output_format, REPORT_FORMATS)
    if paths and env:
        raise UsageError(Problem("give paths or --env, not both"))
    from xyztf.cli.findings import print_report, severity
    from xyztf.operations.choice import choose
    from xyztf.operations.lint import lint_paths, lint_project

    # What is read stays until the end, and none of it is garbage: looking for some took a sixth of the time.
    gc.disable()
    threshold = severity(fail_on)
    own = own_rules(project, paths or [], rules, no_own_rules)
    chosen = choose(split_ids(select), split_ids(ignore), own)
    today = datetime.now(UTC).date()
    report = lint_paths(paths, chosen, today, own) if paths else lint_project(project, env or [], chosen, today, own)
    print_report(report, output_format, threshold, "xyztf rules")
    return report.exit_code(threshold)


def own_rules(project: Path, paths: list[Path], rules: Path | None, no_own_rules: bool) -> OwnRules:
    """The own rules that these options ask for. Raises UsageError, InvalidRules."""
    from xyztf.operations import choice

    if no_own_rules and rules:
        raise UsageError(Problem("give --rules or --no-own-rules, not both"))
    return choice.NONE_OWN if no_own_rules else choice.own_rules(project, paths, rules)
