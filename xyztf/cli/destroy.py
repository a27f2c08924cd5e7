"""xyztf destroy"""

from __future__ import annotations

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
    parallel: ParallelOption = 2,
    project: ProjectOption = HERE,
) -> int:
    """Take stacks down, against the order of their dependencies. The guard asks for each thing that holds data."""
    from xyztf.operations.scope import begin

    typed = environment if sandbox else None  # in the sandbox nothing asks
    scope = begin(project, environment, stack or [], sandbox=sandbox)
    outcomes = planned(scope, parallel, destroy=True, allowed=allow_destroy or [], unguarded=sandbox)
    return carry_out(scope, outcomes, parallel, allow_destroy or [], confirm or typed, yes=yes or sandbox)
