"""Sections of labelled values in 80 and 160 columns, and in a file."""

from __future__ import annotations

import io
import os

import pytest

from xyztf.cli.table import lines, width_of
from xyztf.operations.inventory import Section

ENDPOINT = "xyz-corp-dev-primary-db.aaaaaaaaaa.us-east-1.rds.amazonaws.com:3306"
FUNCTIONS = ("xyz-corp-dev-device-data-stream-processor", "xyz-corp-dev-realtime-analytics-processor")
SECTIONS = [
    Section("global", (("roles", ("5",)),)),
    Section(
        "us-east-1",
        (("primary database", (ENDPOINT,)), ("functions", FUNCTIONS), ("alarms", ("34", "1 composite"))),
    ),
]


def test_in_80_columns_nothing_is_cut_and_nothing_wraps():
    shown = list(lines(SECTIONS, 80))
    assert shown == [
        "global",
        "  roles             5",
        "us-east-1",
        "  primary database",
        f"    {ENDPOINT}",
        f"  functions         {FUNCTIONS[0]},",
        f"                    {FUNCTIONS[1]}",
        "  alarms            34, 1 composite",
    ]
    assert max(map(len, shown)) <= 80


@pytest.mark.parametrize("width", [160, None])
def test_where_there_is_room_it_is_used(width):
    assert list(lines(SECTIONS, width))[3:] == [
        f"  primary database  {ENDPOINT}",
        f"  functions         {', '.join(FUNCTIONS)}",
        "  alarms            34, 1 composite",
    ]


@pytest.mark.parametrize("width", [1, 20, 40])
def test_what_is_longer_than_the_terminal_stays_whole(width):
    shown = list(lines(SECTIONS, width))
    assert f"    {ENDPOINT}" in shown
    assert not any("…" in line for line in shown)


def test_titles_stand_out_only_where_someone_looks(monkeypatch):
    stream = io.StringIO()
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert next(lines(SECTIONS, None, stream)) == "global"
    stream.isatty = lambda: True
    assert next(lines(SECTIONS, None, stream)) == "\x1b[1mglobal\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert next(lines(SECTIONS, None, stream)) == "global"


def test_the_width_is_that_of_the_terminal_and_a_file_has_none(monkeypatch, tmp_path):
    monkeypatch.delenv("COLUMNS", raising=False)
    with (tmp_path / "file").open("w") as file:
        assert width_of(file) is None
    master, slave = os.openpty()
    with os.fdopen(slave, "w") as terminal:
        monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((97, 20)))
        assert width_of(terminal) == 97
        monkeypatch.setenv("COLUMNS", "123")
        assert width_of(terminal) == 123
        monkeypatch.setenv("COLUMNS", "wide")
        assert width_of(terminal) == 97
    os.close(master)


def test_nothing_is_nothing():
    assert list(lines([], 80)) == []
