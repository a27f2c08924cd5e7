"""What a rule is: what it looks for and why, an example of each kind, and the check itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.configuration import Configuration
from xyztf.hcl.instance import Instance


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a stack besides its text.

    `protected` is whether its environment is: None where nobody says. `region` is that of its resources, where known.
    `alarms_off` are the ids of the catalogue's alarms that the environment does without.
    """

    today: date
    environment: str | None = None
    protected: bool | None = None
    region: str | None = None
    alarms_off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stack:
    """A root module with all that it calls, and its context: what is applied at once."""

    configuration: Configuration
    context: Context


class Rule:
    """One thing that should not be. Subclasses override one of the three checks.

    `bad` and `good` are small examples of HCL. In `bad`, a comment `# here` marks each line with a finding of this
    rule; in `good` nothing is found by any rule of its family. The tests run both, `xyztf rules ID` shows them.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    why: ClassVar[str]
    source: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR
    bad: ClassVar[str]
    good: ClassVar[str]
    files: ClassVar[Mapping[str, str]] = {}
    """Other files that both examples need: path to text."""
    context: ClassVar[Context | None] = None
    """The context of the examples, where they need one; `today` is taken from it."""

    def module(self, instance: Instance) -> Iterator[Finding]:
        """Findings in one module, whoever calls it. Run once for each folder."""
        return iter(())

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """Findings in a root module with all that it calls, its values known as far as they can be."""
        return iter(())

    def project(self, stacks: Sequence[Stack]) -> Iterator[Finding]:
        """Findings between stacks. Run once with all of them."""
        return iter(())

    def finding(
        self,
        place: Location,
        message: str,
        hint: str | None = None,
        *,
        address: str | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding of this rule."""
        return Finding(
            self.id, severity or self.severity, message, place, self.title, hint, address, source=self.source
        )
