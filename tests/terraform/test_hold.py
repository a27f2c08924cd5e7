"""One run at a time on a stack; who waits hears for whom."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from xyztf.terraform.hold import Busy, held, runs
from xyztf.terraform.process import run
from xyztf.terraform.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace("demo", "global", tmp_path, tmp_path / "private", Path("terraform"), {})


def test_the_second_waits_says_for_whom_and_gives_up(workspace):
    told: list[str] = []
    with held(workspace), pytest.raises(Busy) as caught, held(workspace, 0.2, told.append):
        raise AssertionError
    assert re.fullmatch(
        rf"waiting for xyztf, process {os.getpid()}, since \S+, or the Terraform that it started", told[0]
    )
    assert len(told) == 1
    assert "another run works on this stack" in str(caught.value)
    assert "environments/demo/global" in str(caught.value)


def test_after_the_first_has_ended_there_is_no_waiting(workspace):
    with held(workspace):
        assert str(os.getpid()) in (runs(workspace.private) or "")
    assert runs(workspace.private) is None
    told: list[str] = []
    with held(workspace, 0, told.append):
        assert not told


def test_nobody_runs_where_nothing_ever_ran(tmp_path):
    assert runs(tmp_path / "nothing") is None


def test_the_stack_is_held_as_long_as_terraform_lives_also_without_us(workspace):
    script = f"""
import os, sys, time
from pathlib import Path
from xyztf.terraform.hold import held
from xyztf.terraform.process import run
from xyztf.terraform.workspace import Workspace
folder, private = Path({str(workspace.folder)!r}), Path({str(workspace.private)!r})
workspace = Workspace("demo", "global", folder, private, Path("terraform"), {{}})
with held(workspace) as ours:
    child = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print(1, flush=True); time.sleep(3)"
    run([sys.executable, "-c", child], Path(), os.environ, lambda _: os.kill(os.getpid(), 9), lock=ours.lock)
"""
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=20)
    assert done.returncode == -9
    assert runs(workspace.private) is not None, "it was free while Terraform still lived"
    told: list[str] = []
    with held(workspace, 20, told.append):
        assert told


def test_what_runs_without_the_lock_does_not_keep_it(workspace):
    with held(workspace):
        run([sys.executable, "-c", ""], Path(), os.environ)
    assert runs(workspace.private) is None
