"""What one run found, and all that the formats tell about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from xyztf.errors import ExitCode
from xyztf.findings.finding import Finding, Severity
from xyztf.findings.rule_info import RuleInfo
from xyztf.findings.suppression import Suppressed


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What a run looked at, so that nobody takes a run over nothing for a clean one."""

    files: int = 0
    modules: int = 0
    stacks: int = 0
    rules: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of a run, by file, line and rule, whatever order they are given in.

    `rules` are those that ran, by id. `versions` are those of the tools that made findings, by tool.
    """

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    looked_at: LookedAt = LookedAt()
    rules: Mapping[str, RuleInfo] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "findings", tuple(sorted(self.findings, key=by_place)))
        suppressed = sorted(self.suppressed, key=lambda one: by_place(one.finding))
        object.__setattr__(self, "suppressed", tuple(suppressed))

    def counts(self) -> dict[Severity, int]:
        """How many findings of each severity, the worst first; zeros are there too."""
        counted = Counter(finding.severity for finding in self.findings)
        return {severity: counted[severity] for severity in sorted(Severity, reverse=True)}

    def worst(self) -> Severity | None:
        """The worst severity there is; None where nothing was found."""
        return max((finding.severity for finding in self.findings), default=None)

    def exit_code(self, fail_on: Severity | None) -> ExitCode:
        """FAILURE where something is as bad as `fail_on` or worse, if given; what is suppressed does not count."""
        worst = self.worst()
        if worst is None or fail_on is None:
            return ExitCode.OK
        return ExitCode.FAILURE if worst >= fail_on else ExitCode.OK

    def rule(self, finding: Finding) -> RuleInfo:
        """The rule of a finding; made from the finding where it is not among `rules`."""
        known = self.rules.get(finding.rule)
        if known is not None:
            return known
        title = finding.title or finding.rule
        return RuleInfo(finding.rule, title, title, finding.source or "", finding.severity, tool=finding.tool)


def by_place(finding: Finding) -> tuple[str, int, str, int, str]:
    """The order of findings: file, line, rule; then what makes the order the same in every run."""
    place = finding.location
    return (place.file, place.line, finding.rule, place.column, finding.message)


def counted(number: int, name: str) -> str:
    """Such as "1 error" or "2,000 files"."""
    return f"{number:,} {name}" if number == 1 else f"{number:,} {name}s"


def looked_at_line(looked_at: LookedAt) -> str:
    """Such as "looked at 66 files, 4 stacks, 80 rules in 0.7 s": what there was none of is left out."""
    amounts = [(looked_at.files, "file"), (looked_at.modules, "module"), (looked_at.stacks, "stack")]
    parts = [counted(number, name) for number, name in amounts if number or name == "file"]
    if looked_at.rules:
        parts.append(counted(looked_at.rules, "rule"))
    return f"looked at {', '.join(parts)} in {looked_at.seconds:.1f} s"
