"""What is said of stacks that are applied: done, failed, waiting, cut off, and how to go on."""

from __future__ import annotations

import io
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from xyztf.cli import carry_out, output
from xyztf.cli.progress import Progress
from xyztf.errors import Problem
from xyztf.terraform.planned import Counts
from xyztf.terraform.workspace import TerraformFailed

FIXTURES = Path(__file__).parent / "fixtures"
NEEDS = {"global": (), "us-east-1": ("global",), "us-west-2": ("global", "us-east-1")}
VERSION = '{"type": "version", "@message": "Terraform 1.11.4"}'


@pytest.fixture
def scope():
    output.begin(["up", "dev", "--sandbox"])
    output.follow(Progress("dev", "sandbox"))
    yield SimpleNamespace(
        environment=SimpleNamespace(name="dev"),
        needs=NEEDS,
        backwards={stack: tuple(other for other in NEEDS if stack in NEEDS[other]) for stack in reversed(NEEDS)},
    )
    output._following.clear()
    output.begin([])


def planned(*, empty: tuple[str, ...] = (), down: bool = False):
    return {
        stack: SimpleNamespace(
            plan=SimpleNamespace(
                stack=stack,
                has_changes=stack not in empty,
                destroy=down,
                planned=SimpleNamespace(counts=lambda: Counts(added=2)),
            )
        )
        for stack in NEEDS
    }


def applying(monkeypatch, behaviour, lines=(VERSION,)):
    def apply(plan, on_line, say):
        for line in lines:
            on_line(line)
        behaviour(plan.stack)

    monkeypatch.setattr("xyztf.operations.apply.apply_plan", apply)


def said(capsys) -> list[str]:
    """What was said, without the clock."""
    return [re.sub(r"^ +\d+:\d\d ", "", line) for line in capsys.readouterr().err.splitlines()]


def test_all_is_done(scope, monkeypatch, capsys):
    applying(monkeypatch, lambda _: None)
    assert carry_out._apply(scope, planned(empty=("us-west-2",)), 2) == 0
    assert said(capsys) == [
        "global to apply: 2 added",
        "us-east-1 to apply: 2 added",
        "global applied",
        "us-east-1 applied",
        "us-west-2 nothing to do",
    ]


def test_a_failure_ends_with_an_account_and_how_to_go_on(scope, monkeypatch, capsys):
    def fail(stack: str) -> None:
        if stack == "us-east-1":
            raise TerraformFailed(Problem("aws_db_instance.this: creating RDS", hint="no such class"))

    applying(monkeypatch, fail)
    assert carry_out._apply(scope, planned(), 2) == 1
    assert said(capsys)[3:] == [
        "global applied",
        "us-east-1 failed",
        "error: aws_db_instance.this: creating RDS",
        "    no such class",
        "us-west-2 not started: us-east-1 failed",
        "  global     applied",
        "  us-east-1  failed: aws_db_instance.this: creating RDS",
        "  us-west-2  not started: waits for us-east-1",
        "put it right; to go on from here: xyztf up dev --sandbox",
    ]


def test_ctrl_c_ends_with_an_account_and_how_to_go_on(scope, monkeypatch, capsys):
    def interrupt(stack: str) -> None:
        if stack == "us-east-1":
            raise KeyboardInterrupt

    applying(monkeypatch, interrupt)
    with pytest.raises(KeyboardInterrupt):
        carry_out._apply(scope, planned(), 2)
    assert said(capsys)[-4:] == [
        "  global     applied",
        "  us-east-1  cut off: what was finished in it is in its state",
        "  us-west-2  not started",
        "to go on from here: xyztf up dev --sandbox",
    ]


def test_taking_down_goes_backwards_and_says_so(scope, monkeypatch, capsys):
    order: list[str] = []
    applying(monkeypatch, order.append)
    assert carry_out._apply(scope, planned(down=True), 2) == 0
    assert order == ["us-west-2", "us-east-1", "global"]
    assert said(capsys)[-1] == "global destroyed"


def test_what_is_half_made_is_counted(scope, monkeypatch, capsys):
    def fail(_: str) -> None:
        raise TerraformFailed(Problem("no"))

    applying(monkeypatch, fail, (FIXTURES / "failed.jsonl").read_text().splitlines())
    assert carry_out._apply(scope, planned(), 2) == 1
    assert "half made: 1; they will be made anew; the guard asks before what can hold data is replaced" in said(capsys)


@pytest.mark.parametrize(
    ("answer", "agreed"),
    [("yes\n", True), ("y\n", False), ("\n", False), ("", False)],
    ids=["yes", "y", "enter", "Ctrl-D"],
)
def test_only_yes_is_a_yes_and_the_question_is_talk(monkeypatch, capsys, answer, agreed):
    terminal = io.StringIO(answer)
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", terminal)
    assert carry_out._agreed("dev") is agreed
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("apply these plans to dev? Only yes goes on: ")
