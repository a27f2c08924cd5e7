"""How long it takes to make, change or delete a thing: on AWS minutes, in the sandbox the provider's own waits."""

from __future__ import annotations

from dataclasses import dataclass

from xyztf.facts.tables import table

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Duration:
    """What is usual, from and to, and when the provider gives up. In seconds; None where nobody has said."""

    usual: tuple[int, int] | None = None
    limit: int | None = None


def duration(target: str, resource_type: str, action: str) -> Duration | None:
    """How long an action ("create", "update", "delete") on a resource takes on a target ("aws", "sandbox").

    None when nothing is known, which goes for all that is there in seconds.
    """
    if target == "sandbox":
        seconds = table("durations")["sandbox"]["seconds"].get(resource_type, {}).get(action)
        least, most = seconds if isinstance(seconds, list) else (seconds, seconds)
        return Duration((least, most)) if most else None
    for entry in table("durations")["aws"]["entries"]:
        if target == "aws" and (entry["type"], entry["action"]) == (resource_type, action):
            least, most = entry.get("usual_minutes", (0, 0))
            return Duration((least * MINUTE, most * MINUTE) if most else None, entry["limit_minutes"] * MINUTE)
    return None
