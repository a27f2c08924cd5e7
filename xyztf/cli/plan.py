"""xyztf plan"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xyztf.cli.options import (
    HERE,
    AllowOption,
    EnvironmentArgument,
    ParallelOption,
    ProjectOption,
    SandboxOption,
    StackOption,
    check_format,
)
from xyztf.cli.plans import code_of_plans, planned, print_plans
from xyztf.errors import ExitCode

if TYPE_CHECKING:
    from xyztf.operations.plan import Judged
    from xyztf.terraform.order import Outcome

FORMATS = ("text", "json", "markdown")


def command(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    sandbox: SandboxOption = False,
    output_format: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 2 when there are changes.")
    ] = False,
    destroy_all: Annotated[bool, typer.Option("--destroy", help="Plan to take everything down.")] = False,
    replace: Annotated[
        list[str] | None, typer.Option("--replace", metavar="ADDRESS", help="Plan to make this resource anew.")
    ] = None,
    allow_destroy: AllowOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Keep the plans in this folder, for apply --plans DIR.")
    ] = None,
    parallel: ParallelOption = 2,
    project: ProjectOption = HERE,
) -> int:
    """Plan the stacks of an environment side by side, keep the plans, and show what they would do and interrupt."""
    check_format(output_format, FORMATS)
    from xyztf.operations.plan_folder import check_folder
    from xyztf.operations.scope import begin

    if out:
        check_folder(out)
    scope = begin(project, environment, stack or [], sandbox=sandbox)
    outcomes = planned(scope, parallel, destroy=destroy_all, replace=replace or [], allowed=allow_destroy or [])
    print_plans(environment, outcomes, output_format)
    code = code_of_plans(environment, outcomes)
    if out:
        _keep_in(out, environment, outcomes, " --sandbox" if sandbox else "")
    changed = any(outcome.result and outcome.result.plan.has_changes for outcome in outcomes)
    return ExitCode.CHANGES if code == ExitCode.OK and detailed_exitcode and changed else code


def _keep_in(folder: Path, environment: str, outcomes: list[Outcome[Judged]], option: str) -> None:
    """Put the plans into the folder, all of them or none."""
    from xyztf.cli.output import say
    from xyztf.operations.plan_folder import committed_by_git, write_folder

    plans = [outcome.result for outcome in outcomes if outcome.result]
    if len(plans) < len(outcomes):
        failed = ", ".join(outcome.stack for outcome in outcomes if not outcome.result)
        say(f"no plans were put into {folder}: there is none of {failed}", "red")
        return
    write_folder(folder, plans)
    say(f"the plans are in {folder}: xyztf apply {environment}{option} --plans {shlex.quote(str(folder))}")
    if committed_by_git(folder):
        say(f"warning: git would commit {folder}, and plans can hold secrets: add it to .gitignore", "yellow")
