"""Applying the plans of a scope in the order of its stacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from xyztf.operations.plan import Judged, OnStackLine
from xyztf.operations.scope import Scope
from xyztf.terraform.apply import apply_plan
from xyztf.terraform.hold import held
from xyztf.terraform.order import Outcome, in_order


def apply_stacks(
    scope: Scope,
    plans: Mapping[str, Judged],
    *,
    backwards: bool = False,
    parallel: int = 2,
    on_line: OnStackLine = lambda *_: None,
    say: OnStackLine = lambda *_: None,
    done: Callable[[Outcome[bool]], None] = lambda _: None,
) -> list[Outcome[bool]]:
    """Apply exactly these plans, in the order of the stacks, or against it. A stack that fails stops those that need
    it; the result of one that is applied is whether there was anything to do."""

    def work(name: str) -> bool:
        plan = plans[name].plan
        with held(plan.workspace, waiting=lambda text: say(name, text)) as ours:
            apply_plan(replace(plan, workspace=ours), lambda line: on_line(name, line))
        return plan.has_changes

    needs = scope.backwards if backwards else scope.needs
    return in_order({name: needs[name] for name in needs if name in plans}, work, parallel, done)
