"""Overlap of windows, against a set of all minutes of a week."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xyztf.checks.windows import DAY, DAYS, WEEK, _daily, _overlap, _weekly

minute_of_day = st.integers(0, DAY - 1)


def time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def minutes(start: int, length: int) -> set[int]:
    return {(start + minute) % WEEK for minute in range(length)}


@given(minute_of_day, st.integers(1, DAY - 1), st.integers(0, WEEK - 1), st.integers(1, DAY - 1))
def test_overlap_is_sharing_a_minute(start, length, week_start, week_length):
    daily = f"{time(start)}-{time((start + length) % DAY)}"
    end = (week_start + week_length) % WEEK
    weekly = f"{DAYS[week_start // DAY]}:{time(week_start % DAY)}-{DAYS[end // DAY]}:{time(end % DAY)}"
    assert _daily(daily) == (start, length)
    assert _weekly(weekly) == (week_start, week_length)
    every_day = set().union(*(minutes(day * DAY + start, length) for day in range(7)))
    told = any(_overlap(day * DAY + start, length, week_start, week_length) for day in range(7))
    assert told == bool(every_day & minutes(week_start, week_length))


def test_windows_that_touch_do_not_overlap(found):
    assert found({"database/backup_window": "02:00-03:00"}) == []
    assert found({"database/backup_window": "04:00-05:00"}) == []


def test_a_window_over_the_end_of_the_week(found):
    [fault] = found({"database/backup_window": "23:45-00:15", "database/maintenance_window": "sun:23:30-mon:00:30"})
    assert fault.path == ("database", "maintenance_window")


def test_a_window_of_no_length_is_told_once(found):
    [fault] = found({"database/backup_window": "03:30-03:30"})
    assert "0 minutes long" in fault.message
