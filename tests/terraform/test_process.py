"""Processes that end when they are told to, with all their children."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from xyztf.terraform.process import RUNNING, run

PARENT = """
import signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
if "stubborn" in sys.argv:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False


def test_streams_are_kept_apart_and_lines_come_as_they_are_printed():
    seen: list[str] = []
    code = "import sys; print('one'); print('two'); print('oops', file=sys.stderr); sys.exit(2)"
    done = run([sys.executable, "-c", code], Path(), os.environ, seen.append)
    assert (done.code, done.out, done.err) == (2, "one\ntwo\n", "oops\n")
    assert seen == ["one", "two"]


def test_what_it_prints_may_be_large_on_both_streams():
    code = "import sys\nfor _ in range(20000): print('o' * 50); print('e' * 50, file=sys.stderr)"
    done = run([sys.executable, "-c", code], Path(), os.environ)
    assert (len(done.out), len(done.err)) == (20000 * 51, 20000 * 51)


def test_a_process_that_takes_too_long_is_stopped_with_its_children():
    pids: list[str] = []
    with pytest.raises(TimeoutError):
        run([sys.executable, "-c", PARENT], Path(), os.environ, pids.append, timeout_seconds=1.5)
    time.sleep(0.2)
    assert not is_alive(int(pids[0]))


@pytest.mark.parametrize("temper", ["", "stubborn"])
def test_stop_reaches_every_process_and_kills_what_does_not_listen(temper):
    pids: list[str] = []
    arguments = [sys.executable, "-c", PARENT, temper]
    threads = [threading.Thread(target=run, args=(arguments, Path(), os.environ, pids.append)) for _ in range(2)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    while len(pids) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    RUNNING.stop(grace_seconds=1)
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert not any(is_alive(int(pid)) for pid in pids)
