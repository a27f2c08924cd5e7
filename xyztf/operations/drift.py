"""Drift of the stacks of a scope, for people, for an issue, and for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from xyztf.operations.scope import Scope
from xyztf.terraform.drift import Drift, Drifted, find_drift
from xyztf.terraform.order import Outcome, in_order

LEFT = "changed since the last apply too, where the configuration says nothing of it:"


def look_for_drift(
    scope: Scope, *, parallel: int = 2, done: Callable[[Outcome[Drift]], None] = lambda _: None
) -> list[Outcome[Drift]]:
    """Look at every stack of the scope, side by side: nothing is changed, and none needs another."""

    def look(name: str) -> Drift:
        return find_drift(scope.workspace(name))

    return in_order({stack.name: () for stack in scope.stacks}, look, parallel, done)


def in_words(drift: Drift | None) -> str:
    """How much has drifted; None is a stack that could not be looked at."""
    if drift is None:
        return "not looked at"
    gone = sum(resource.gone for resource in drift.resources)
    counts = {"changed": len(drift.resources) - gone, "gone": gone, "added": len(drift.added)}
    return ", ".join(f"{number} {what}" for what, number in counts.items() if number) or "no drift"


def as_text(outcomes: Sequence[Outcome[Drift]], *, everything: bool = False) -> Iterator[str]:
    """A line per stack, below it what changed from which value to which; with `everything` also `Drift.left`."""
    for outcome in outcomes:
        yield f"{outcome.stack}: {in_words(outcome.result)}"
        if outcome.result:
            yield from (f"  {line}" for line in _drift(outcome.result))
            if everything and outcome.result.left:
                yield f"  {LEFT}"
                yield from (f"    {line}" for line in _resources(outcome.result.left))


def as_markdown(name: str, outcomes: Sequence[Outcome[Drift]], *, everything: bool = False) -> str:
    """The same for an issue or a comment: a table of the stacks, then a block for each."""
    lines = [f"### Drift of {name}", "", "| Stack | Drift |", "| --- | --- |"]
    lines += [f"| {outcome.stack} | {in_words(outcome.result)} |" for outcome in outcomes]
    for outcome in outcomes:
        if outcome.result and outcome.result.any:
            lines += ["", f"**{outcome.stack}**", "", "```", *_drift(outcome.result), "```"]
        if outcome.result and outcome.result.left and everything:
            lines += ["", f"**{outcome.stack}**, {LEFT}", "", "```", *_resources(outcome.result.left), "```"]
    return "\n".join(lines) + "\n"


def as_data(outcomes: Sequence[Outcome[Drift]], *, everything: bool = False) -> list[dict[str, Any]]:
    """The same as data, for --format json."""
    stacks = []
    for outcome in outcomes:
        drift = outcome.result or Drift()
        stack: dict[str, Any] = {
            "stack": outcome.stack,
            "looked_at": outcome.result is not None,
            "drift": [_data(resource) for resource in drift.resources],
            "added": [asdict(addition) for addition in drift.added],
        }
        if everything:
            stack["left"] = [_data(resource) for resource in drift.left]
        stack["errors"] = [str(problem) for problem in (outcome.error.problems if outcome.error else ())]
        stacks.append(stack)
    return stacks


def _drift(drift: Drift) -> Iterator[str]:
    yield from _resources(drift.resources)
    yield from (f"+ {addition}" for addition in drift.added)


def _resources(resources: Sequence[Drifted]) -> Iterator[str]:
    for resource in resources:
        if resource.gone:
            yield f"- {resource.address}: gone"
            continue
        replaced = ": to be replaced" if resource.replaces else ""
        yield f"~ {resource.address}{replaced}"
        yield from (f"    {attribute}" for attribute in resource.attributes)


def _data(resource: Drifted) -> dict[str, Any]:
    attributes = [
        {"path": each.path, "old": each.old, "new": each.new, "sensitive": each.sensitive}
        for each in resource.attributes
    ]
    whole = {"address": resource.address, "type": resource.type, "gone": resource.gone, "replaces": resource.replaces}
    return {**whole, "attributes": attributes}
