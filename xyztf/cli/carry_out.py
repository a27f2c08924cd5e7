"""From plans that were shown to stacks that are applied: what both ends of `apply`, `up` and `destroy` share."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xyztf.cli.plans import code_of_plans, print_failure, print_plans
from xyztf.errors import ExitCode, Problem, UsageError

if TYPE_CHECKING:
    from xyztf.operations.plan import Judged
    from xyztf.operations.scope import Scope
    from xyztf.terraform.order import Outcome


def carry_out(
    scope: Scope,
    outcomes: list[Outcome[Judged]],
    parallel: int,
    allowed: Sequence[str],
    confirm: str | None,
    *,
    yes: bool,
    go_on: str = "run the same command again: it goes on from here",
) -> int:
    """Show the plans, let the guard speak, ask, and apply."""
    from xyztf.cli.output import say
    from xyztf.cli.progress import Progress
    from xyztf.operations.apply import apply_stacks
    from xyztf.operations.summary import counted

    name = scope.environment.name
    print_plans(name, outcomes, "text")
    if code := code_of_plans(name, outcomes):
        return code
    plans = {outcome.stack: outcome.result for outcome in outcomes if outcome.result}
    if not any(judged.plan.has_changes for judged in plans.values()):
        say("nothing to do")
        return ExitCode.OK
    if allowed and not _typed(name, confirm):
        return ExitCode.REFUSED
    if not yes and not _agreed(name):
        say("nothing was changed")
        return ExitCode.FAILURE
    progress = Progress()
    for stack, judged in plans.items():
        if judged.plan.has_changes:
            progress.say(stack, f"to apply: {counted(judged.plan.planned.counts())}")

    def done(outcome: Outcome[bool]) -> None:
        if outcome.result is None:
            print_failure(progress, outcome)
        else:
            progress.say(outcome.stack, "applied" if outcome.result else "nothing to do", "green")

    applied = apply_stacks(scope, plans, parallel=parallel, on_line=progress.line, done=done)
    failed = [outcome.stack for outcome in applied if outcome.result is None]
    if failed:
        say(f"not done: {', '.join(failed)}. Put it right and {go_on}.", "red")
        return ExitCode.FAILURE
    return ExitCode.OK


def _typed(name: str, confirm: str | None) -> bool:
    """Whether the operator typed the environment's name, on the command line or now."""
    from xyztf.cli.output import say

    if confirm is None and sys.stdin.isatty():
        confirm = input(f"what is destroyed cannot come back. Type the environment's name ({name}): ")
    if confirm != name:
        say(f"refused: --allow-destroy needs the environment's name typed, or --confirm {name}", "red")
    return confirm == name


def _agreed(name: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(Problem("there is no terminal to ask on", hint="look at the plan, then give --yes"))
    return input(f"apply these plans to {name}? Only yes goes on: ") == "yes"
