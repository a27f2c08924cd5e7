"""Stacks in the order of their dependencies, independent ones side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from xyztf.errors import XyztfError, refused_by_system
from xyztf.terraform.process import GRACE_SECONDS, RUNNING

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Result]):
    """What became of a stack: a result, an error, or neither when what it depends on failed (`waited_for`)."""

    stack: str
    result: Result | None = None
    error: XyztfError | None = None
    waited_for: str | None = None


def in_order(
    needs: Mapping[str, Sequence[str]],
    work: Callable[[str], Result],
    parallel: int,
    done: Callable[[Outcome[Result]], None] = lambda _: None,
) -> list[Outcome[Result]]:
    """Do `work` for each stack after those it needs; `needs` maps stacks to what they need, which may lack some.

    A stack that fails stops those that need it, not the others. `done` is called in this thread as each one ends.
    Gives the outcomes in the order of `needs`. Raises KeyboardInterrupt after all processes have been stopped.
    """
    outcomes: dict[str, Outcome[Result]] = {}
    running: dict[Future[Result], str] = {}
    pool = ThreadPoolExecutor(max_workers=parallel)
    try:
        while len(outcomes) < len(needs):
            for stack, required in needs.items():
                if stack in outcomes or stack in running.values():
                    continue
                present = [name for name in required if name in needs]
                failed = [name for name in present if name in outcomes and outcomes[name].result is None]
                if failed:
                    outcomes[stack] = Outcome(stack, waited_for=failed[0])
                    done(outcomes[stack])
                elif all(name in outcomes for name in present):
                    running[pool.submit(work, stack)] = stack
            for future in wait(running, return_when=FIRST_COMPLETED).done if running else ():
                stack = running.pop(future)
                outcomes[stack] = _outcome(stack, future)
                done(outcomes[stack])
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        RUNNING.stop(GRACE_SECONDS)
        raise
    finally:
        pool.shutdown()
    return [outcomes[stack] for stack in needs]


def _outcome(stack: str, future: Future[Result]) -> Outcome[Result]:
    try:
        return Outcome(stack, result=future.result())
    except XyztfError as error:
        return Outcome(stack, error=error)
    except OSError as error:
        # Of one stack it is no reason to stop the others.
        problem = refused_by_system(error)
        if problem is None:
            raise
        return Outcome(stack, error=XyztfError(problem))
