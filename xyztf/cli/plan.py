"""xyztf plan"""

from __future__ import annotations

from typing import Annotated

import typer

from xyztf.cli.options import (
    HERE,
    AllowOption,
    EnvironmentArgument,
    ParallelOption,
    ProjectOption,
    SandboxOption,
    StackOption,
)
from xyztf.cli.plans import code_of_plans, planned, print_plans
from xyztf.errors import ExitCode, Problem, UsageError

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
    parallel: ParallelOption = 2,
    project: ProjectOption = HERE,
) -> int:
    """Plan the stacks of an environment side by side, keep the plans, and show what they would do and interrupt."""
    if output_format not in FORMATS:
        raise UsageError(Problem(f"there is no format {output_format}", hint=f"there are: {', '.join(FORMATS)}"))
    from xyztf.operations.scope import begin

    scope = begin(project, environment, stack or [], sandbox=sandbox)
    outcomes = planned(scope, parallel, destroy=destroy_all, replace=replace or [], allowed=allow_destroy or [])
    print_plans(environment, outcomes, output_format)
    code = code_of_plans(environment, outcomes)
    changed = any(outcome.result and outcome.result.plan.has_changes for outcome in outcomes)
    return ExitCode.CHANGES if code == ExitCode.OK and detailed_exitcode and changed else code
