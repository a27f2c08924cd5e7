"""From plans that were shown to stacks that are applied: what both ends of `apply`, `up` and `destroy` share."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from xyztf.cli.plans import code_of_plans, print_failure, print_plans
from xyztf.errors import ExitCode, Problem, UsageError

if TYPE_CHECKING:
    from xyztf.cli.progress import Progress
    from xyztf.operations.plan import Judged
    from xyztf.operations.scope import Scope
    from xyztf.terraform.order import Outcome
    from xyztf.terraform.planned import Counts


def carry_out(
    scope: Scope,
    outcomes: list[Outcome[Judged]],
    parallel: int,
    allowed: Sequence[str],
    confirm: str | None,
    *,
    yes: bool,
    go_on: str | None = None,
) -> int:
    """Show the plans, let the guard speak, ask, and apply. `go_on` says how, where the same command does not."""
    from xyztf.cli.output import say

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
    return _apply(scope, plans, parallel, go_on)


def _apply(scope: Scope, plans: Mapping[str, Judged], parallel: int, go_on: str | None = None) -> int:
    from xyztf.cli.progress import progress_of
    from xyztf.operations.apply import apply_stacks, waits_for
    from xyztf.operations.summary import counted

    progress = progress_of(scope)
    down = all(judged.plan.destroy for judged in plans.values())
    word, past = ("destroying", "destroyed") if down else ("applying", "applied")
    order = list(waits_for(scope, plans))
    counts = {stack: plans[stack].plan.planned.counts() for stack in order}
    for stack in order:
        if plans[stack].plan.has_changes:
            progress.say(stack, f"to apply: {counted(counts[stack])}")
    ended: dict[str, Outcome[bool]] = {}

    def done(outcome: Outcome[bool]) -> None:
        ended[outcome.stack] = outcome
        progress.finished(outcome.stack)
        if outcome.result is None:
            print_failure(progress, outcome)
        else:
            progress.say(outcome.stack, past if outcome.result else "nothing to do", "green")

    try:
        with progress.phase(word, order, {stack: _steps(counts[stack]) for stack in order}):
            apply_stacks(scope, plans, parallel=parallel, on_line=progress.line, say=progress.say, done=done)
    except KeyboardInterrupt:
        print_account(order, ended, progress, past, go_on, interrupted=True)
        raise
    if all(outcome.result is not None for outcome in ended.values()):
        return ExitCode.OK
    print_account(order, ended, progress, past, go_on)
    return ExitCode.FAILURE


def print_account(
    stacks: Sequence[str],
    ended: Mapping[str, Outcome[bool]],
    progress: Progress,
    past: str,
    go_on: str | None,
    *,
    interrupted: bool = False,
) -> None:
    """Say what was done, what was not, and how to go on."""
    from xyztf.cli.output import command_line, say
    from xyztf.operations.account import account

    width = max(map(len, stacks), default=0)
    for stack, words in account(stacks, ended, progress.started(), past):
        good = stack in ended and ended[stack].result is not None
        say(f"  {stack:<{width}}  {words}", None if good else "red")
    if count := len(progress.half_made()):
        becomes = "the next run takes them as they are and completes them"
        if not interrupted:
            becomes = "they will be made anew; the guard asks before what can hold data is replaced"
        say(f"half made: {count}; {becomes}")
    failed = any(outcome.error for outcome in ended.values())
    say(f"{'put it right; ' if failed else ''}{go_on or f'to go on from here: xyztf {shlex.join(command_line())}'}")


def _steps(counts: Counts) -> int:
    """How many resources Terraform will tell of; one that is replaced goes and comes."""
    return counts.added + counts.changed + counts.destroyed + 2 * counts.replaced


def _typed(name: str, confirm: str | None) -> bool:
    """Whether the operator typed the environment's name, on the command line or now."""
    from xyztf.cli.output import ask, say

    if confirm is None and sys.stdin.isatty():
        confirm = ask(f"what is destroyed cannot come back. Type the environment's name ({name}): ")
    if confirm != name:
        say(f"refused: --allow-destroy needs the environment's name typed, or --confirm {name}", "red")
    return confirm == name


def _agreed(name: str) -> bool:
    from xyztf.cli.output import ask

    if not sys.stdin.isatty():
        raise UsageError(Problem("there is no terminal to ask on", hint="look at the plan, then give --yes"))
    return ask(f"apply these plans to {name}? Only yes goes on: ") == "yes"
