"""checkov's verdicts as findings, at the line that a person can edit."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from xyztf.errors import Location
from xyztf.findings.finding import Finding
from xyztf.findings.suppression import Suppressed, Suppression
from xyztf.hcl.sources import Sources
from xyztf.private import user_cache
from xyztf.scan.checks import hint, info, looked_at, severity
from xyztf.scan.places import line_of

_NOT_SAID = "not said"


@dataclass(frozen=True, slots=True)
class Found:
    """Checks that failed, and those that a comment of checkov's own skips."""

    failed: tuple[Finding, ...]
    skipped: tuple[Suppressed, ...]


def found(
    roots: Iterable[Mapping[str, Any]], checks: Mapping[str, Mapping[str, Any]], version: str, base: Path
) -> Found:
    """The findings of several roots, as the driver gives them; files are told relative to `base`.

    What several roots show of the same block of a module is told once, as seen from the first.
    """
    failed: dict[tuple[Any, ...], Finding] = {}
    skipped: dict[tuple[Any, ...], Suppressed] = {}
    sources = Sources(base, parser_in=user_cache())
    for root in roots:
        stack = _relative(root["root"], base)
        for record in root["records"]:
            if record["result"] not in ("failed", "skipped"):
                continue
            finding = _finding(record, checks.get(record["check"], {}), version, stack, sources, base)
            key = (finding.rule, finding.location, finding.address)
            if record["result"] == "failed":
                failed.setdefault(key, finding)
            else:
                skipped.setdefault(key, Suppressed(finding, _comment(record, finding, base)))
    return Found(tuple(failed.values()), tuple(skipped.values()))


def _finding(
    record: Mapping[str, Any], told: Mapping[str, Any], version: str, stack: str, sources: Sources, base: Path
) -> Finding:
    rule = info(record["check"], told, version)
    return Finding(
        rule.id,
        severity(rule.id),
        rule.title,
        Location(_relative(record["path"], base), _line(record, sources, base)),
        rule.title,
        hint(rule.id, record["keys"], told),
        record["resource"],
        stack,
        rule.source,
        "checkov",
    )


def _relative(path: str, base: Path) -> str:
    return os.path.relpath(path, base).replace(os.sep, "/")


def _line(record: Mapping[str, Any], sources: Sources, base: Path) -> int:
    """The line of the argument that the check looked at, where the block has it; else the block's first."""
    first = int(record["lines"][0])
    keys = looked_at(record["check"], record["keys"])
    file = sources.file(_relative(record["path"], base)) if keys else None
    return (line_of(file, first, keys) if file else None) or first


def _comment(record: Mapping[str, Any], finding: Finding, base: Path) -> Suppression:
    """A comment of checkov's own, which has a reason at most: it names nobody and never ends."""
    places = [(record["path"], *record["lines"])]
    if record["caller"]:
        caller = os.path.normpath(os.path.join(base / (finding.stack or ""), record["caller"].lstrip("/")))
        places.append((caller, *record["caller_lines"]))
    wanted = re.compile(rf"(?:checkov|bridgecrew|cortex):skip\s*=\s*{re.escape(record['check'])}\b")
    place = finding.location
    for path, first, last in places:
        lines = _lines(path)
        at = next((number for number in range(first, min(last, len(lines)) + 1) if wanted.search(lines[number - 1])), 0)
        if at:
            place = Location(_relative(path, base), at)
            break
    reason = (record["comment"] or "").strip()
    if reason == "No comment provided":
        reason = ""
    return Suppression((record["check"],), reason or _NOT_SAID, _NOT_SAID, date.max, place, "comment")


@cache
def _lines(path: str) -> tuple[str, ...]:
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            return tuple(file.read().split("\n"))
    except OSError:
        return ()
