"""What became of each stack, in words."""

from __future__ import annotations

from xyztf.errors import Problem, XyztfError
from xyztf.operations.account import account
from xyztf.terraform.order import Outcome


def test_after_a_failure():
    error = XyztfError(Problem("aws_db_instance.this: no"), Problem("second"), Problem("third"))
    outcomes = {
        "global": Outcome("global", result=True),
        "us-east-1": Outcome("us-east-1", error=error),
        "us-west-2": Outcome("us-west-2", waited_for="us-east-1"),
        "eu-west-1": Outcome("eu-west-1", result=False),
    }
    assert account(list(outcomes), outcomes, ["global", "us-east-1"], "applied") == [
        ("global", "applied"),
        ("us-east-1", "failed: aws_db_instance.this: no (and 2 more)"),
        ("us-west-2", "not started: waits for us-east-1"),
        ("eu-west-1", "nothing to do"),
    ]


def test_after_an_interrupt():
    outcomes = {"global": Outcome("global", result=True)}
    assert account(["global", "us-east-1", "us-west-2"], outcomes, ["global", "us-east-1"], "destroyed") == [
        ("global", "destroyed"),
        ("us-east-1", "cut off: what was finished in it is in its state"),
        ("us-west-2", "not started"),
    ]
