"""Several runs over the same project, told as one."""

from __future__ import annotations

from collections.abc import Sequence

from xyztf.findings.finding import Finding
from xyztf.findings.report import LookedAt, Report


def together(reports: Sequence[Report]) -> Report:
    """All that the reports tell, each finding once, as the last of them tells it.

    They looked at the same files: the most is what was seen.
    """
    findings = {_what(finding): finding for report in reports for finding in report.findings}
    suppressed = dict.fromkeys(one for report in reports for one in report.suppressed)
    seen = [report.looked_at for report in reports]
    return Report(
        tuple(findings.values()),
        tuple(suppressed),
        LookedAt(
            max((each.files for each in seen), default=0),
            max((each.modules for each in seen), default=0),
            max((each.stacks for each in seen), default=0),
            sum(each.rules for each in seen),
            sum(each.seconds for each in seen),
        ),
        {name: rule for report in reports for name, rule in report.rules.items()},
        {tool: version for report in reports for tool, version in report.versions.items()},
    )


def _what(finding: Finding) -> tuple[object, ...]:
    """What makes two findings one, whatever else is known of either."""
    return finding.rule, finding.location, finding.address, finding.message
