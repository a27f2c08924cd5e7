"""xyztf plan, apply, up, destroy, output, bootstrap: Terraform over an environment's stacks."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xyztf.cli.options import HERE, EnvironmentArgument, ProjectOption
from xyztf.errors import ExitCode, Problem, UsageError

if TYPE_CHECKING:
    from xyztf.cli.progress import Progress
    from xyztf.operations.plan import Judged
    from xyztf.operations.scope import Scope
    from xyztf.terraform.order import Outcome

StackOption = Annotated[
    list[str] | None, typer.Option("--stack", metavar="STACK", help="Only this stack. May be given more than once.")
]
SandboxOption = Annotated[bool, typer.Option("--sandbox", help="Against the AWS emulator inside xyztf: no account.")]
ParallelOption = Annotated[int, typer.Option("--parallel", min=1, help="Stacks at once; each takes about 900 MB.")]
AllowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-destroy", metavar="ADDRESS", help="Let the guard pass this one. May be given more than once."
    ),
]
ConfirmOption = Annotated[
    str | None, typer.Option("--confirm", metavar="ENV", help="The environment's name, typed, for --allow-destroy.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
FORMATS = ("text", "json", "markdown")


def plan(
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
    outcomes = _planned(scope, parallel, destroy=destroy_all, replace=replace or [], allowed=allow_destroy or [])
    _print_plans(environment, outcomes, output_format)
    code = _code_of_plans(environment, outcomes)
    changed = any(outcome.result and outcome.result.plan.has_changes for outcome in outcomes)
    return ExitCode.CHANGES if code == ExitCode.OK and detailed_exitcode and changed else code


def apply(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    sandbox: SandboxOption = False,
    allow_destroy: AllowOption = None,
    confirm: ConfirmOption = None,
    yes: YesOption = False,
    parallel: ParallelOption = 2,
    project: ProjectOption = HERE,
) -> int:
    """Apply the plans that were kept, or plan, show and ask. Stacks go in the order of their dependencies."""
    from xyztf.operations.scope import begin

    scope = begin(project, environment, stack or [], sandbox=sandbox)
    outcomes = _planned(scope, parallel, allowed=allow_destroy or [], use_saved=True)
    return _carry_out(scope, outcomes, parallel, allow_destroy or [], confirm, yes=yes or sandbox)


def up(
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
    outcomes = _planned(scope, parallel)
    code = _carry_out(scope, outcomes, parallel, [], None, yes=yes or sandbox)
    if code == ExitCode.OK:
        _print_outputs(scope, "text")
        option = " --sandbox" if sandbox else ""
        say(f"next: xyztf plan {environment}{option} shows no changes")
        say(f"      xyztf destroy {environment}{option} takes everything down")
    return code


def destroy(
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

    scope = begin(project, environment, stack or [], sandbox=sandbox)
    outcomes = _planned(scope, parallel, destroy=True, allowed=allow_destroy or [], unguarded=sandbox)
    return _carry_out(scope, outcomes, parallel, allow_destroy or [], confirm, yes=yes or sandbox, backwards=True)


def output(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    sandbox: SandboxOption = False,
    output_format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    project: ProjectOption = HERE,
) -> int:
    """Print what the applied stacks give out: endpoints, names, ARNs."""
    from xyztf.operations.scope import begin

    _print_outputs(begin(project, environment, stack or [], sandbox=sandbox), output_format)
    return ExitCode.OK


def bootstrap(environment: EnvironmentArgument, sandbox: SandboxOption = False, project: ProjectOption = HERE) -> int:
    """Make the buckets for the state: versioned, encrypted, closed, TLS only. Run twice, it changes nothing."""
    from xyztf.cli.output import data
    from xyztf.operations.scope import begin, state_buckets

    scope = begin(project, environment, sandbox=sandbox)
    for change in state_buckets(scope.root, scope.environment, scope.target) or ["nothing to change"]:
        data(change)
    return ExitCode.OK


def _planned(
    scope: Scope,
    parallel: int,
    *,
    destroy: bool = False,
    replace: Sequence[str] = (),
    allowed: Sequence[str] = (),
    unguarded: bool = False,
    use_saved: bool = False,
) -> list[Outcome[Judged]]:
    from xyztf.cli.progress import Progress
    from xyztf.operations.plan import plan_stacks
    from xyztf.operations.summary import counted

    progress = Progress()
    progress.say(scope.environment.name, f"planning {', '.join(stack.name for stack in scope.stacks)}")

    def done(outcome: Outcome[Judged]) -> None:
        if outcome.result:
            progress.say(outcome.stack, f"planned: {counted(outcome.result.plan.planned.counts())}")
        else:
            _fail(progress, outcome)

    return plan_stacks(
        scope,
        destroy=destroy,
        replace=tuple(replace),
        allowed=allowed,
        unguarded=unguarded,
        use_saved=use_saved,
        parallel=parallel,
        done=done,
    )


def _carry_out(
    scope: Scope,
    outcomes: list[Outcome[Judged]],
    parallel: int,
    allowed: Sequence[str],
    confirm: str | None,
    *,
    yes: bool,
    backwards: bool = False,
) -> int:
    """Show the plans, let the guard speak, ask, and apply."""
    from xyztf.cli.output import say
    from xyztf.cli.progress import Progress
    from xyztf.operations.apply import apply_stacks
    from xyztf.operations.summary import counted

    name = scope.environment.name
    _print_plans(name, outcomes, "text")
    if code := _code_of_plans(name, outcomes):
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
            _fail(progress, outcome)
        else:
            progress.say(outcome.stack, "applied" if outcome.result else "nothing to do", "green")

    applied = apply_stacks(scope, plans, backwards=backwards, parallel=parallel, on_line=progress.line, done=done)
    failed = [outcome.stack for outcome in applied if outcome.result is None]
    if failed:
        say(f"not done: {', '.join(failed)}. Put it right and run the same command again: it goes on from here.", "red")
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


def _fail(progress: Progress, outcome: Outcome[Any]) -> None:
    from xyztf.cli.output import problems

    if outcome.waited_for:
        progress.say(outcome.stack, f"not started: {outcome.waited_for} failed", "red")
    elif outcome.error:
        progress.say(outcome.stack, "failed", "red")
        problems(outcome.error.problems)


def _print_plans(name: str, outcomes: Sequence[Outcome[Judged]], output_format: str) -> None:
    from xyztf.cli.output import data
    from xyztf.operations.summary import as_data, as_markdown, as_text

    if output_format == "json":
        data(json.dumps({"environment": name, "stacks": as_data(outcomes)}, indent=2))
    elif output_format == "markdown":
        data(as_markdown(name, outcomes).rstrip("\n"))
    else:
        for line in as_text(outcomes):
            data(line)


def _code_of_plans(name: str, outcomes: Sequence[Outcome[Judged]]) -> int:
    """Failed plans come before the guard's refusals, which are told here."""
    from xyztf.cli.output import problems
    from xyztf.terraform.guard import Refused

    if any(outcome.result is None for outcome in outcomes):
        return ExitCode.FAILURE
    refused = Refused.of(name, {outcome.stack: outcome.result.verdict for outcome in outcomes if outcome.result})
    problems(refused.problems, "refused")
    return ExitCode.REFUSED if refused.problems else ExitCode.OK


def _print_outputs(scope: Scope, output_format: str) -> None:
    from xyztf.cli.output import data
    from xyztf.terraform.apply import outputs

    found = {stack.name: outputs(scope.workspace(stack.name)) for stack in scope.stacks}
    if output_format == "json":
        data(json.dumps(found, indent=2))
        return
    for name, values in found.items():
        data(f"{name}:")
        for key, value in values.items():
            shown = value if isinstance(value, str) else json.dumps(value)
            data(f"  {key:<32} {shown}")
