"""What is known to have ended, or to end, in the words of a finding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xyztf.facts import endings, rds
from xyztf.facts.endings import NEAR_DAYS, Ending
from xyztf.facts.tables import table
from xyztf.facts.versions import major
from xyztf.findings.finding import Severity

VERY_NEAR_DAYS = 90
"""Days before an end from which it is a warning; from `NEAR_DAYS` on it is a note."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a finding says of an end."""

    message: str
    severity: Severity
    hint: str
    source: str


def told(ending: Ending, today: date) -> Told | None:
    """The end in words; None while it is far. An error where AWS makes no new one any more."""
    days = (ending.ends - today).days
    if days > NEAR_DAYS:
        return None
    refused = ending.create_blocked is not None and ending.create_blocked <= today
    severity = Severity.ERROR if refused else Severity.WARNING if days <= VERY_NEAR_DAYS else Severity.NOTE
    message = f"{ending.subject} {'ended' if days < 0 else 'ends'} on {ending.ends}: it {ending.what}"
    return Told(message, severity, f"take {ending.successor}, after a test", ending.source)


def database_engine(engine: str, version: str, today: date) -> Told | None:
    """Of a database engine's version, both as the provider takes them (`mysql`, `8.0.46`)."""
    withdrawn = table("rds_mysql_versions")
    if engine == "mysql" and version in withdrawn["withdrawn"].get(major(version), ()):
        hint = f"write {rds.newest_creatable(major(version))}"
        return Told(f"RDS creates no MySQL {version} any more", Severity.ERROR, hint, withdrawn["source"])
    ending = endings.rds_engine_ending(engine, version)
    return told(ending, today) if ending else None


def instance(type_name: str, today: date, *, aurora: bool = False) -> Told | None:
    """Of an instance's type or class, with a day or as one of a previous generation (`db.t2.micro`, `m4.large`)."""
    ending = endings.instance_ending(type_name, aurora=aurora)
    if ending:
        return told(ending, today)
    old = endings.previous_generation(type_name)
    if old is None:
        return None
    severity = Severity.WARNING if old.refused else Severity.NOTE
    return Told(f"{old.subject} {old.what}", severity, f"take {old.successor}", old.source)
