"""Planning the stacks of a scope, and judging the plans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from xyztf.operations.scope import Scope
from xyztf.terraform.guard import Verdict, allowed_by_stack, judge
from xyztf.terraform.hold import held
from xyztf.terraform.order import Outcome, in_order
from xyztf.terraform.saved import SavedPlan, make_plan, saved_plan

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
    replacing: tuple[str, ...] = (),
    allowed: Sequence[str] = (),
    unguarded: bool = False,
    use_saved: bool = False,
    parallel: int = 2,
    on_line: OnStackLine = lambda *_: None,
    say: OnStackLine = lambda *_: None,
    done: Callable[[Outcome[Judged]], None] = lambda _: None,
) -> list[Outcome[Judged]]:
    """Plan every stack of the scope, or, with `use_saved`, take the plan that was kept for it.

    Plans need nothing of each other, so all go side by side. `allowed` are the texts of --allow-destroy; `unguarded`
    lets everything pass, for taking a sandbox down, where there is nothing to lose. `on_line` is told of what Terraform
    prints, `say` of what people should know. The outcome of a stack whose saved
    plan no longer fits is the error StalePlan.
    """
    account = scope.environment.account_id
    may_go = allowed_by_stack(allowed, [stack.name for stack in scope.stacks])

    def plan(name: str) -> Judged:
        workspace = scope.workspace(name)
        with held(workspace, waiting=lambda text: say(name, text)) as ours:
            made = saved_plan(ours, account) if use_saved else None
            if made is None:
                made = make_plan(
                    ours,
                    account,
                    destroy=destroy,
                    replace=replacing,
                    on_line=lambda line: on_line(name, line),
                    say=lambda text: say(name, text),
                )
        made = replace(made, workspace=workspace)
        verdict = judge(made.planned, protected=scope.environment.protected, allowed=may_go[name])
        return Judged(made, Verdict(interruptions=verdict.interruptions) if unguarded else verdict)

    return in_order({stack.name: () for stack in scope.stacks}, plan, parallel, done)
