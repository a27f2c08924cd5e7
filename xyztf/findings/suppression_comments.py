"""Suppressions in comments: `# xyztf:ignore XYZ512 reason="..." owner="platform" until=2027-03-01`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from xyztf.errors import Location
from xyztf.findings.finding import Finding
from xyztf.findings.suppression import Suppression
from xyztf.findings.suppression_fields import RULE_ID, last_day, nearest
from xyztf.findings.suppression_rules import UNREVIEWABLE

EXAMPLE = 'xyztf:ignore XYZ512 reason="why this is right here" owner="team" until=YYYY-MM-DD'

_FIELDS = ("reason", "owner", "until")
_DIRECTIVE = re.compile(r"xyztf(?P<between>\s*[:-]\s*|\s+)(?P<verb>[A-Za-z]+)\b(?P<rest>.*)", re.DOTALL | re.IGNORECASE)
_OTHER_VERBS = frozenset({"skip", "disable", "suppress", "suppression", "noqa", "nolint", "allow", "exclude"})
_TOKEN = re.compile(
    r'(?P<key>[A-Za-z_-]+)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s",]*))'
    r'|(?P<word>[^\s,"=]+)|(?P<comma>,)|(?P<other>\S)'
)


class SourceComment(NamedTuple):
    """A comment on one line of a file, without its marker. `alone` when nothing else stands on the line."""

    file: str
    line: int
    text: str
    alone: bool


Extent: TypeAlias = Callable[[str, int], tuple[int, int] | None]
"""Given a file and a line: the first and last line of the block or attribute that begins there.

Where the line holds only a comment of another kind, it may answer for what begins below it. None: nothing does.
"""


def read_comments(
    comments: Iterable[SourceComment | tuple[str, int, str, bool]], extent: Extent
) -> tuple[list[Suppression], list[Finding]]:
    """The suppressions that stand in comments, and a finding (XYZ001) for each that was meant to be one.

    One beside code covers its line. One alone on its line covers the block or attribute that begins below; several may
    stand above one another. Comments that only name xyztf are passed over.
    """
    found = [SourceComment(*comment) for comment in comments]
    alone = {(comment.file, comment.line) for comment in found if comment.alone and _begins(comment.text)}
    suppressions: list[Suppression] = []
    faults: list[Finding] = []
    for comment in found:
        read = _read(comment)
        if isinstance(read, Finding):
            faults.append(read)
        elif read is not None:
            suppressions.append(_placed(read, comment, alone, extent))
    return suppressions, faults


class _Fields(NamedTuple):
    rules: tuple[str, ...]
    values: dict[str, str]


def _begins(text: str) -> re.Match[str] | None:
    """The parts of a comment that suppresses, or was meant to; None for any other."""
    match = _DIRECTIVE.match(text.strip())
    if match is None:
        return None
    verb = match["verb"].lower()
    if verb != "ignore" and verb not in _OTHER_VERBS and not nearest(verb, ["ignore"]):
        return None
    # Without a colon it may be prose: "xyztf ignores this file".
    return match if match["between"].strip() or _names_rule(match["rest"]) else None


def _names_rule(text: str) -> bool:
    return bool(re.match(r"\s+[A-Z][A-Z0-9]*(_[A-Z0-9]+)*\d", text))


def _read(comment: SourceComment) -> _Fields | Finding | None:
    match = _begins(comment.text)
    if match is None:
        return None
    if (match["between"], match["verb"]) != (":", "ignore"):
        written = match.string[: match.end("verb")]
        return _fault(
            comment, f'"{written}" is not how a suppression begins', f"did you mean xyztf:ignore? {_example()}"
        )
    try:
        return _fields(match["rest"])
    except _Malformed as fault:
        return _fault(comment, str(fault), fault.hint)


class _Malformed(Exception):
    """A suppression that cannot be read; `hint` says how to write it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint or _example()


def _fields(text: str) -> _Fields:
    """Ids and fields in any order. Raises _Malformed."""
    rules: list[str] = []
    values: dict[str, str] = {}
    for token in _TOKEN.finditer(text):
        if token["other"]:
            raise _Malformed("a quote is not closed, or stands where none can")
        if token["word"]:
            rules.append(_rule(token["word"]))
        elif key := token["key"]:
            if key not in _FIELDS:
                near = nearest(key, _FIELDS)
                raise _Malformed(f"a suppression has no field {key}", f"did you mean {near}?" if near else None)
            if key in values:
                raise _Malformed(f"{key} is set twice", "keep one of the two")
            values[key] = token["bare"] if token["quoted"] is None else re.sub(r"\\(.)", r"\1", token["quoted"])
    if not rules:
        raise _Malformed("the suppression names no rule")
    missing = [name for name in _FIELDS if not values.get(name, "").strip()]
    if missing:
        raise _Malformed(f"the suppression of {', '.join(rules)} has no {' and no '.join(missing)}")
    if last_day(values["until"]) is None:
        raise _Malformed(f"until={values['until']} is not a day", "write it as until=2027-03-01")
    return _Fields(tuple(dict.fromkeys(rules)), values)


def _rule(word: str) -> str:
    if RULE_ID.fullmatch(word):
        return word
    if RULE_ID.fullmatch(word.upper()) and re.search(r"\d", word):
        raise _Malformed(f'"{word}" is not the id of a rule', f"did you mean {word.upper()}?")
    raise _Malformed(
        f'"{word}" is neither the id of a rule nor a field', f"several words go in double quotes: {_example()}"
    )


def _placed(read: _Fields, comment: SourceComment, alone: set[tuple[str, int]], extent: Extent) -> Suppression:
    lines: tuple[int, int] | None = (comment.line, comment.line)
    if comment.alone:
        below = comment.line + 1
        while (comment.file, below) in alone:
            below += 1
        lines = extent(comment.file, below)
    until = last_day(read.values["until"])
    assert until is not None  # _fields has refused it
    return Suppression(
        rules=read.rules,
        reason=read.values["reason"].strip(),
        owner=read.values["owner"].strip(),
        until=until,
        place=Location(comment.file, comment.line),
        kind="comment",
        lines=lines,
    )


def _fault(comment: SourceComment, message: str, hint: str) -> Finding:
    return Finding(
        UNREVIEWABLE.id,
        UNREVIEWABLE.severity,
        f"{message}: nothing is suppressed",
        Location(comment.file, comment.line),
        UNREVIEWABLE.title,
        hint,
        source=UNREVIEWABLE.source,
    )


def _example() -> str:
    return f"write {EXAMPLE}"
