"""xyztf apply"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xyztf.cli.carry_out import carry_out
from xyztf.cli.options import (
    HERE,
    AllowOption,
    ConfirmOption,
    EnvironmentArgument,
    ParallelOption,
    ProjectOption,
    SandboxOption,
    StackOption,
    YesOption,
)
from xyztf.cli.plans import planned


def command(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    sandbox: SandboxOption = False,
    allow_destroy: AllowOption = None,
    confirm: ConfirmOption = None,
    yes: YesOption = False,
    plans: Annotated[
        Path | None, typer.Option("--plans", metavar="DIR", help="Apply exactly the plans that `plan --out` put there.")
    ] = None,
    parallel: ParallelOption = 2,
    project: ProjectOption = HERE,
) -> int:
    """Apply the plans that were kept, or plan, show and ask. Stacks go in the order of their dependencies."""
    from xyztf.operations.plan import kept_plans
    from xyztf.operations.plan_folder import stacks_in
    from xyztf.operations.scope import begin

    chosen = stacks_in(plans, environment, stack or []) if plans else stack or []
    typed = environment if sandbox else None  # in the sandbox nothing asks
    scope = begin(project, environment, chosen, sandbox=sandbox)
    kept = kept_plans(scope, plans, parallel=parallel)
    outcomes = planned(scope, parallel, allowed=allow_destroy or [], kept=kept)
    go_on = "plan again: the plans of what was done no longer fit" if plans else None
    return carry_out(scope, outcomes, parallel, allow_destroy or [], confirm or typed, yes=yes or sandbox, go_on=go_on)
