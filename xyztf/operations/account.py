"""What became of each stack of an operation, also of one that failed or was interrupted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from xyztf.terraform.order import Outcome

Result = TypeVar("Result")


def account(
    stacks: Sequence[str], outcomes: Mapping[str, Outcome[Result]], begun: Collection[str], done: str
) -> list[tuple[str, str]]:
    """What became of each of `stacks`, in words. `done` is the word for one that succeeded, such as "applied".

    One that has no outcome was cut off if it was `begun`, and otherwise never started.
    """
    return [(stack, _words(outcomes.get(stack), stack in begun, done)) for stack in stacks]


def _words(outcome: Outcome[Result] | None, begun: bool, done: str) -> str:
    if outcome is None:
        return "cut off: what was finished in it is in its state" if begun else "not started"
    if outcome.waited_for:
        return f"not started: waits for {outcome.waited_for}"
    if outcome.error:
        first, *rest = outcome.error.problems
        more = f" (and {len(rest)} more)" if rest else ""
        return f"failed: {first.message}{more}"
    return done if outcome.result else "nothing to do"
