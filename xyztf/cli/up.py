"""xyztf up"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from xyztf.cli.carry_out import carry_out
from xyztf.cli.options import (
    HERE,
    EnvironmentArgument,
    ParallelOption,
    ProjectOption,
    SandboxOption,
    StackOption,
    YesOption,
)
from xyztf.cli.plans import planned
from xyztf.errors import ExitCode

if TYPE_CHECKING:
    from xyztf.errors import Problem
    from xyztf.operations.scope import Scope

NEXT = (
    ("plan", "no changes, until a file or the account changes"),
    ("drift", "what somebody changed by hand"),
    ("status", "which stacks there are, and how they are"),
    ("output", "names and ARNs of all of it"),
    ("destroy", "takes everything down"),
)
"""What one does after `up`."""


def command(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    sandbox: SandboxOption = False,
    yes: YesOption = False,
    parallel: ParallelOption = 2,
    project: ProjectOption = HERE,
) -> int:
    """Everything in one go: check what is rendered, validate, plan, guard, apply in order, show what now exists."""
    from xyztf.cli.output import data, say
    from xyztf.cli.table import lines, width_of
    from xyztf.operations.inventory import inventory
    from xyztf.operations.scope import begin

    say(f"{environment}: checking what is rendered{', starting the sandbox' if sandbox else ''}")
    scope = begin(project, environment, stack or [], sandbox=sandbox)
    if not _valid(scope, parallel):
        return ExitCode.FAILURE
    outcomes = planned(scope, parallel)
    code = carry_out(scope, outcomes, parallel, [], None, yes=yes or sandbox)
    if code == ExitCode.OK:
        data("")
        for line in lines(inventory(scope, parallel), width_of(sys.stdout)):
            data(line)
        _say_next(environment, stack or [], sandbox, project)
    return code


def _valid(scope: Scope, parallel: int) -> bool:
    """Validate, telling of each stack."""
    from xyztf.cli.output import problems
    from xyztf.cli.progress import progress_of
    from xyztf.operations.validate import validate_stacks

    progress = progress_of(scope)
    names = [stack.name for stack in scope.stacks]

    def done(stack: str, found: list[Problem]) -> None:
        progress.finished(stack)
        progress.say(stack, f"{len(found)} problems" if found else "valid", "red" if found else None)

    with progress.phase("validating", names):
        found = validate_stacks(scope, parallel, done)
    problems(found)
    return not found


def _say_next(environment: str, stacks: list[str], sandbox: bool, project: Path) -> None:
    from xyztf.cli.output import show
    from xyztf.cli.table import width_of

    options = [*(["--sandbox"] if sandbox else []), *(each for name in stacks for each in ("--stack", name))]
    options += [] if project == HERE else ["--project", str(project)]
    commands = {word: shlex.join(["xyztf", word, environment, *options]) for word, _ in NEXT}
    first = max(map(len, commands.values()))
    room = width_of(sys.stderr)
    show("\nnext:")
    for word, what in NEXT:
        line = f"  {commands[word]:<{first}}  {what}"
        show(line if room is None or len(line) <= room else f"  {commands[word]}")
