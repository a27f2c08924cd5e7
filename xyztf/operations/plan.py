"""Planning the stacks of a scope, and judging the plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_changes
from pathlib import Path

from xyztf.errors import Problem, XyztfError
from xyztf.operations.scope import Scope
from xyztf.terraform.apply import resources
from xyztf.terraform.binding import StalePlan
from xyztf.terraform.guard import Verdict, allowed_by_stack, judge
from xyztf.terraform.order import Outcome, in_order
from xyztf.terraform.saved import Kept, SavedPlan, find_plan, make_plan

OnStackLine = Callable[[str, str], None]
"""Is told of a stack's name and a line that Terraform printed for it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A saved plan, and what the guard says of it."""

    plan: SavedPlan
    verdict: Verdict


def plan_stacks(
    scope: Scope,
    *,
    destroy: bool = False,
    replace: tuple[str, ...] = (),
    allowed: Sequence[str] = (),
    unguarded: bool = False,
    kept: Mapping[str, Kept] | None = None,
    parallel: int = 2,
    on_line: OnStackLine = lambda *_: None,
    say: OnStackLine = lambda *_: None,
    done: Callable[[Outcome[Judged]], None] = lambda _: None,
) -> list[Outcome[Judged]]:
    """Plan every stack of the scope, or take the plan that was `kept` for it (see `kept_plans`).

    Plans need nothing of each other, so all go side by side. `allowed` are the texts of --allow-destroy; `unguarded`
    lets everything pass, for taking a sandbox down, where there is nothing to lose. `on_line` is told of what Terraform
    prints, `say` of what people should know.
    """
    account, target = scope.environment.account_id, scope.target.name
    kept = kept or {}
    names = _to_plan(scope, kept)
    may_go = allowed_by_stack(allowed, names)

    def plan(name: str) -> Judged:
        made = (
            kept[name].load()
            if name in kept
            else make_plan(
                scope.workspace(name),
                account,
                target,
                destroy=destroy,
                replace=replace,
                on_line=lambda line: on_line(name, line),
                say=lambda text: say(name, text),
            )
        )
        verdict = judge(made.planned, protected=scope.environment.protected, allowed=may_go[name])
        return Judged(made, with_changes(verdict, refusals=()) if unguarded else verdict)

    return in_order(dict.fromkeys(names, ()), plan, parallel, done)


def kept_plans(scope: Scope, folder: Path | None = None, *, parallel: int = 2) -> dict[str, Kept]:
    """The plans that were kept for the scope's stacks, or those in `folder`, all of which may be applied.

    Raises StalePlan with every reason of every stack why one may not: before anything is planned, shown or applied.
    """
    account, target = scope.environment.account_id, scope.target.name

    def find(name: str) -> list[Kept]:
        found = find_plan(scope.workspace(name), folder)
        if found:
            found.check(account, target)
        return [found] if found else []

    outcomes = in_order({stack.name: () for stack in scope.stacks}, find, parallel)
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if errors:
        kind = StalePlan if any(isinstance(error, StalePlan) for error in errors) else type(errors[0])
        raise kind(*(problem for error in errors for problem in error.problems))
    kept = {outcome.stack: plan for outcome in outcomes for plan in outcome.result or ()}
    _check_directions(scope, kept)
    return kept


def left_alone(scope: Scope, kept: Mapping[str, Kept]) -> list[str]:
    """The stacks of the scope that are not touched, as the plans that were kept take stacks down.

    To plan them anew would build again what is to go.
    """
    names = _to_plan(scope, kept)
    return [stack.name for stack in scope.stacks if stack.name not in names]


def _to_plan(scope: Scope, kept: Mapping[str, Kept]) -> list[str]:
    down = any(plan.binding.destroy for plan in kept.values())
    return [stack.name for stack in scope.stacks if stack.name in kept or not down]


def _check_directions(scope: Scope, kept: Mapping[str, Kept]) -> None:
    """Raises XyztfError when a stack would be taken down from under one that stays, or while one that it needs is
    changed: no order is right for both plans."""
    down = [name for name in scope.needs if name in kept and kept[name].binding.destroy]
    problems = []
    for name in down:
        for other, needs in scope.needs.items():
            if other in down:
                continue
            if other in kept and (name in needs or other in scope.needs[name]):
                message = f"the kept plans do not go together: {name} is taken down, and {other} is not"
                hint = "plan both with --destroy, or both without it"
                problems.append(Problem(message, hint=hint))
            elif other not in kept and name in needs and resources(scope.workspace(other)):
                message = f"{name} would be taken down, and {other}, which needs it, is still there"
                hint = f"plan {other} with --destroy too; --stack {name} means it alone"
                problems.append(Problem(message, hint=hint))
    if problems:
        raise XyztfError(*problems)
