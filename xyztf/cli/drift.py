"""xyztf drift"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from xyztf.cli.options import (
    HERE,
    EnvironmentArgument,
    ParallelOption,
    ProjectOption,
    SandboxOption,
    StackOption,
    check_format,
)
from xyztf.errors import ExitCode

if TYPE_CHECKING:
    from xyztf.terraform.drift import Drift
    from xyztf.terraform.order import Outcome

FORMATS = ("text", "json", "markdown")


def command(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    sandbox: SandboxOption = False,
    output_format: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
    everything: Annotated[
        bool, typer.Option("--all", help="Show also what changed where the configuration says nothing.")
    ] = False,
    parallel: ParallelOption = 2,
    project: ProjectOption = HERE,
) -> int:
    """Show what was changed outside of Terraform, and since which value. Exit 2 when there is some; changes nothing."""
    check_format(output_format, FORMATS)
    from xyztf.cli.output import data
    from xyztf.cli.plans import print_failure
    from xyztf.cli.progress import Progress
    from xyztf.operations.drift import as_data, as_markdown, as_text, in_words, look_for_drift
    from xyztf.operations.scope import begin

    scope = begin(project, environment, stack or [], sandbox=sandbox)
    progress = Progress()
    progress.say(environment, f"looking at {', '.join(each.name for each in scope.stacks)}")

    def done(outcome: Outcome[Drift]) -> None:
        if outcome.result:
            progress.say(outcome.stack, in_words(outcome.result), "yellow" if outcome.result.any else None)
        else:
            print_failure(progress, outcome)

    outcomes = look_for_drift(scope, parallel=parallel, done=done)
    if output_format == "json":
        stacks = as_data(outcomes, everything=everything)
        data(json.dumps({"environment": environment, "stacks": stacks}, indent=2))
    elif output_format == "markdown":
        data(as_markdown(environment, outcomes, everything=everything).rstrip("\n"))
    else:
        for line in as_text(outcomes, everything=everything):
            data(line)
    if output_format == "text":
        print_next(environment, outcomes, " --sandbox" if sandbox else "")
    if any(outcome.result is None for outcome in outcomes):
        return ExitCode.FAILURE
    return ExitCode.CHANGES if any(outcome.result and outcome.result.any for outcome in outcomes) else ExitCode.OK


def print_next(name: str, outcomes: Sequence[Outcome[Drift]], option: str) -> None:
    """Say what to do about it."""
    from xyztf.cli.output import say

    found = [outcome.result for outcome in outcomes if outcome.result]
    if any(drift.resources for drift in found):
        say(f"next: xyztf plan {name}{option} shows how to put it back, and xyztf apply {name}{option} does;")
        say(f"      to keep it instead, write it into environments/{name}.yaml, and render")
    if any(drift.added for drift in found):
        say("what was added (+) Terraform leaves there: take it away, or make it a part of the templates")
