"""What becomes of Terraform when xyztf is killed: it is interrupted, ends in its own way, and loses nothing it says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from xyztf.terraform import guardian

XYZTF = """
import os, sys
from pathlib import Path
from xyztf.terraform.process import run
lock = os.open(sys.argv[1] + "/lock", os.O_CREAT | os.O_RDWR)
code = Path(sys.argv[1] + "/terraform.py").read_text()
journal = Path(sys.argv[1] + "/journal")
run([sys.executable, "-c", code, sys.argv[1]], Path(), os.environ, print, journal=journal, lock=lock)
"""
TERRAFORM = """
import pathlib, signal, sys, time
folder = pathlib.Path(sys.argv[1])
def stop(*_):
    for number in range(3000):
        print("still writing the state", number)
    print("the lock is released", flush=True)
    (folder / "graceful").touch()
    sys.exit(1)
signal.signal(signal.SIGINT, stop)
(folder / "started").touch()
print("applying", flush=True)
while True:
    time.sleep(0.02)
    print("still applying", flush=True)
"""


def wait_for(path: Path, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.02)
    return path.exists()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGHUP])
def test_terraform_ends_gracefully_when_xyztf_dies(tmp_path, how):
    (tmp_path / "terraform.py").write_text(TERRAFORM)
    xyztf = subprocess.Popen([sys.executable, "-c", XYZTF, str(tmp_path)], stdout=subprocess.PIPE)
    assert wait_for(tmp_path / "started")
    os.kill(xyztf.pid, how)
    xyztf.wait()
    assert xyztf.stdout is not None
    xyztf.stdout.close()
    assert wait_for(tmp_path / "graceful"), "Terraform was not interrupted, or died of a pipe that nobody reads"
    journal = (tmp_path / "journal").read_text()
    assert journal.startswith("applying\n")
    assert journal.endswith("still writing the state 2999\nthe lock is released\n")


def test_what_does_not_end_in_time_is_killed(tmp_path):
    stubborn = (
        "import signal, sys, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()
    guardian.end({process.pid}, grace_seconds=0.5)
    assert process.wait(5) == -signal.SIGKILL
    process.stdout.close()


def test_a_group_that_is_gone_is_no_fault():
    process = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    process.wait()
    guardian.end({process.pid}, grace_seconds=0.5)


def test_it_ends_with_nothing_to_do_when_all_has_ended():
    arguments = [sys.executable, "-I", "-S", guardian.__file__]
    done = subprocess.run(arguments, input=b"+999999\n-999999\n", check=False, timeout=20, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
