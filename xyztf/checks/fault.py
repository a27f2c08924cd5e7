"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass

from xyztf.environment.provenance import Path
from xyztf.facts.answers import Refusal


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at which value of the environment, and what to do about it.

    `key` means that it is the name that is wrong, or the whole of what stands under it.
    """

    path: Path
    message: str
    hint: str | None = None
    key: bool = False

    @classmethod
    def of(cls, path: Path, refusal: Refusal, *, key: bool = False) -> Fault:
        """A refusal that the facts give, at `path`."""
        return cls(path, refusal.reason, f"{refusal.way_out} (source: {refusal.source})", key)
