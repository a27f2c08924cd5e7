"""Maintenance and backup windows: long enough, and not over each other."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.checks.fault import Fault
from xyztf.environment.model import Environment
from xyztf.environment.model.cache import Cache
from xyztf.environment.model.database import Database

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY, WEEK = 24 * 60, 7 * 24 * 60
"""In minutes."""
SHORTEST = {"database": 30, "cache": 60}
"""Minutes. Sources: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html and
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"""
LONGEST_MAINTENANCE = DAY


def database_windows(env: Environment) -> Iterator[Fault]:
    """The database's backup window and its maintenance window must not overlap."""
    if env.database:
        yield from _windows("database", "backup_window", env.database.backup_window, env.database)


def cache_windows(env: Environment) -> Iterator[Fault]:
    """The cache's snapshot window and its maintenance window must not overlap."""
    if env.cache:
        yield from _windows("cache", "snapshot_window", env.cache.snapshot_window, env.cache)


def _windows(part: str, daily_name: str, daily: str, settings: Database | Cache) -> Iterator[Fault]:
    weekly = settings.maintenance_window
    start, length = _daily(daily)
    week_start, week_length = _weekly(weekly)
    shortest = SHORTEST[part]
    if length < shortest:
        yield Fault((part, daily_name), f"{daily} is {length} minutes long: AWS wants at least {shortest}")
    if not shortest <= week_length < LONGEST_MAINTENANCE:
        yield Fault(
            (part, "maintenance_window"),
            f"{weekly} is {week_length} minutes long: expected {shortest} minutes to less than a day",
        )
    elif length and any(_overlap(day * DAY + start, length, week_start, week_length) for day in range(len(DAYS))):
        # Where only one of the two is written, that one is to be moved.
        written = "maintenance_window" if "maintenance_window" in settings.model_fields_set else daily_name
        yield Fault(
            (part, written),
            f"the maintenance window {weekly} overlaps the {daily_name.replace('_', ' ')} {daily}, which AWS refuses",
            "move one of them",
        )


def _daily(window: str) -> tuple[int, int]:
    """Start and length in minutes; a window may go over midnight."""
    start, end = (_minutes(time) for time in window.split("-"))
    return start, (end - start) % DAY


def _weekly(window: str) -> tuple[int, int]:
    start, end = (DAYS.index(text[:3]) * DAY + _minutes(text[4:]) for text in window.split("-"))
    return start, (end - start) % WEEK


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def _overlap(start: int, length: int, other: int, other_length: int) -> bool:
    """Whether two windows of the week share a minute; the week is a circle."""
    return (other - start) % WEEK < length or (start - other) % WEEK < other_length
