"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it stands. Only a problem is a failure; what cannot be told is none."""

    OK = "ok"
    NOT_KNOWN = "not known"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it stands, what there is, and what to do about it."""

    name: str
    verdict: Verdict
    says: str
    hint: str | None = None


def ok(name: str, says: str) -> Finding:
    """It is as it should be."""
    return Finding(name, Verdict.OK, says)


def not_known(name: str, says: str, hint: str | None = None) -> Finding:
    """It cannot be told."""
    return Finding(name, Verdict.NOT_KNOWN, says, hint)


def warning(name: str, says: str, hint: str) -> Finding:
    """It works, and should be looked at."""
    return Finding(name, Verdict.WARNING, says, hint)


def problem(name: str, says: str, hint: str) -> Finding:
    """It does not work like that."""
    return Finding(name, Verdict.PROBLEM, says, hint)
