"""`make demo` says clearly whether it passed: with a stand-in for xyztf, as the real one takes minutes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STAND_IN = """\
#!/bin/sh
echo "xyztf $*"
case $1 in up) exit {up} ;; plan) exit {plan} ;; esac
"""


def demo(folder: Path, *, up: int = 0, plan: int = 0) -> subprocess.CompletedProcess[str]:
    program, ready = folder / "xyztf", folder / "ready"
    program.write_text(STAND_IN.format(up=up, plan=plan))
    program.chmod(0o755)
    ready.touch()
    command = ["make", "--no-print-directory", "demo", f"BIN={folder}", f"READY={ready}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_it_passes_when_the_second_plan_is_empty(tmp_path):
    done = demo(tmp_path)
    assert done.returncode == 0
    assert "xyztf up dev --sandbox\n" in done.stdout
    assert "xyztf plan dev --sandbox --detailed-exitcode\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("demo: passed: the second plan is empty.")


@pytest.mark.parametrize(("code", "why"), [(2, "is not empty"), (1, "ended with 1")])
def test_it_fails_when_it_is_not(tmp_path, code: int, why: str):
    done = demo(tmp_path, plan=code)
    assert done.returncode != 0
    assert done.stdout.splitlines()[-1] == f"demo: failed: the second plan {why}"
    assert "passed" not in done.stdout


def test_it_does_not_plan_what_was_not_applied(tmp_path):
    done = demo(tmp_path, up=1)
    assert done.returncode != 0
    assert "xyztf plan" not in done.stdout
