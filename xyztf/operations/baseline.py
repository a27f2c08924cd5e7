"""Findings that are known and accepted for now, in a file: for a code base that was there before its scans.

The file is JSON: {"version": 1, "findings": [{"fingerprint", "rule", "file", "address", "stack", "message"}]}, one
finding a line. Fingerprints stay the same when lines move.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from xyztf.errors import Location, Problem, XyztfError
from xyztf.findings.finding import Finding
from xyztf.findings.fingerprint import fingerprints
from xyztf.findings.suppression import Suppressed, Suppression
from xyztf.findings.suppression_rules import GONE

VERSION = 1
_KEYS = ("fingerprint", "rule", "file", "address", "stack", "message")


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of a baseline: its values by name, and its line in the file."""

    values: dict[str, Any]
    line: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What is new, what the baseline has, and a note for each entry that is gone."""

    new: tuple[Finding, ...]
    known: tuple[Suppressed, ...]
    gone: tuple[Finding, ...]


def read_baseline(path: Path) -> list[Known]:
    """The entries of a baseline. Raises XyztfError for a file that is not there, or that is none."""
    shown = str(path)
    try:
        text = path.read_text("utf-8")
        document = json.loads(text)
        if document["version"] != VERSION:
            raise ValueError(f"its version is {document['version']}")
        entries = [{key: each[key] for key in _KEYS} for each in document["findings"]]
    except FileNotFoundError:
        raise XyztfError(
            Problem("there is no such baseline", Location(shown), "write one with --write-baseline")
        ) from None
    except OSError as error:
        raise XyztfError(Problem(f"the baseline cannot be read: {error.strerror}", Location(shown))) from None
    except (ValueError, KeyError, TypeError) as error:
        hint = "write it again with --write-baseline"
        raise XyztfError(Problem(f"this is no baseline: {error}", Location(shown), hint)) from None
    lines = {line.split('"fingerprint": "', 1)[1][:40].split('"')[0]: number for number, line in _numbered(text)}
    return [Known(each, lines.get(each["fingerprint"], 1)) for each in entries]


def compared(
    findings: Sequence[Finding], known: Sequence[Known], path: Path, stacks: Collection[str], rules: Collection[str]
) -> Compared:
    """Findings held against a baseline. `stacks` and `rules` were looked at: only of them can one be gone."""
    entries = {each.values["fingerprint"]: each for each in known}
    marks = fingerprints(findings)
    new = [finding for finding, mark in zip(findings, marks, strict=True) if mark not in entries]
    old = [(finding, entries[mark]) for finding, mark in zip(findings, marks, strict=True) if mark in entries]
    gone = [
        each
        for mark, each in entries.items()
        if mark not in marks and _stack(each.values) in stacks and each.values["rule"] in rules
    ]
    return Compared(
        tuple(new),
        tuple(_accepted(finding, entry, path) for finding, entry in old),
        tuple(_gone(each, path) for each in gone),
    )


def written(
    findings: Sequence[Finding], before: Sequence[Known], stacks: Collection[str], rules: Collection[str]
) -> str:
    """The text of a baseline with these findings. Entries of stacks and rules that were not looked at stay."""
    kept = [each.values for each in before if _stack(each.values) not in stacks or each.values["rule"] not in rules]
    entries = kept + [
        dict(
            zip(
                _KEYS,
                (mark, each.rule, each.location.file, each.address, each.stack, each.message),
                strict=True,
            )
        )
        for each, mark in zip(findings, fingerprints(findings), strict=True)
    ]
    entries.sort(key=lambda each: (each["file"], each["rule"], each["address"] or "", each["fingerprint"]))
    lines = ",\n".join(f"    {json.dumps(each)}" for each in entries)
    body = f"[\n{lines}\n  ]" if entries else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {body}\n}}\n'


def _stack(values: dict[str, Any]) -> str:
    """The root module of an entry: where none is named, that of the file."""
    return str(values["stack"] or posixpath.dirname(values["file"]) or ".")


def _numbered(text: str) -> list[tuple[int, str]]:
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if '"fingerprint": "' in line]


def _accepted(finding: Finding, entry: Known, path: Path) -> Suppressed:
    place = Location(str(path), entry.line)
    return Suppressed(
        finding, Suppression((finding.rule,), "it is in the baseline", "not said", date.max, place, "file")
    )


def _gone(entry: Known, path: Path) -> Finding:
    where = entry.values["address"] or entry.values["file"]
    return Finding(
        GONE.id,
        GONE.severity,
        f"{entry.values['rule']} of {where} is gone",
        Location(str(path), entry.line),
        GONE.title,
        "write the baseline again with --write-baseline, so that it cannot come back",
        source=GONE.source,
    )
