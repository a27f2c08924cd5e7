"""xyztf up"""

from __future__ import annotations

from xyztf.cli.carry_out import carry_out
from xyztf.cli.options import HERE, EnvironmentArgument, ParallelOption, ProjectOption, SandboxOption, YesOption
from xyztf.cli.output_values import print_outputs
from xyztf.cli.plans import planned
from xyztf.errors import ExitCode


def command(
    environment: EnvironmentArgument,
    sandbox: SandboxOption = False,
    yes: YesOption = False,
    parallel: ParallelOption = 2,
    project: ProjectOption = HERE,
) -> int:
    """Everything in one go: check what is rendered, plan, guard, apply in order, and show what now exists."""
    from xyztf.cli.output import say
    from xyztf.operations.scope import begin

    scope = begin(project, environment, sandbox=sandbox)
    outcomes = planned(scope, parallel)
    code = carry_out(scope, outcomes, parallel, [], None, yes=yes or sandbox)
    if code == ExitCode.OK:
        print_outputs(scope, "text")
        option = " --sandbox" if sandbox else ""
        say(f"next: xyztf plan {environment}{option} shows no changes")
        say(f"      xyztf destroy {environment}{option} takes everything down")
    return code
