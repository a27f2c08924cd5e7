"""What cannot be suppressed: the rules about suppressions themselves, and about what stands beside the findings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from xyztf.findings.finding import Severity
from xyztf.findings.rule_info import RuleInfo

_SOURCE = "docs/suppressions.md"

UNREVIEWABLE: Final = RuleInfo(
    "XYZ001",
    "a suppression that nobody can review",
    "A suppression takes a finding away from everybody. Whoever comes later must be able to see why it was right, whom "
    "to ask, and when to look again; one that does not say so, or that cannot be read, suppresses nothing.",
    _SOURCE,
    Severity.ERROR,
)
EXPIRED: Final = RuleInfo(
    "XYZ002",
    "a suppression that has expired, or soon will",
    "What was right for a while is to be looked at again on the day that its author named. From then on it suppresses "
    "nothing; for 30 days before, it is a note.",
    _SOURCE,
    Severity.WARNING,
)
UNUSED: Final = RuleInfo(
    "XYZ003",
    "a suppression of nothing",
    "There is nothing left that it suppresses. It would hide the next finding of this rule, which nobody has reviewed.",
    _SOURCE,
    Severity.WARNING,
)
UNKNOWN: Final = RuleInfo(
    "XYZ004",
    "a suppression of a rule that does not exist",
    "With a slip in the id, the suppression has no effect, and the finding that it is about stays.",
    _SOURCE,
    Severity.ERROR,
)
GONE: Final = RuleInfo(
    "XYZ005",
    "a finding of the baseline that is gone",
    "What was put right should not come back unseen: the baseline is to shrink with it.",
    "docs/scan.md",
    Severity.NOTE,
)
OUTDATED: Final = RuleInfo(
    "XYZ020",
    "a file that is not as rendered",
    "What is reviewed is the YAML and the templates. A file that differs from what they give is applied as it stands, "
    "and lost with the next render.",
    "docs/templates.md",
    Severity.ERROR,
)

RULES: Mapping[str, RuleInfo] = MappingProxyType({rule.id: rule for rule in (UNREVIEWABLE, EXPIRED, UNUSED, UNKNOWN)})
"""The rules about suppressions, by id."""
OTHERS: Mapping[str, RuleInfo] = MappingProxyType({rule.id: rule for rule in (GONE, OUTDATED)})
"""Others that cannot be suppressed, by id: about a baseline, and about rendered files."""
