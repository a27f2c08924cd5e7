"""What is known of a rule, whoever has it: for the formats that list rules, and for whoever asks what an id means."""

from __future__ import annotations

from dataclasses import dataclass

from xyztf.findings.finding import Severity


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule: `why` it is there in a sentence or two, `source` who says so, `severity` what its findings usually are.

    `help_uri` is a page about it; where it is not given, a source that is a web address stands in. `tool` has the
    rule: "xyztf", or "checkov".
    """

    id: str
    title: str
    why: str
    source: str
    severity: Severity
    help_uri: str | None = None
    tool: str = "xyztf"

    @property
    def page(self) -> str | None:
        """A web address to read more at, if there is one."""
        if self.help_uri:
            return self.help_uri
        return self.source if self.source.startswith(("https://", "http://")) and " " not in self.source else None
