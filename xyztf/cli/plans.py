"""Plans of an environment's stacks on the command line: made with progress, shown, and the guard's word on them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xyztf.errors import ExitCode

if TYPE_CHECKING:
    from xyztf.cli.progress import Progress
    from xyztf.operations.plan import Judged
    from xyztf.operations.scope import Scope
    from xyztf.terraform.order import Outcome
    from xyztf.terraform.saved import Kept


def planned(
    scope: Scope,
    parallel: int,
    *,
    destroy: bool = False,
    replace: Sequence[str] = (),
    allowed: Sequence[str] = (),
    unguarded: bool = False,
    kept: Mapping[str, Kept] | None = None,
) -> list[Outcome[Judged]]:
    """Plan the stacks of `scope`, telling of each as it ends; the arguments are those of `operations.plan`."""
    from xyztf.cli.progress import progress_of
    from xyztf.operations.plan import left_alone, plan_stacks
    from xyztf.operations.summary import as_text, told

    kept = kept or {}
    progress = progress_of(scope)
    alone = left_alone(scope, kept)
    names = [stack.name for stack in scope.stacks if stack.name not in alone]
    if new := [name for name in names if name not in kept]:
        progress.say(scope.environment.name, f"planning {', '.join(new)}")
    for name in alone:
        progress.say(name, "left alone: no plan of it was kept, and the others are taken down")

    def done(outcome: Outcome[Judged]) -> None:
        progress.finished(outcome.stack)
        if outcome.result:
            word = "the plan that was kept" if outcome.stack in kept else "planned"
            progress.say(outcome.stack, f"{word}: {told(outcome)}")
            for line in list(as_text([outcome]))[1:]:
                progress.note(outcome.stack, line.strip())
        else:
            print_failure(progress, outcome)

    with progress.phase("planning", names):
        return plan_stacks(
            scope,
            destroy=destroy,
            replace=tuple(replace),
            allowed=allowed,
            unguarded=unguarded,
            kept=kept,
            parallel=parallel,
            on_line=progress.line,
            say=progress.say,
            done=done,
        )


def print_plans(name: str, outcomes: Sequence[Outcome[Judged]], output_format: str) -> None:
    """Print what the plans would do, as text, json or markdown."""
    from xyztf.cli.output import data
    from xyztf.operations.comment import as_markdown
    from xyztf.operations.summary import as_data, as_text

    if output_format == "json":
        data(json.dumps({"environment": name, "stacks": as_data(outcomes)}, indent=2))
    elif output_format == "markdown":
        data(as_markdown(name, outcomes).rstrip("\n"))
    else:
        for line in as_text(outcomes):
            data(line)


def code_of_plans(name: str, outcomes: Sequence[Outcome[Judged]]) -> int:
    """Failed plans come before the guard's refusals, which are told here."""
    from xyztf.cli.output import problems
    from xyztf.terraform.guard import Refused

    if any(outcome.result is None for outcome in outcomes):
        return ExitCode.FAILURE
    refused = Refused.of(name, {outcome.stack: outcome.result.verdict for outcome in outcomes if outcome.result})
    problems(refused.problems, "refused")
    return ExitCode.REFUSED if refused.problems else ExitCode.OK


def print_failure(progress: Progress, outcome: Outcome[Any]) -> None:
    """Say why a stack has no result."""
    from xyztf.cli.output import problems

    if outcome.waited_for:
        progress.say(outcome.stack, f"not started: {outcome.waited_for} failed", "red")
    elif outcome.error:
        progress.say(outcome.stack, "failed", "red")
        problems(outcome.error.problems)
