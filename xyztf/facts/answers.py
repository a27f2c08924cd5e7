"""What a look-up answers when AWS does not take something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Refusal:
    """AWS, or xyztf, does not take this: why, what to write instead, and who says so."""

    reason: str
    way_out: str
    source: str


@dataclass(frozen=True, slots=True)
class Superseded:
    """A word AWS once took, or never did.

    `translate` means that there is one right answer: `becomes`. `refuse` means that a person has to decide;
    `becomes` is then a suggestion, or None.
    """

    name: str
    action: Literal["translate", "refuse"]
    becomes: str | None
    reason: str
    way_out: str
    source: str

    def refusal(self) -> Refusal:
        """The same as a refusal, for a caller that does not translate."""
        return Refusal(self.reason, self.way_out, self.source)
