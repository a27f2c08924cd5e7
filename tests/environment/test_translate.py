"""What AWS no longer takes: translated, or refused with reason and way out."""

from __future__ import annotations

from typing import Any

import pytest

from xyztf.environment.document import read_text
from xyztf.environment.provenance import Layer
from xyztf.environment.translate import Translation, translated
from xyztf.errors import Location


def translation(text: str) -> Translation:
    data, marks = read_text(text, lambda line, column: Location("prod.yaml", line, column))
    return translated(Layer(data, marks))


def at(data: Any, path: str) -> Any:
    for step in path.split("/"):
        data = data[step]
    return data


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("tables: { t: { billing_mode: ON_DEMAND } }", "tables/t/billing_mode", "PAY_PER_REQUEST"),
        ("tables: { t: { stream: new-and-old } }", "tables/t/stream", "NEW_AND_OLD_IMAGES"),
        ("database: { storage: { size_gb: 100GB } }", "database/storage/size_gb", 100),
        ("database: { storage: { max_size_gb: 500 GiB } }", "database/storage/max_size_gb", 500),
        ("database: { parameters: { tx_isolation: X } }", "database/parameters/transaction_isolation", "X"),
        ("database: { parameters: { tx_read_only: true } }", "database/parameters/transaction_read_only", "1"),
        ("database: { parameters: { slave_net_timeout: 60 } }", "database/parameters/replica_net_timeout", "60"),
        (
            "database: { parameters: { innodb_log_file_size: 512M } }",
            "database/parameters/innodb_redo_log_capacity",
            "1073741824",
        ),
        (
            "database: { parameters: { innodb_log_file_size: 1G, innodb_log_files_in_group: 4 } }",
            "database/parameters/innodb_redo_log_capacity",
            "4294967296",
        ),
        ("database: { parameters: { tmp_table_size: 64M } }", "database/parameters/tmp_table_size", 67108864),
        ("cache: { parameters: { slave-allow-chaining: x } }", "cache/parameters/slave-allow-chaining", "x"),
    ],
)
def test_translated(text, path, value):
    found = translation(text)
    assert found.refused == []
    assert at(found.layer.data, path) == value
    assert tuple(path.split("/")) in found.layer.marks


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("tables: { t: { billing_mode: ON_DEMAND } }", "1:30", "tables.t.billing_mode"),
        ("database: { parameters: { tx_isolation: X } }", "1:41", "tx_isolation X is taken as transaction_isolation X"),
        ("database: { parameters: { tmp_table_size: 64M } }", "1:43", "64M is taken as 67108864"),
        ("database: { parameters: { slave_x: 64M } }", "1:36", "64M is taken as 67108864"),
    ],
)
def test_a_note_says_what_was_taken_for_what(text, place, words):
    note = translation(text).notes[-1]
    assert str(note.location) == f"prod.yaml:{place}"
    if "taken as" in words:
        assert words in note.message
    assert "is taken as" in note.message


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (
            "database: { parameters: { query_cache_size: 64M } }",
            "1:27",
            "query cache was removed in MySQL 8.0",
            "leave it out",
        ),
        ("database: { parameters: { query_cache_type: 1 } }", "1:27", "cannot be set", "https://"),
        ("database: { storage: { type: GP3 } }", "1:30", 'database.storage.type is "GP3"', "write gp3"),
        ("cache: { version: 7.x }", "1:19", 'cache.version is "7.x"', "write the version in full"),
        ("primary_region: us-east", "1:17", "ends in a number", "us-east-1 (N. Virginia)"),
        ("regions: { us-central-1: {} }", "1:12", 'regions has "us-central-1"', "write us-east-2"),
        ("database: { replicas: { ohio: {} } }", "1:25", 'database.replicas has "ohio"', "write us-east-2"),
        (
            "database: { parameters: { innodb_log_file_size: big } }",
            "1:49",
            'innodb_log_file_size is "big": expected a size such as 536870912',
            "or write innodb_redo_log_capacity",
        ),
        (
            "database: { parameters: { innodb_log_file_size: 1G, innodb_log_files_in_group: two } }",
            "1:80",
            'innodb_log_files_in_group is "two": expected a whole number',
            "innodb_redo_log_capacity",
        ),
        (
            "database: { parameters: { tx_isolation: X, transaction_isolation: Y } }",
            "1:27",
            "tx_isolation is the old name of transaction_isolation, which is set too",
            "take the old one out",
        ),
    ],
)
def test_refused(text, place, message, hint):
    [problem] = translation(text).refused
    assert str(problem.location) == f"prod.yaml:{place}"
    assert message in problem.message
    assert hint in (problem.hint or "")


@pytest.mark.parametrize(
    "text",
    [
        "regions: 5",
        "regions: us-east",
        "regions: [us-east]",
        "tables: 5",
        "tables: [t]",
        "tables: { t: 5 }",
        "database: 5",
        "database: { parameters: 5, storage: x, replicas: [ohio] }",
        "database: { parameters: [query_cache_size] }",
        "database: { parameters: { slave_x: [1], tx_isolation: {}, innodb_log_file_size: [1] } }",
        "cache: { parameters: { a: [1] } }",
        "tables: { t: { billing_mode: PAY_PER_REQUEST } }",
        "database: { storage: { size_gb: 100, type: gp3 } }",
    ],
)
def test_what_it_does_not_understand_it_leaves_to_the_model(text):
    found = translation(text)
    assert found.layer.data == read_text(text, lambda line, column: Location("x"))[0]
    assert not found.notes
    assert not found.refused


def test_the_layer_that_came_in_is_not_changed():
    data, marks = read_text("tables: { t: { billing_mode: ON_DEMAND } }", lambda line, column: Location("x"))
    translated(Layer(data, marks))
    assert data == {"tables": {"t": {"billing_mode": "ON_DEMAND"}}}
