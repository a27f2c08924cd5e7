"""Progress, fed with lines that Terraform printed: on a terminal, elsewhere, and in the log."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest

from xyztf.cli import output
from xyztf.cli.live import Block
from xyztf.cli.progress import Progress
from xyztf.operations.log import Log

FIXTURES = Path(__file__).parent / "fixtures"
APPLY = (FIXTURES / "apply.jsonl").read_text().splitlines()
FAILED = (FIXTURES / "failed.jsonl").read_text().splitlines()
DATABASE = "module.rds_primary.aws_db_instance.this"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Screen(io.StringIO):
    """A terminal of so many columns: understands what is used, and shows what a person would see."""

    def __init__(self, columns: int = 80) -> None:
        super().__init__()
        self.columns = columns
        self.rows = [""]
        self.at = 0
        self.column = 0

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        for part in re.findall(r"\x1b\[\d*[A-Za-z]|[\r\n]|[^\x1b\r\n]", re.sub(r"\x1b\[[\d;]*m", "", text)):
            if part == "\n":
                self._down()
            elif part == "\r":
                self.column = 0
            elif part.endswith("A"):
                self.at = max(0, self.at - int(part[2:-1] or 1))
            elif part.endswith("J"):
                self.rows = [*self.rows[: self.at], self.rows[self.at][: self.column]]
            else:
                if self.column == self.columns:
                    self._down()
                self.rows[self.at] = self.rows[self.at][: self.column] + part + self.rows[self.at][self.column + 1 :]
                self.column += 1
        return len(text)

    def _down(self) -> None:
        self.at, self.column = self.at + 1, 0
        if self.at == len(self.rows):
            self.rows.append("")

    def shown(self) -> str:
        return "\n".join(self.rows).rstrip("\n")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def nobody_follows():
    yield
    output._following.clear()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch):
    def make(columns: int = 80, rows: int = 24) -> Screen:
        screen = Screen(columns)
        monkeypatch.setattr(sys, "stderr", screen)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(Block, "size", lambda _: os.terminal_size((screen.columns, rows)))
        return screen

    return make


def event(kind: str, address: str, action: str = "create", **more: object) -> str:
    resource = {"addr": address, "resource_type": address.split(".")[-2]}
    return json.dumps({"type": kind, "hook": {"resource": resource, "action": action, **more}})


def replay(progress: Progress, clock: Clock, lines: list[str], stack: str = "us-east-1") -> None:
    """Feed the lines at the times at which they came."""
    first, began = None, clock.now
    for line in lines:
        when = datetime.fromisoformat(json.loads(line)["@timestamp"]).timestamp()
        first = first or when
        clock.now = began + when - first
        progress.line(stack, line)


def test_elsewhere_it_is_a_line_at_a_time(capsys, clock):
    replay(Progress("dev", "sandbox", now=clock), clock, APPLY)
    assert capsys.readouterr().err.splitlines() == [
        "  0:17 us-east-1 module.vpc.aws_vpc.this: create, since 10 s of about 11 s",
        "  0:18 us-east-1 module.vpc.aws_vpc.this: create done after 11 s",
        "  0:30 us-east-1 module.kinesis_dynamo.aws_sqs_queue.device_data_stream: create, since 10 s of about 25 s",
        f"  0:31 us-east-1 {DATABASE}: create, since 10 s, usually 80 to 160 s",
        "  0:45 us-east-1 module.kinesis_dynamo.aws_sqs_queue.device_data_stream: create done after 25 s",
        f"  1:01 us-east-1 {DATABASE}: create, since 40 s, usually 80 to 160 s",
        f"  1:31 us-east-1 {DATABASE}: create, since 70 s, usually 80 to 160 s",
        f"  1:41 us-east-1 {DATABASE}: create done after 80 s",
    ]


def test_what_fails_is_told_however_quick_it_was(capsys, clock):
    replay(Progress("dev", "aws", now=clock), clock, FAILED)
    assert capsys.readouterr().err == "  0:00 us-east-1 terraform_data.bad: create failed after 0 s\n"


def test_on_aws_the_usual_and_then_the_providers_limit(capsys, clock):
    progress = Progress("dev", "aws", now=clock)
    for seconds in (130, 1500):
        progress.line("a", event("apply_progress", DATABASE, elapsed_seconds=seconds))
    progress.line("a", event("apply_progress", "module.b.aws_db_instance.this", "update", elapsed_seconds=430))
    assert [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()] == [
        "create, since 130 s, usually 4 to 20 min",
        "create, since 25 min, usually 4 to 20 min; the provider waits 40 min at most",
        "update, since 7 min 10 s; the provider waits 80 min at most",
    ]


def test_nobody_is_left_without_a_word(capsys, clock):
    progress = Progress("dev", "aws", now=clock)
    with progress.phase("planning", ["global", "us-east-1"]):
        progress.finished("global")
        clock.now += 29
        progress.tick()
        assert capsys.readouterr().err == ""
        clock.now += 1
        progress.tick()
        progress.tick()
        assert capsys.readouterr().err == "  0:30 dev still planning us-east-1\n"
        clock.now += 30
        progress.tick()
        assert "1:00" in capsys.readouterr().err
    clock.now += 60
    progress.tick()
    assert capsys.readouterr().err == "", "a question may be on the terminal"


def test_the_log_has_also_what_is_too_quick_for_people(tmp_path: Path, capsys, clock):
    log = Log(tmp_path, "sandbox", "dev", ("up", "dev"), print)
    progress = Progress("dev", "sandbox", log, clock)
    output.follow(progress)
    replay(progress, clock, APPLY)
    warning = {"type": "diagnostic", "diagnostic": {"severity": "warning", "summary": "old", "detail": "use\nthe new"}}
    progress.line("us-east-1", json.dumps(warning))
    output.say("refused: no", "red")
    output.end(1)
    kept = log.path.read_text()
    for words in (
        "us-east-1 Terraform 1.11.4",
        "us-east-1 module.vpc.aws_security_group.database: create\n",
        "us-east-1 module.vpc.aws_security_group.database: create done after 0 s",
        f"us-east-1 {DATABASE}: create, since 20 s",
        "us-east-1 Apply complete! Resources: 115 added",
        "us-east-1 warning: environments/dev/us-east-1: old\n    ",
        " - refused: no\n",
    ):
        assert words in kept, words
    assert re.search(r"exit code 1 after \d+ s\n$", kept)
    assert "\x1b" not in kept
    assert f"log: {log.path}" in capsys.readouterr().err


def test_of_a_run_that_went_well_the_log_is_not_mentioned(tmp_path: Path, capsys):
    for code in (0, 2):
        output.follow(Progress("dev", "aws", Log(tmp_path, "aws", "dev", ("plan", "dev"), print)))
        output.end(code)
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_what_goes_on_stands_at_the_bottom_and_goes_when_it_is_done(terminal, clock):
    screen = terminal(90)
    progress = Progress("dev", "sandbox", now=clock)
    with progress.phase("applying", ["us-east-1"], {"us-east-1": 115}):
        replay(progress, clock, APPLY[:16])
        progress.tick()
        *scrolled, header, database = screen.shown().splitlines()
        assert header == "  1:11 us-east-1 applying, 3 of 115 done"
        assert database == f"    {DATABASE}: create, since 50 s, usually 80 to 160 s"
        assert scrolled == [
            "  0:18 us-east-1 module.vpc.aws_vpc.this: create done after 11 s",
            "  0:45 us-east-1 module.kinesis_dynamo.aws_sqs_queue.device_data_stream: create done after",
            "       25 s",
        ]
        progress.line("us-east-1", event("apply_complete", DATABASE, elapsed_seconds=80))
        progress.say("us-east-1", "applied", "green")
        progress.finished("us-east-1")
    assert screen.shown().splitlines()[-2:] == [
        f"  1:11 us-east-1 {DATABASE}: create done after 80 s",
        "  1:11 us-east-1 applied",
    ]
    assert "since" not in screen.shown()


@pytest.mark.parametrize("columns", [20, 40, 80, 160])
def test_no_line_at_the_bottom_wraps(terminal, clock, columns: int):
    screen = terminal(columns)
    progress = Progress("dev", "sandbox", now=clock)
    address = 'module.a_module_of_our_own.module.inner.aws_db_instance.the_longest_name["with a key"]'
    with progress.phase("applying", ["us-east-1"], {"us-east-1": 3}):
        for number in range(3):
            progress.line("us-east-1", event("apply_start", f"{address}.a{number}.x"))
        for _ in range(5):
            clock.now += 10
            progress.tick()
        assert len(screen.shown().splitlines()) == 4
        assert max(map(len, screen.rows)) < columns
        if columns >= 80:
            assert "create, since 50 s" in screen.shown().splitlines()[1]
    assert screen.shown() == ""


def test_many_resources_leave_room_on_a_low_terminal(terminal, clock):
    screen = terminal(80, 10)
    progress = Progress("dev", "aws", now=clock)
    with progress.phase("applying", ["a", "b"]):
        for stack in "ab":
            for number in range(10):
                progress.line(stack, event("apply_start", f"aws_vpc.this{number}.x"))
        clock.now += 5
        progress.tick()
        shown = screen.shown().splitlines()
        assert len(shown) <= 8
        assert [line for line in shown if "applying" in line] == ["  0:05 a applying", "  0:05 b applying"]
        assert shown[-1] == "    and 9 more"


def test_a_window_made_narrower_leaves_nothing_behind(terminal, clock):
    screen = terminal(100)
    progress = Progress("dev", "sandbox", now=clock)
    with progress.phase("applying", ["us-east-1"]):
        progress.line("us-east-1", event("apply_start", DATABASE))
        clock.now += 10
        progress.tick()
        # A terminal wraps anew what it shows.
        screen.columns = 50
        screen.rows = [row[start : start + 50] for row in screen.rows for start in range(0, len(row) or 1, 50)]
        screen.at = len(screen.rows) - 1
        clock.now += 1
        progress.tick()
        assert "since 10 s" not in screen.shown()
        assert "since 11 s" in screen.shown()
    assert screen.shown() == ""


def test_what_is_said_in_between_stands_above(terminal, clock, monkeypatch):
    screen = terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    progress = Progress("dev", "sandbox", now=clock)
    output.follow(progress)
    with progress.phase("planning", ["global"]):
        progress.tick()
        assert screen.shown() == "  0:00 planning global"
        output.say("talk")
        output.data("data")
        progress.tick()
        assert screen.shown() == "talk\ndata\n  0:00 planning global"


def test_long_lines_break_between_words(terminal, clock):
    screen = terminal(60)
    Progress("dev", "sandbox", now=clock).say("us-east-1", f"{DATABASE}: create done after 80 s", "red")
    assert screen.shown().splitlines() == [
        f"  0:00 us-east-1 {DATABASE}:",
        "       create done after 80 s",
    ]


def test_several_threads_are_never_mixed(terminal, clock):
    screen = terminal(200)
    progress = Progress("dev", "sandbox", now=clock)
    with progress.phase("applying", list("abcd")):
        threads = [
            threading.Thread(target=lambda name=name: [progress.say(name, name * 100) for _ in range(20)])
            for name in "abcd"
        ]
        for thread in threads:
            thread.start()
        for _ in range(50):
            clock.now += 1
            progress.tick()
        for thread in threads:
            thread.join()
    lines = screen.shown().splitlines()
    assert len(lines) == 80
    assert [line for line in lines if not re.fullmatch(r" +\d+:\d\d (.) \1{100}", line)] == []


@pytest.mark.parametrize(("term", "lives"), [("dumb", False), ("", False), ("xterm", True)])
def test_a_terminal_that_cannot_move_gets_lines(terminal, clock, monkeypatch, term: str, lives: bool):
    screen = terminal()
    monkeypatch.setenv("TERM", term)
    progress = Progress("dev", "sandbox", now=clock)
    with progress.phase("applying", ["us-east-1"]):
        progress.line("us-east-1", event("apply_start", DATABASE))
        progress.line("us-east-1", event("apply_progress", DATABASE, elapsed_seconds=10))
        clock.now += 10
        progress.tick()
        assert ("\x1b" in repr(screen.rows)) is False
        assert ("applying" in screen.shown()) is lives
    assert ("since 10 s" in screen.shown()) is not lives


def test_ctrl_c_is_answered_at_once_and_leaves_a_clean_terminal(terminal, clock):
    screen = terminal()
    progress = Progress("dev", "sandbox", now=clock)
    output.follow(progress)

    def interrupted() -> None:
        with progress.phase("applying", ["us-east-1"]):
            progress.line("us-east-1", event("apply_start", DATABASE))
            clock.now += 10
            progress.tick()
            try:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(5)
            except KeyboardInterrupt:
                progress.tick()
                raise

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert " ".join(screen.shown().split()) == ("interrupted: Terraform ends what it is at; Ctrl-C once more kills it")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_terminal_that_has_gone_is_no_reason_to_stop(terminal, clock, tmp_path: Path):
    screen = terminal()
    log = Log(tmp_path, "sandbox", "dev", ("up", "dev"), print)
    progress = Progress("dev", "sandbox", log, clock)
    output.follow(progress)
    with progress.phase("applying", ["us-east-1"]):
        progress.line("us-east-1", event("apply_start", DATABASE))
        clock.now += 10
        progress.tick()

        def gone(_: str) -> int:
            raise OSError(5, "Input/output error")

        screen.write = gone
        clock.now += 1
        progress.tick()
        progress.line("us-east-1", event("apply_errored", DATABASE, elapsed_seconds=11))
        output.say("talk")
    output.end(1)
    assert f"{DATABASE}: create failed after 11 s" in log.path.read_text()
    assert "exit code 1" in log.path.read_text()
