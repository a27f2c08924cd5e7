"""Signals that ask xyztf to end."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

SCRIPT = """
import signal, sys, time
{before}
from xyztf.cli import app
def run(arguments):
    try:
        print("ready", flush=True)
        time.sleep(30)
    except KeyboardInterrupt:
        print("stopping", flush=True)
        time.sleep(0.5)
        print("stopped", flush=True)
        return 130
app.run = run
sys.argv = ["xyztf", "plan"]
from xyztf.__main__ import main
sys.exit(main())
"""


def start(before: str = "") -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", SCRIPT.format(before=before)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_stops_as_ctrl_c_does_and_a_second_one_does_not_hurry_it(number):
    process = start()
    process.send_signal(number)
    assert process.stdout is not None
    assert process.stdout.readline() == "stopping\n"
    process.send_signal(number)
    out, _ = process.communicate(timeout=20)
    assert (out, process.returncode) == ("stopped\n", 130)


def test_under_nohup_the_terminal_may_close():
    process = start("signal.signal(signal.SIGHUP, signal.SIG_IGN)")
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=20)
    assert (out, process.returncode) == ("stopping\nstopped\n", 130)
