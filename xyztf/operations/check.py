"""All that can be said of a project without AWS, in one go: rendered files, structural rules, security scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from xyztf.findings.report import Report
from xyztf.findings.together import together
from xyztf.operations.choice import choose, own_rules
from xyztf.operations.lint import lint_project
from xyztf.operations.rendered import rendered
from xyztf.operations.scan import choose as choose_roots
from xyztf.operations.scan import scan
from xyztf.operations.security import security_rules
from xyztf.project import Project
from xyztf.render.inputs import watched
from xyztf.rules.own import FOLDER as OWN
from xyztf.scan.doubles import without_doubles


def check(project: Path, names: Sequence[str], today: date) -> tuple[Report, list[str]]:
    """What `render --check`, `lint` and `scan` find in the environments `names`, or in all, as one report.

    The second part is the paths of all that this hangs on, relative to the project or absolute.

    Raises whatever each of them raises: an environment that cannot be read, or a scan without a verdict, is no report.
    """
    there = Project.at(project)
    chosen = there.selected(names)
    own = own_rules(there.root)
    scanned, hangs_on = scan(choose_roots(there.root, chosen), [], [], today)
    linted = lint_project(there.root, chosen, choose([], [], own), today, own)
    told = [*scanned.findings, *(each.finding for each in scanned.suppressed)]
    linted = replace(linted, findings=tuple(without_doubles(linted.findings, told)))
    report = together([rendered(there.root, names), linted, scanned])
    twice = len(security_rules())
    report = replace(report, looked_at=replace(report.looked_at, rules=report.looked_at.rules - twice))
    own_files = [str(path) for path in (there.root / OWN, *sorted((there.root / OWN).rglob("*")))]
    return report, [*hangs_on, *watched(there.root), *own_files]
