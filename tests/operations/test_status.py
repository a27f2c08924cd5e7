"""How the status of an environment is told: rows that fit a terminal, and what should be known besides."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from xyztf.environment.model import Environment
from xyztf.errors import Problem, XyztfError
from xyztf.operations.status import Condition, StackStatus, Status, as_data, as_text
from xyztf.terraform.lock import LockInfo
from xyztf.terraform.state import State

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LOCK = LockInfo("8b2c4f6e", "states/x", "apply", "ann@laptop", "1.11.4", NOW - timedelta(minutes=12))
APPLIED = State("lineage", 7, 76, "1.11.4")


def status(*stacks: StackStatus, target: str = "aws", endpoint: str | None = None, **others: object) -> Status:
    data = {
        "name": "dev",
        "project": "shop",
        "account_id": "123456789012",
        "primary_region": "us-east-1",
        "regions": {"us-east-1": {"cidr": "10.0.0.0/16"}},
    }
    outdated = int(str(others.pop("outdated", 0)))
    return Status(Environment.model_validate({**data, **others}), target, endpoint, outdated, stacks)


def text(*stacks: StackStatus, **others: object) -> str:
    return "\n".join(as_text(status(*stacks, **others), NOW))  # type: ignore[arg-type]


def test_each_stack_is_a_row():
    shown = text(
        StackStatus("global", Condition.APPLIED, State("l", 1, 1, "1.11.4")),
        StackStatus("us-east-1", Condition.APPLIED, APPLIED, LOCK, "kept"),
        StackStatus("us-west-2", Condition.NOT_APPLIED, State("", 0, 0, "1.11.4")),
        StackStatus("eu-west-1", Condition.EMPTY, State("l", 9, 0, "1.11.4")),
    )
    assert (
        shown
        == """\
dev: AWS account 123456789012, primary region us-east-1, not protected

STACK          STATE         SERIAL  PLAN  LOCK
global         1 resource         1  -     -
us-east-1      76 resources       7  kept  apply by ann@laptop, 12 minutes ago
us-west-2      not applied        -  -     -
eu-west-1      empty              9  -     -

us-east-1: locked, apply by ann@laptop since 2026-11-25 08:48 UTC, 12 minutes ago
    if that run has ended: xyztf unlock dev us-east-1"""
    )


def test_no_row_is_wider_than_a_terminal():
    long = LockInfo("i", "p", "apply", "a.rather.long.name@a-rather-long-host.example.com", "1.11.4", NOW)
    shown = text(StackStatus("ap-southeast-1", Condition.APPLIED, APPLIED, long, "stale", "the plan is stale"))
    row = next(line for line in shown.splitlines() if "76 resources" in line)
    assert len(row) == 80
    assert row.endswith("…")
    assert "locked, apply by a.rather.long.name@a-rather-long-host.example.com" in shown


def test_protection_and_the_sandbox_are_in_the_first_line():
    shown = text(target="sandbox", endpoint="http://127.0.0.1:4000", protected=True)
    assert shown.splitlines()[0] == "dev: in the sandbox, at http://127.0.0.1:4000, protected"
    assert "which was never started" in text(target="sandbox")


@pytest.mark.parametrize(
    ("stack", "note"),
    [
        (StackStatus("global", Condition.NO_BUCKET), "the state has no bucket yet: xyztf bootstrap dev"),
        (StackStatus("global", Condition.NOT_RENDERED), "not rendered yet: xyztf render dev"),
        (
            StackStatus("global", Condition.APPLIED, APPLIED, plan="stale", stale="the files changed"),
            "the files changed",
        ),
        (StackStatus("global", Condition.APPLIED, APPLIED, run="xyztf, process 7"), "at work here: xyztf, process 7"),
        (StackStatus("global", Condition.APPLIED, APPLIED, cut_off=True), "cut off: xyztf apply dev goes on"),
        (
            StackStatus("global", Condition.NOT_KNOWN, failed=XyztfError(Problem("no answer"))),
            "xyztf doctor dev says what is wrong",
        ),
    ],
)
def test_what_is_not_as_usual_has_a_note_with_what_to_do(stack, note):
    assert note in text(stack)


def test_files_that_are_not_as_rendered_are_counted():
    assert "2 files are not as rendered: xyztf render dev" in text(outdated=2)
    assert "1 file is not as rendered" in text(outdated=1)


def test_to_the_lock_of_a_run_that_works_here_no_unlocking_is_offered():
    shown = text(StackStatus("global", Condition.APPLIED, APPLIED, LOCK, run="xyztf, process 7"))
    assert "locked, apply by ann@laptop" in shown
    assert "xyztf unlock" not in shown


def test_in_the_sandbox_what_to_do_is_for_the_sandbox():
    shown = text(StackStatus("global", Condition.NO_BUCKET, lock=LOCK), target="sandbox")
    assert "xyztf bootstrap dev --sandbox" in shown
    assert "xyztf unlock dev global --sandbox" in shown


def test_as_data_it_is_json_and_complete():
    failed = StackStatus("us-west-2", Condition.NOT_KNOWN, failed=XyztfError(Problem("no answer")))
    found = json.loads(json.dumps(as_data(status(StackStatus("global", Condition.APPLIED, APPLIED, LOCK), failed))))
    assert found["protected"] is False
    first, second = found["stacks"]
    assert (first["state"], first["resources"], first["serial"]) == ("applied", 76, 7)
    assert first["lock"] == {
        "id": "8b2c4f6e",
        "path": "states/x",
        "operation": "apply",
        "who": "ann@laptop",
        "version": "1.11.4",
        "created": "2026-11-25T08:48:00+00:00",
    }
    assert (second["state"], second["problems"]) == ("not known", ["no answer"])
