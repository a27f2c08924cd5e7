"""How long things take: every entry is one that can be found, and says something."""

from __future__ import annotations

import pytest

from xyztf.facts.durations import Duration, duration
from xyztf.facts.tables import table


def test_the_sandbox_takes_what_the_provider_waits():
    assert duration("sandbox", "aws_db_instance", "create") == Duration((80, 160))
    assert duration("sandbox", "aws_db_instance", "delete") == Duration((60, 60))


def test_aws_takes_minutes_and_the_provider_has_a_limit():
    assert duration("aws", "aws_db_instance", "create") == Duration((240, 1200), 2400)
    assert duration("aws", "aws_db_instance", "update") == Duration(None, 4800)


@pytest.mark.parametrize(
    "asked",
    [("aws", "aws_iam_role", "create"), ("sandbox", "aws_kms_key", "update"), ("moon", "aws_db_instance", "create")],
)
def test_what_nobody_has_said_is_not_made_up(asked):
    assert duration(*asked) is None


def test_what_is_usual_ends_before_the_provider_gives_up():
    for entry in table("durations")["aws"]["entries"]:
        found = duration("aws", entry["type"], entry["action"])
        assert found is not None and found.limit
        assert found.usual is None or 0 < found.usual[0] < found.usual[1] < found.limit
