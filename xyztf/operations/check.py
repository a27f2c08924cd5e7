"""All that can be said of a project without AWS, in one go: rendered files, structural rules, security scan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from xyztf.findings.report import Report
from xyztf.findings.together import together
from xyztf.operations.choice import choose, own_rules
from xyztf.operations.lint import lint_project
from xyztf.operations.rendered import rendered
from xyztf.operations.scan import choose as choose_roots
from xyztf.operations.scan import scan
from xyztf.project import Project


def check(project: Path, names: Sequence[str], today: date) -> Report:
    """What `render --check`, `lint` and `scan` find in the environments `names`, or in all, as one report.

    Raises whatever each of them raises: an environment that cannot be read, or a scan without a verdict, is no report.
    """
    there = Project.at(project)
    chosen = there.selected(names)
    own = own_rules(there.root)
    reports = [
        rendered(there.root, names),
        lint_project(there.root, chosen, choose([], [], own), today, own),
        scan(choose_roots(there.root, chosen), [], [], today)[0],
    ]
    return together(reports)
