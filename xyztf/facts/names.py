"""How long the names of AWS's things may be, and what they may be made of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xyztf.facts.answers import Refusal
from xyztf.facts.tables import table


@dataclass(frozen=True, slots=True)
class Limit:
    """The rule for one kind of name. The pattern has to match the whole name.

    `lowered` is whether AWS or the provider makes the name small by itself, so that big letters are no fault.
    """

    kind: str
    shortest: int
    longest: int
    pattern: str
    source: str
    lowered: bool = False

    def fault(self, text: str) -> str | None:
        """What is wrong with a name written in Terraform and what to do, in one sentence. None when AWS takes it."""
        refusal = self.why_not(text.lower() if self.lowered else text)
        return f"{refusal.reason}: {refusal.way_out}" if refusal else None

    def why_not(self, name: str) -> Refusal | None:
        """Why AWS does not take this name, or None when it does."""
        if len(name) < self.shortest:
            reason = f"{name!r} has {len(name)} characters; AWS wants at least {self.shortest} here ({self.kind})"
            return Refusal(reason, "write a longer name", self.source)
        if len(name) > self.longest:
            reason = f"{name!r} has {len(name)} characters; AWS takes at most {self.longest} here ({self.kind})"
            return Refusal(reason, f"shorten it by {len(name) - self.longest}", self.source)
        if re.fullmatch(self.pattern, name) is None:
            reason = f"{name!r} has a form AWS does not take here ({self.kind})"
            return Refusal(reason, f"it has to match {self.pattern}", self.source)
        return None


def kinds() -> tuple[str, ...]:
    """The kinds of names there are limits for."""
    return tuple(table("name_limits")["limits"])


def limit(kind: str) -> Limit:
    """The limit for one kind of name (`rds_instance`). KeyError for an unknown kind."""
    entry = table("name_limits")["limits"][kind]
    return Limit(kind, entry["min"], entry["max"], entry["pattern"], entry["source"], entry.get("lowered", False))
