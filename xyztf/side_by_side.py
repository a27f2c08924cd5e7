"""Work that only computes, on more than one processor: by forking, so that children have all that was read already."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def may_fork() -> bool:
    """Whether forking helps and is safe here: only Linux's is, in a process with one thread."""
    return sys.platform == "linux" and processors() > 1 and threading.active_count() == 1


def side_by_side(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """The result of each task, in their order; the first runs in this process, each other in a child of its own.

    What a child changes is lost but its result, which must be picklable. A task whose child fails runs again here, so
    what it raises is raised here. No more tasks than processors should be given.
    """
    if not may_fork():
        return [task() for task in tasks]
    children = [_start(task) for task in tasks[1:]]
    try:
        results = [task() for task in tasks[:1]]
        while children:
            results += _result(*children.pop(0)) or [tasks[len(results)]()]
    finally:
        for child, pipe in children:
            os.close(pipe)
            os.kill(child, 9)
            os.waitpid(child, 0)
    return results


def _start(task: Callable[[], Any]) -> tuple[int, int]:
    """A child at work on a task: its process id, and the pipe that its result comes from."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    try:
        os.close(reading)
        with open(writing, "wb") as pipe:
            pipe.write(pickle.dumps([task()], pickle.HIGHEST_PROTOCOL))
        status = 0
    finally:
        os._exit(status)  # no handler, no buffer and no test of the parent's is the child's to finish


def _result(child: int, pipe: int) -> list[Any]:
    """What a child sent, in a list; an empty one where it failed."""
    with open(pipe, "rb") as reading:
        sent = reading.read()
    _, status = os.waitpid(child, 0)
    return pickle.loads(sent) if status == 0 and sent else []
