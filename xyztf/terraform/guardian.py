"""A small process that outlives xyztf, however xyztf ends, and sees to it that no Terraform is left running behind it.

It reads the numbers of process groups from its standard input, `+N` when one begins and `-N` when it has ended. When
the input closes, xyztf is gone: what is still running is interrupted, so that Terraform finishes what it began, writes
its state and releases its lock; what does not end in time is killed. Run as a file, by itself: it imports nothing of
ours, so that it starts in milliseconds.
"""

from __future__ import annotations

import os
import signal
import sys
import time

GRACE_SECONDS = 600.0
"""As long as the longest step of a provider that has been told to stop."""
EVERY_SECONDS = 0.1


def lives(group: int) -> bool:
    """Whether any process of the group is there."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def end(groups: set[int], grace_seconds: float) -> None:
    """Interrupt the groups, wait for them, and kill what is left."""
    _send(groups, signal.SIGINT)
    until = time.monotonic() + grace_seconds
    while any(map(lives, groups)) and time.monotonic() < until:
        time.sleep(EVERY_SECONDS)
    _send(groups, signal.SIGKILL)


def _send(groups: set[int], number: signal.Signals) -> None:
    for group in groups:
        try:
            os.killpg(group, number)
        except (ProcessLookupError, PermissionError):
            continue


def main() -> None:
    """Watch until the input closes."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        change = groups.add if line[0] == "+" else groups.discard
        change(int(line[1:]))
    end(groups, GRACE_SECONDS)


if __name__ == "__main__":
    main()
