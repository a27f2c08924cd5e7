"""What a lint found, kept until something that it read changes. A damaged entry is none.

An entry names every folder it looked into and every file with its content's hash; it holds only where all of them are
as they were. Its name hangs on all else that can change the result: rules, a project's own with the text of
their files, contexts, the day, and xyztf itself.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import xyztf
from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.sources import Sources
from xyztf.private import write_private
from xyztf.rules.rule import Context, Rule

KEPT = 64
"""How many entries stay; the oldest go."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found, the folders that were read for it, and those of them that are root modules."""

    findings: list[Finding]
    folders: list[str]
    roots: list[str]


def entry_for(
    cache: Path, base: Path, contexts: Mapping[str, Context], chosen: Sequence[Rule], own_digest: str = ""
) -> Path:
    """Where the result of such a run is kept, below the folder `cache`. `own_digest` is that of `OwnRules`."""
    asked = [
        str(base),
        _own_code(),
        own_digest,
        [rule.id for rule in chosen],
        sorted((folder, _told(context)) for folder, context in contexts.items()),
    ]
    return cache / "lint" / f"{hashlib.sha256(json.dumps(asked).encode()).hexdigest()}.json"


def recall(entry: Path, sources: Sources) -> Kept | None:
    """A kept run; None where there is none, or where something has changed."""
    try:
        kept = json.loads(entry.read_bytes())
        for folder, files in kept["folders"].items():
            if sources.names(folder) != sorted(files):
                return None
            if any(_digest(sources, name) != digest for name, digest in files.items()):
                return None
        findings = [_finding(each) for each in kept["findings"]]
        return Kept(findings, list(kept["folders"]), list(kept["roots"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def keep(entry: Path, sources: Sources, kept: Kept) -> None:
    """Keep a run. That it cannot be written is no failure."""
    read = {folder: {name: _digest(sources, name) for name in sources.names(folder)} for folder in kept.folders}
    told = {"folders": read, "roots": kept.roots, "findings": [asdict(each) for each in kept.findings]}
    text = json.dumps(told)
    try:
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(entry, text.encode())
        entries = sorted(entry.parent.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for old in entries[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def _told(context: Context) -> str:
    return json.dumps(
        asdict(context), default=lambda value: sorted(value) if isinstance(value, frozenset) else str(value)
    )


def _digest(sources: Sources, name: str) -> str:
    try:
        return hashlib.sha256(sources.text(name).encode()).hexdigest()
    except (OSError, UnicodeDecodeError) as error:
        return type(error).__name__


def _finding(kept: dict[str, Any]) -> Finding:
    place = Location(**kept.pop("location"))
    return Finding(location=place, severity=Severity(kept.pop("severity")), **kept)


def _own_code() -> str:
    """Of our rules, facts and reading as they are installed: name, size and time of every file."""
    root = Path(xyztf.__file__).parent
    parts = []
    for room in ("rules", "hcl", "facts"):
        for path, _, names in sorted(os.walk(root / room)):
            for name in sorted(names):
                if not name.endswith(".pyc"):
                    status = os.stat(os.path.join(path, name))
                    parts.append(f"{path}/{name} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join([xyztf.__version__, *parts]).encode()).hexdigest()
