"""The log of a run: private, complete at any moment, no reason to fail."""

from __future__ import annotations

import errno
import os
import re
import threading
from pathlib import Path

import pytest

from xyztf.operations.log import KEPT, Log


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def begin(tmp_path: Path, told: list[str]):
    def call(*command: str) -> Log:
        return Log(tmp_path, "sandbox", "dev", command or ("up", "dev", "--sandbox"), told.append)

    return call


def text(log: Log) -> str:
    assert log.path
    return log.path.read_text()


def test_it_says_what_was_run_and_how_it_ended(begin):
    log = begin()
    log.write("us-east-1", "planned: 3 added")
    log.end(4)
    first, second, last = text(log).splitlines()
    time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    assert re.fullmatch(rf"{time} - xyztf \S+, process {os.getpid()}: xyztf up dev --sandbox", first)
    assert re.fullmatch(rf"{time} us-east-1 planned: 3 added", second)
    assert re.fullmatch(rf"{time} - exit code 4 after 0 s", last)


def test_it_is_private(begin, tmp_path: Path):
    old = os.umask(0)
    try:
        log = begin()
    finally:
        os.umask(old)
    assert log.path.parent == tmp_path / ".xyztf" / "sandbox" / "dev" / "logs"
    assert log.path.stat().st_mode & 0o777 == 0o600
    assert log.path.parent.stat().st_mode & 0o777 == 0o700


def test_what_was_said_is_there_before_the_end(begin):
    log = begin()
    log.write("global", "applied")
    assert text(log).endswith("global applied\n")


def test_a_long_message_stays_together_and_is_told_from_the_next(begin):
    log = begin()
    log.write("-", "error: no\nwhy\n    what to do")
    assert text(log).endswith(" - error: no\n    why\n        what to do\n")


def test_the_newest_are_kept(begin):
    paths = []
    for _ in range(KEPT + 3):
        log = begin()
        log.end(0)
        paths.append(log.path)
    assert sorted(paths[-1].parent.iterdir()) == paths[3:]


def test_two_runs_at_once_have_a_file_each(begin):
    first, second = begin("plan", "dev"), begin("apply", "dev")
    first.write("global", "of the first")
    second.write("global", "of the second")
    assert first.path != second.path
    assert "of the second" not in text(first) and "of the first" not in text(second)


def test_lines_of_several_threads_are_never_mixed(begin):
    log = begin()
    threads = [
        threading.Thread(target=lambda name=name: [log.write(name, name * 200) for _ in range(50)]) for name in "abcd"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = text(log).splitlines()[1:]
    assert len(lines) == 200
    assert all(re.fullmatch(r"\S+ (.) \1{200}", line) for line in lines)


def test_a_full_disk_is_told_once_and_nothing_else_happens(begin, told, monkeypatch):
    log = begin()

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        log.write("global", "one")
        log.write("global", "two")
        log.end(0)
    assert told == ["no log from here on: No space left on device"]


def test_a_place_that_cannot_be_written_is_told_once(tmp_path: Path, told):
    (tmp_path / ".xyztf").write_text("in the way")
    log = Log(tmp_path, "aws", "dev", ("plan", "dev"), told.append)
    log.write("global", "goes nowhere")
    log.end(0)
    assert log.path is None
    assert told == ["no log from here on: Not a directory"]


def test_what_is_no_text_is_written_all_the_same(begin):
    log = begin()
    log.write("global", "a file \udcff")
    assert r"a file \udcff" in text(log)
