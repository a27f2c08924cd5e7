"""Folders for one use: gone afterwards, also those of runs that were killed; never those of runs at work."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys

from xyztf.terraform.scratch import scratch

USER = """
import sys, time
from pathlib import Path
from xyztf.terraform.scratch import scratch
with scratch(Path(sys.argv[1]), "use-") as folder:
    (folder / "secret").write_text("x")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_it_is_private_and_gone_afterwards(tmp_path):
    with scratch(tmp_path / "new", "use-") as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "file").write_text("x")
    assert list((tmp_path / "new").iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next_and_what_is_in_use_stays(tmp_path):
    running = [subprocess.Popen([sys.executable, "-c", USER, tmp_path], stdout=subprocess.PIPE) for _ in range(2)]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    (tmp_path / "other").mkdir()
    running[0].send_signal(signal.SIGKILL)
    running[0].wait()
    with scratch(tmp_path, "use-"):
        assert len(list(tmp_path.glob("use-*"))) == 2
    assert len(list(tmp_path.glob("use-*"))) == 1
    assert (tmp_path / "other").is_dir()
    running[1].kill()
    for process in running:
        process.communicate()
