"""Starting the driver: what is refused, and what it is told."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

from xyztf.scan.run import ScanFailed, environment, interpreter, scan

from .conftest import record, scanned


def test_an_answer_is_taken(canned, root):
    canned.say(scanned(root, record(root)))
    answer = scan([root], str(canned.python), root.parent)
    assert answer.version == "3.3.30"
    assert [each["check"] for each in answer.roots[0]["records"]] == ["CKV_AWS_16"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"dead": "its process was ended by signal 9"}, "stack: checkov failed: its process was ended by signal 9"),
        ({"crashes": ["CKV_AWS_16 crashed on aws_x.y in main.tf: KeyError: 'a'"]}, "CKV_AWS_16 crashed on aws_x.y"),
        ({"crashes": ["checkov tried socket.connect, which is refused"]}, "checkov tried socket.connect"),
        ({"talk": [["error", "what a pity"]]}, "checkov says: what a pity"),
        ({"talk": [["warning", "Failed to find context for a.b"]]}, "checkov says: Failed to find context"),
        ({"talk": [["warning", "Unable to load module - source: /no/where, version: latest"]]}, "there is no module "),
        ({"files": []}, "stack: nothing was read here"),
    ],
)
def test_what_went_wrong_is_never_no_finding(canned, root, values, words):
    canned.say(scanned(root, **values))
    with pytest.raises(ScanFailed) as failure:
        scan([root], str(canned.python), root.parent)
    assert words in str(failure.value)


def test_a_warning_that_leaves_nothing_out_is_no_failure(canned, root):
    canned.say(scanned(root, talk=[["warning", "Error in evaluate_try of argument x"]]))
    assert scan([root], str(canned.python), root.parent).roots


def test_a_file_that_does_not_parse_is_told_with_its_line(canned, root):
    (root / "main.tf").write_text('resource "aws_kms_key" "this" {\n  description = "x\n}\n')
    canned.say(scanned(root, unread=[str(root / "main.tf")], files=[]))
    with pytest.raises(ScanFailed, match=r"^stack/main.tf:2:17: "):
        scan([root], str(canned.python), root.parent)


@pytest.mark.parametrize("name", ["more.tf.json", "more.tofu"])
def test_a_file_that_checkov_passes_over_is_a_failure(canned, root, name):
    (root / name).write_text("{}")
    canned.say(scanned(root))
    with pytest.raises(ScanFailed, match=rf"stack/{name}: checkov does not read such files"):
        scan([root], str(canned.python), root.parent)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"version": "3.4.0"}, "checkov 3.4.0 was not tried"),
        ({"raw": "", "code": 1, "stderr": "ModuleNotFoundError: No module named 'checkov'"}, "has no checkov"),
        ({"raw": "", "code": 1, "stderr": "ImportError: START_LINE"}, "checkov cannot be loaded"),
        ({"raw": "", "code": 1, "stderr": "MemoryError"}, "checkov failed: MemoryError"),
        ({"raw": "", "code": 3}, "checkov failed: exit code 3"),
        ({"raw": '{"version": "3.3', "code": 0}, "checkov failed: exit code 0"),
    ],
)
def test_a_driver_that_does_not_answer_is_a_failure(canned, root, values, words):
    canned.say(scanned(root), **values)
    with pytest.raises(ScanFailed) as failure:
        scan([root], str(canned.python), root.parent)
    assert words in str(failure.value)


def test_an_interpreter_that_is_none(monkeypatch, root):
    monkeypatch.setenv("XYZTF_CHECKOV_PYTHON", "/no/python")
    with pytest.raises(ScanFailed, match="XYZTF_CHECKOV_PYTHON names /no/python, which is not an executable"):
        interpreter()
    with pytest.raises(ScanFailed, match="cannot be run"):
        scan([root], str(root / "main.tf"), root)


def test_nothing_that_changes_a_verdict_gets_through(canned, root, monkeypatch):
    for name in ("TF_VAR_public", "CHECKOV_RENDER_MAX_LEN", "BC_API_KEY", "LOG_LEVEL", "HTTPS_PROXY", "PYTHONPATH"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    canned.say(scanned(root))
    scan([root], str(canned.python), root)
    told = canned.variables
    assert told["PYTHONHASHSEED"] == "0"
    assert set(told) <= {*environment(), "LC_CTYPE", "PWD", "SHLVL", "_", "__CF_USER_TEXT_ENCODING"}
    assert told["HOME"] == "/nonexistent"


def _slow(folder: Path) -> tuple[Path, Path]:
    """An interpreter that starts a child and answers never; and where it writes the child's id."""
    python, ids = folder / "slow", folder / "ids"
    python.write_text(f'#!/bin/sh\n/bin/sleep 60 &\necho "$$ $!" > {ids}.part; /bin/mv {ids}.part {ids}\nwait\n')
    python.chmod(0o755)
    return python, ids


def _gone(ids: Path) -> bool:
    deadline = time.monotonic() + 10
    for each in map(int, ids.read_text().split()):
        while Path(f"/proc/{each}").exists() and "Z" not in Path(f"/proc/{each}/stat").read_text().split()[2]:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
    return True


def test_a_driver_that_takes_too_long_is_ended_with_its_children(root, tmp_path):
    python, ids = _slow(tmp_path)
    with pytest.raises(ScanFailed, match=r"checkov took longer than 0\.5 seconds"):
        scan([root], str(python), root, timeout_seconds=0.5)
    assert _gone(ids)


def test_ctrl_c_ends_it_with_its_children(root, tmp_path):
    python, ids = _slow(tmp_path)

    def interrupt() -> None:
        while not ids.exists():
            time.sleep(0.01)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        scan([root], str(python), root, timeout_seconds=30)
    assert _gone(ids)
