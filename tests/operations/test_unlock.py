"""When a lock should rather be left alone."""

from __future__ import annotations

import getpass
import socket
from datetime import UTC, datetime, timedelta

from xyztf.operations.unlock import myself, reasons_to_wait
from xyztf.terraform.lock import LockInfo

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def lock(minutes: int, who: str) -> LockInfo:
    return LockInfo("id", "path", "apply", who, "1.11.4", NOW - timedelta(minutes=minutes))


def test_an_old_lock_of_ones_own_may_go():
    assert list(reasons_to_wait(lock(16, myself()), NOW)) == []


def test_a_young_one_may_be_of_a_run_that_still_works():
    (reason,) = reasons_to_wait(lock(14, myself()), NOW)
    assert "younger than 15 minutes" in reason


def test_so_may_one_of_somebody_else_or_of_another_machine():
    (reason,) = reasons_to_wait(lock(60, "ann@laptop"), NOW)
    assert "taken by ann@laptop" in reason
    assert len(list(reasons_to_wait(lock(1, "ann@laptop"), NOW))) == 2


def test_we_are_who_terraform_writes_into_a_lock():
    assert myself() == f"{getpass.getuser()}@{socket.gethostname()}"
