"""Stacks in the order of their dependencies."""

from __future__ import annotations

import errno
import os
import threading
import time

import pytest

from xyztf.errors import Problem, XyztfError
from xyztf.terraform.order import in_order

NEEDS = {"global": (), "primary": ("global",), "west": ("global", "primary"), "east": ("global", "primary")}


def test_a_stack_starts_when_all_it_needs_are_done():
    done: list[str] = []

    def work(name: str) -> str:
        assert all(need in done for need in NEEDS[name])
        return name

    outcomes = in_order(NEEDS, work, 4, lambda outcome: done.append(outcome.stack))
    assert [outcome.result for outcome in outcomes] == list(NEEDS)
    assert done[:2] == ["global", "primary"]


def test_independent_stacks_run_side_by_side():
    both = threading.Barrier(2, timeout=10)
    outcomes = in_order({"west": (), "east": ()}, lambda _: both.wait() >= 0, 2)
    assert all(outcome.result for outcome in outcomes)


def test_but_no_more_than_asked_for():
    running: set[str] = set()
    most = 0

    def work(name: str) -> bool:
        nonlocal most
        running.add(name)
        most = max(most, len(running))
        time.sleep(0.02)
        running.discard(name)
        return True

    in_order({str(number): () for number in range(6)}, work, 2)
    assert most <= 2


def test_a_stack_that_fails_stops_those_that_need_it_and_no_others():
    def work(name: str) -> bool:
        if name == "west":
            raise XyztfError(Problem("no"))
        return True

    needs = {**NEEDS, "after-west": ("west",), "after-that": ("after-west",)}
    outcomes = {outcome.stack: outcome for outcome in in_order(needs, work, 2)}
    assert outcomes["east"].result
    assert str(outcomes["west"].error) == "no"
    assert outcomes["after-west"].waited_for == "west"
    assert outcomes["after-that"].waited_for == "after-west"


def test_what_is_needed_and_not_chosen_is_not_waited_for():
    outcomes = in_order({"west": ("global", "primary")}, lambda _: True, 1)
    assert outcomes[0].result


def test_a_bug_is_not_taken_for_a_failed_stack():
    with pytest.raises(ZeroDivisionError):
        in_order({"one": (), "two": ()}, lambda _: 1 // 0, 2)


def test_a_full_disk_is_told_for_its_stack_and_stops_those_that_need_it_alone():
    def work(name: str) -> str:
        if name == "primary":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "plan.tfplan")
        return name

    outcomes = {outcome.stack: outcome for outcome in in_order({**NEEDS, "other": ()}, work, 2)}
    assert "plan.tfplan cannot be written: No space left on device" in str(outcomes["primary"].error)
    assert outcomes["west"].waited_for == "primary"
    assert outcomes["other"].result == "other"


def test_a_fault_of_ours_is_not_taken_for_the_systems():
    def work(_: str) -> str:
        raise FileNotFoundError(errno.ENOENT, "no such file", "x")

    with pytest.raises(FileNotFoundError):
        in_order({"one": ()}, work, 1)
