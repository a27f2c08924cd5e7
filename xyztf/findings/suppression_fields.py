"""What a suppression has to say, wherever it is written: ids, a reason, an owner, a last day."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import date

MOST_DAYS = 400
"""How far ahead the last day may be: a year, and time for the yearly review to be late."""
SHORTEST_REASON = 10
"""A reason in fewer characters convinces nobody."""

RULE_ID = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Za-z0-9]+)*")
"""What a rule's id looks like: XYZ512, CKV_AWS_272, CKV2_AWS_5."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_EXCUSES = frozenset({"todo", "fixme", "tbd", "na", "none", "nothing", "ignore", "ignored", "reason", "because"})
_FILLERS = frozenset(
    {"x", "to", "do", "done", "be", "fix", "later", "this", "it", "n", "a", "for", "now", "see", "above"}
)
_WORD = re.compile(r"[^\W_]+")


def last_day(text: str) -> date | None:
    """The day that `2027-03-01` names; None where the text names none."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def unconvincing(reason: str) -> str | None:
    """What is wrong with a reason that convinces nobody; None for one that may be reviewed."""
    bare = " ".join(reason.split())
    if len(bare) < SHORTEST_REASON:
        return f'the reason "{bare}" has fewer than {SHORTEST_REASON} characters'
    words = {word.lower() for word in _WORD.findall(bare)}
    if words <= _EXCUSES | _FILLERS:
        return f'the reason "{bare}" is none'
    return None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that was probably meant, whatever the case."""
    small = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), small, n=1, cutoff=0.6)
    return small[near[0]] if near else None
