"""Several processors give what one gives, and nothing is lost when one of them fails."""

from __future__ import annotations

import os
import signal

import pytest

from xyztf import side_by_side as module
from xyztf.side_by_side import processors, side_by_side


@pytest.fixture(params=[True, False], ids=["forked", "in one process"], autouse=True)
def forked(request, monkeypatch):
    monkeypatch.setattr(module, "may_fork", lambda: request.param)
    return request.param


def test_results_come_in_the_order_of_the_tasks(forked):
    found = side_by_side([lambda number=number: (number, os.getpid()) for number in range(3)])
    assert [number for number, _ in found] == [0, 1, 2]
    assert len({process for _, process in found}) == (3 if forked else 1)


def test_nothing_to_do():
    assert side_by_side([]) == []


def test_a_big_result_passes(forked):
    assert [len(each) for each in side_by_side([lambda: b"a" * 1_000_000] * 2)] == [1_000_000] * 2


def test_what_a_task_raises_is_raised_here():
    def fails():
        raise ValueError("this one")

    with pytest.raises(ValueError, match="this one"):
        side_by_side([lambda: 1, fails])
    with pytest.raises(ValueError, match="this one"):
        side_by_side([fails, lambda: 1])


def test_a_child_that_is_killed_is_replaced():
    here = os.getpid()

    def killed():
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return 2

    assert side_by_side([lambda: 1, killed, lambda: 3]) == [1, 2, 3]


def test_a_result_that_cannot_be_sent_is_made_here():
    found = side_by_side([lambda: 1, lambda: (each for each in "ab")])
    assert list(found[1]) == ["a", "b"]


def test_there_is_a_processor():
    assert processors() >= 1
