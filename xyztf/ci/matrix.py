"""The stacks that a change touches, as a CI takes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from xyztf.ci.touched import Changes, Touched
from xyztf.errors import Problem, XyztfError

MOST_JOBS = 256
"""A matrix gives at most so many jobs in a run.
Source: https://docs.github.com/en/actions/reference/limits (job matrix)"""


def as_data(changes: Changes) -> dict[str, Any]:
    """`include`: the stacks; `any`: whether there are some; `removed`: those that are gone from the files.

    Keys may be added, and are neither renamed nor removed within a major version.
    """
    return {
        "include": [asdict(each) for each in changes.touched],
        "any": bool(changes.touched),
        "removed": [asdict(each) for each in changes.removed],
    }


def as_outputs(changes: Changes) -> Iterator[str]:
    """The lines for $GITHUB_OUTPUT: `matrix`, which fromJSON gives to `strategy.matrix` as it is, `any`, `removed`.

    A matrix must not be empty: a job that uses it needs `if: needs.JOB.outputs.any == 'true'`. Raises XyztfError for
    more stacks than GitHub runs.
    """
    if len(changes.touched) > MOST_JOBS:
        message = f"{len(changes.touched)} stacks are touched, and GitHub runs at most {MOST_JOBS} jobs of a matrix"
        hint = "give environments, for a matrix of some of them each: xyztf ci matrix ENV..."
        raise XyztfError(Problem(message, hint=hint))
    found = as_data(changes)
    yield f"matrix={_compact({'include': found['include']})}"
    yield f"any={_compact(found['any'])}"
    yield f"removed={_compact(found['removed'])}"


def _compact(value: object) -> str:
    # Everything but ASCII is escaped: no character of a path can end the line.
    return json.dumps(value, separators=(",", ":"))


def as_text(changes: Changes) -> Iterator[str]:
    """For people: a line for each stack, and what to know of those that are gone."""
    if not changes.touched:
        yield "no stack is touched"
    width = max((len(_name(each)) for each in changes.touched), default=0)
    for each in changes.touched:
        words = [f"order {each.order}"]
        if each.because:
            words.append(f"changed: {', '.join(each.because)}")
        yield f"{_name(each):<{width}}  {'; '.join(words)}"
    for gone in changes.removed:
        yield f"{gone.environment}/{gone.stack}  no longer described; its resources stay: it is in {gone.commit[:12]}"


def _name(each: Touched) -> str:
    return f"{each.environment}/{each.stack}"
