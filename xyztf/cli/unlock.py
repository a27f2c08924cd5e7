"""xyztf unlock"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from xyztf.cli.options import HERE, EnvironmentArgument, ProjectOption, SandboxOption, YesOption
from xyztf.errors import ExitCode, Problem, UsageError

if TYPE_CHECKING:
    from xyztf.terraform.lock import LockInfo


def command(
    environment: EnvironmentArgument,
    stack: Annotated[str, typer.Argument(metavar="STACK", help="The stack.")],
    lock_id: Annotated[
        str | None, typer.Option("--lock-id", metavar="ID", help="Release this lock and no other one.")
    ] = None,
    sandbox: SandboxOption = False,
    yes: YesOption = False,
    project: ProjectOption = HERE,
) -> int:
    """Release the lock that an interrupted run left on a stack's state, after showing who holds it."""
    from datetime import UTC, datetime

    from xyztf.cli.output import data, say
    from xyztf.operations.scope import begin
    from xyztf.operations.unlock import lock_of, reasons_to_wait, release_lock, same_lock

    scope = begin(project, environment, [stack], sandbox=sandbox, as_rendered=False)
    lock = lock_of(scope, stack)
    if lock is None:
        say(f"{stack} is not locked")
        return ExitCode.OK
    now = datetime.now(UTC)
    data(f"{stack}: {lock.described(now)}")
    data(f"lock {lock.id}")
    same_lock(scope, stack, lock, lock_id)
    reasons = list(reasons_to_wait(lock, now))
    for reason in reasons:
        say(f"warning: {reason}", "yellow")
    if not (yes or sandbox) and not _agreed(environment, lock, doubtful=bool(reasons)):
        say("nothing was released")
        return ExitCode.FAILURE
    release_lock(scope, stack, lock.id)
    say("released", "green")
    return ExitCode.OK


def _agreed(name: str, lock: LockInfo, *, doubtful: bool) -> bool:
    """Where the run may still be at work, a yes is not enough."""
    from xyztf.cli.output import ask

    if not sys.stdin.isatty():
        raise UsageError(Problem("there is no terminal to ask on", hint=f"give --yes --lock-id {lock.id}"))
    if doubtful:
        return ask(f"two runs at once damage the state. Type the environment's name ({name}) to release it: ") == name
    return ask("release it? Only yes goes on: ") == "yes"
