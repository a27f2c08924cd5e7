"""Files that are not what the environments give, as findings: `xyztf render --check` for a report."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import xyztf
from xyztf.errors import Location
from xyztf.findings.finding import Finding
from xyztf.findings.report import LookedAt, Report
from xyztf.findings.suppression_rules import OUTDATED
from xyztf.project import Project
from xyztf.render import stamp
from xyztf.render.change import Change, Kind

MESSAGES = {
    Kind.ADDED: "it is not there, and xyztf render would write it",
    Kind.CHANGED: "it is not what the environment gives",
    Kind.REMOVED: "the environment does not give it any more",
}


def rendered(project: Path, names: Sequence[str]) -> Report:
    """Whether what is rendered of the environments `names`, or of all, is what they give. Nothing is written.

    Raises what loading and rendering raise: UsageError, InvalidEnvironment, TemplateError, UnsafeWrite.
    """
    begun, stamped = time.monotonic(), stamp.started()
    there = Project.at(project)
    found: list[Change] = []
    if stamp.answer(str(there.root), list(names)) is None:
        from xyztf.render.inputs import watched
        from xyztf.render.outdated import as_rendered
        from xyztf.render.project import rendering

        loaded = there.load_all(there.selected(names))
        result = rendering(there.root, [each.environment for each in loaded], whole=not names)
        found = result.changes
        if not found:
            stamp.remember(str(there.root), list(names), watched(there.root), as_rendered(len(result.wanted)), stamped)
    return Report(
        tuple(_finding(change, there.root) for change in found),
        looked_at=LookedAt(seconds=time.monotonic() - begun),
        rules={OUTDATED.id: OUTDATED},
        versions={"xyztf": xyztf.__version__},
    )


def _finding(change: Change, root: Path) -> Finding:
    environment = change.path.split("/")[1]
    edited = ", and was edited by hand" if change.edited else ""
    return Finding(
        OUTDATED.id,
        OUTDATED.severity,
        MESSAGES[change.kind] + edited,
        Location(os.path.relpath(root / change.path), _first_difference(change)),
        OUTDATED.title,
        f"xyztf render {environment}" + ("; what was edited belongs into the YAML or a template" if edited else ""),
        environment=environment,
        source=OUTDATED.source,
    )


def _first_difference(change: Change) -> int:
    """The first line of the file that differs; 1 where it is not there."""
    if change.old is None or change.new is None:
        return 1
    old, new = change.old.split(b"\n"), change.new.split(b"\n")
    return next((at for at, (one, other) in enumerate(zip(old, new, strict=False), 1) if one != other), len(old))
