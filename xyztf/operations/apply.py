"""Applying the plans of a scope in the order of its stacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xyztf.operations.plan import Judged, OnStackLine
from xyztf.operations.scope import Scope
from xyztf.terraform.apply import apply_plan
from xyztf.terraform.order import Outcome, in_order


def apply_stacks(
    scope: Scope,
    plans: Mapping[str, Judged],
    *,
    parallel: int = 2,
    on_line: OnStackLine = lambda *_: None,
    say: OnStackLine = lambda *_: None,
    done: Callable[[Outcome[bool]], None] = lambda _: None,
) -> list[Outcome[bool]]:
    """Apply exactly these plans, each stack after those that it waits for. A stack that fails stops those that wait
    for it; the result of one that is applied is whether there was anything to do."""

    def work(name: str) -> bool:
        plan = plans[name].plan
        apply_plan(plan, lambda line: on_line(name, line), lambda text: say(name, text))
        return plan.has_changes

    return in_order(waits_for(scope, plans), work, parallel, done)


def waits_for(scope: Scope, plans: Mapping[str, Judged]) -> dict[str, tuple[str, ...]]:
    """What each stack with a plan waits for: the stacks that it needs, or, when it is taken down, those that need it.

    Plans of both kinds never meet: `plan_stacks` refuses them where stacks need each other.
    """
    downwards = [name for name in scope.backwards if name in plans and plans[name].plan.destroy]
    upwards = [name for name in scope.needs if name in plans and not plans[name].plan.destroy]
    return {name: scope.backwards[name] for name in downwards} | {name: scope.needs[name] for name in upwards}
