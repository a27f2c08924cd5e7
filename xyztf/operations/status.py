"""How an environment's stacks are: applied or not, locked or not, with a plan that waits or not. Nothing is changed.

Stacks are asked side by side. One that cannot be reached takes nothing from the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from xyztf.environment.model import Environment
from xyztf.errors import Problem, XyztfError
from xyztf.operations.scope import Scope, begin
from xyztf.project import Project
from xyztf.render.outdated import outdated
from xyztf.sandbox.state import Place
from xyztf.stacks.stack import stacks
from xyztf.target import Sandbox
from xyztf.terraform.binding import StalePlan
from xyztf.terraform.hold import held, runs
from xyztf.terraform.lock import LockInfo, holder
from xyztf.terraform.order import in_order
from xyztf.terraform.saved import find_plan
from xyztf.terraform.state import State, is_missing_bucket, state
from xyztf.terraform.unfinished import unfinished
from xyztf.terraform.workspace import Workspace

SECONDS = 30.0
"""How long a backend may take to answer."""
WIDTH = 80


class Condition(StrEnum):
    """What there is of a stack."""

    APPLIED = "applied"
    EMPTY = "empty"
    NOT_APPLIED = "not applied"
    NO_BUCKET = "no bucket"
    NOT_RENDERED = "not rendered"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class StackStatus:
    """One stack. `plan` is "kept" or "stale", and then `stale` says why. `run` is who works on it on this machine.

    `cut_off` is whether its last apply did not come to its end; `failed` is why something is not known.
    """

    stack: str
    condition: Condition
    state: State | None = None
    lock: LockInfo | None = None
    plan: str | None = None
    stale: str | None = None
    run: str | None = None
    cut_off: bool = False
    failed: XyztfError | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """An environment at a target. `outdated` counts the files that are not as rendered."""

    environment: Environment
    target: str
    endpoint: str | None
    outdated: int
    stacks: tuple[StackStatus, ...]

    @property
    def problems(self) -> list[Problem]:
        """Why something is not known."""
        return [problem for each in self.stacks if each.failed for problem in each.failed.problems]


def status_of(project: Path, name: str, *, sandbox: bool) -> Status:
    """The environment `name` on AWS or in the sandbox, which is started if it has been before.

    Raises XyztfError for an environment that is not there, and without Terraform.
    """
    there = Project.at(project)
    environment = there.load(there.selected([name])[0]).environment
    known = [stack.name for stack in stacks(environment)]
    rendered = [stack for stack in known if (there.root / "environments" / name / stack).is_dir()]
    changed = outdated(there.root, environment) if rendered else 0
    found = {stack: StackStatus(stack, Condition.NOT_RENDERED) for stack in known}
    target, endpoint = "sandbox" if sandbox else "aws", None
    if sandbox and not _has_been(Place.of(there.root, name)):
        found |= {stack: StackStatus(stack, Condition.NOT_APPLIED) for stack in rendered}
    elif rendered:
        scope = begin(project, name, rendered, sandbox=sandbox, as_rendered=False)
        endpoint = scope.target.endpoint if isinstance(scope.target, Sandbox) else None
        for outcome in in_order(dict.fromkeys(rendered, ()), lambda stack: _stack(scope, stack), len(rendered)):
            failed = StackStatus(outcome.stack, Condition.NOT_KNOWN, failed=outcome.error)
            found[outcome.stack] = outcome.result or failed
    return Status(environment, target, endpoint, changed, tuple(found.values()))


def _has_been(place: Place) -> bool:
    """Whether the sandbox runs, or has something to bring back."""
    return place.lives() or place.snapshot.exists()


def _stack(scope: Scope, name: str) -> StackStatus:
    workspace = scope.workspace(name)
    run, cut_off = runs(workspace.private), unfinished(workspace) is not None
    found, lock, condition, plan, stale, failed = None, None, Condition.NOT_KNOWN, None, None, None
    try:
        if run is None:
            with held(workspace, 0.0) as ours:
                ours.init()
        elif not workspace.is_initialised():  # whoever runs is about to: until then the backend cannot be asked
            return StackStatus(name, condition, run=run)
        found = state(workspace, SECONDS)
        condition = _condition(found)
        lock = holder(workspace, SECONDS)
        plan, stale = _plan(workspace, scope) if run is None and not cut_off else (None, None)
    except XyztfError as error:
        if is_missing_bucket(error):
            condition = Condition.NO_BUCKET
        else:
            failed = error
    return StackStatus(name, condition, found, lock, plan, stale, run, cut_off and run is None, failed)


def _plan(workspace: Workspace, scope: Scope) -> tuple[str | None, str | None]:
    """Whether a plan is kept, and why it is stale if it is. It is not looked into: that would start the provider."""
    try:
        kept = find_plan(workspace)
        if kept is None:
            return None, None
        kept.check(scope.environment.account_id, scope.target.name)
    except StalePlan as error:
        return "stale", "; ".join(problem.message for problem in error.problems)
    return "kept", None


def _condition(found: State) -> Condition:
    if not found.applied:
        return Condition.NOT_APPLIED
    return Condition.APPLIED if found.resources else Condition.EMPTY


# Shown ---------------------------------------------------------------------------------------------------------------

COLUMNS = "{:<14} {:<13} {:>6}  {:<5} {}"


def as_text(status: Status, now: datetime) -> Iterator[str]:
    """A line of where, a row per stack that fits 80 columns, and below what should be known besides."""
    env = status.environment
    yield f"{env.name}: {_where(status)}, {'' if env.protected else 'not '}protected"
    yield ""
    yield COLUMNS.format("STACK", "STATE", "SERIAL", "PLAN", "LOCK")
    for each in status.stacks:
        serial = each.state.serial if each.state and each.state.applied else "-"
        row = COLUMNS.format(each.stack, _words(each), serial, each.plan or "-", _lock(each, now))
        yield row if len(row) <= WIDTH else f"{row[: WIDTH - 1]}…"
    if notes := list(_notes(status, now)):
        yield ""
        yield from notes


def as_data(status: Status) -> dict[str, Any]:
    """The status as data, for --format json."""
    env = status.environment
    return {
        "environment": env.name,
        "target": status.target,
        "endpoint": status.endpoint,
        "account_id": env.account_id,
        "primary_region": env.primary_region,
        "protected": env.protected,
        "outdated_files": status.outdated,
        "stacks": [_stack_data(each) for each in status.stacks],
    }


def _stack_data(each: StackStatus) -> dict[str, Any]:
    lock = each.lock
    return {
        "stack": each.stack,
        "state": each.condition.value,
        "resources": each.state.resources if each.state else None,
        "serial": each.state.serial if each.state else None,
        "plan": each.plan,
        "stale_because": each.stale,
        "run": each.run,
        "cut_off": each.cut_off,
        "lock": {**asdict(lock), "created": lock.created.isoformat()} if lock else None,
        "problems": [str(problem) for problem in each.failed.problems] if each.failed else [],
    }


def _where(status: Status) -> str:
    env = status.environment
    if status.target == "aws":
        return f"AWS account {env.account_id}, primary region {env.primary_region}"
    return f"in the sandbox, {f'at {status.endpoint}' if status.endpoint else 'which was never started'}"


def _words(each: StackStatus) -> str:
    if each.condition is Condition.APPLIED and each.state:
        return f"{each.state.resources} resource{'s' if each.state.resources > 1 else ''}"
    return each.condition.value


def _lock(each: StackStatus, now: datetime) -> str:
    if each.lock:
        return each.lock.short(now)
    return "not known" if each.condition is Condition.NOT_KNOWN else "-"


def _notes(status: Status, now: datetime) -> Iterator[str]:
    name, sandbox = status.environment.name, " --sandbox" if status.target == "sandbox" else ""
    if status.outdated:
        files = f"{status.outdated} file is" if status.outdated == 1 else f"{status.outdated} files are"
        yield f"{files} not as rendered: xyztf render {name}, and look at the diff"
    if any(each.condition is Condition.NOT_RENDERED for each in status.stacks):
        yield f"not rendered yet: xyztf render {name}"
    if any(each.condition is Condition.NO_BUCKET for each in status.stacks):
        yield f"the state has no bucket yet: xyztf bootstrap {name}{sandbox}"
    if status.problems:
        yield f"what is not known could not be asked: xyztf doctor {name}{sandbox} says what is wrong"
    for each in status.stacks:
        if each.stale:
            yield f"{each.stack}: {each.stale}"
        if each.run:
            yield f"{each.stack}: at work here: {each.run}"
        if each.cut_off:
            yield f"{each.stack}: its last apply was cut off: xyztf apply {name}{sandbox} goes on"
        if each.lock and each.run:
            yield f"{each.stack}: locked, {each.lock.described(now)}"
        elif each.lock:
            yield f"{each.stack}: locked, {each.lock.described(now)}"
            yield f"    if that run has ended: xyztf unlock {name} {each.stack}{sandbox}"
