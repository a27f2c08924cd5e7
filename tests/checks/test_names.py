"""Names: which value is to blame, and how often it is told."""

from __future__ import annotations

import pytest


def test_a_long_project_is_told_once_and_hides_what_follows_from_it(found):
    [fault] = found(
        {"project": "x" * 30, f"streams/{'s' * 60}": {}, f"tables/{'t' * 60}": {"partition_key": {"name": "I"}}}
    )
    assert fault.path == ("project",)


def test_the_longest_excess_is_told(found):
    [fault] = found({f"streams/{'s' * 70}": {"processor": {"table": "analytics"}}})
    assert fault.path == ("streams", "s" * 70)
    assert "lambda_function" in fault.message
    assert fault.hint.startswith("shorten it by 30 ")


@pytest.mark.parametrize("table", ["events", "ev-ents"])
def test_a_stream_and_a_table_that_share_the_name_of_a_processor(found, table):
    parts = {
        "partition_key": {"name": "Id"},
        "stream": "NEW_AND_OLD_IMAGES",
        "processor": {},
    }
    stream = table.replace("-", "_")
    [fault] = found({f"streams/{stream}": {"processor": {"table": "analytics"}}, f"tables/{table}": parts})
    assert fault.path == ("tables", table)
    assert f"stream {stream} and table {table}" in fault.message
