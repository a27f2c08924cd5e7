"""Lambda's Python runtimes and the dates from which AWS no longer wants them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xyztf.facts.answers import Refusal
from xyztf.facts.tables import table
from xyztf.facts.versions import newest


@dataclass(frozen=True, slots=True)
class Runtime:
    """One runtime: no more patches from `deprecated` on; no new function, then no update, from the later dates."""

    name: str
    deprecated: date
    create_blocked: date
    update_blocked: date


def runtimes() -> tuple[Runtime, ...]:
    """Every Python runtime, oldest first. Those of all languages: `endings.runtime_ending`."""
    listed = {name: dates for name, dates in table("lambda_runtimes")["runtimes"].items() if name.startswith("python")}
    return tuple(
        Runtime(name, *(date.fromisoformat(dates[key]) for key in ("deprecated", "create_blocked", "update_blocked")))
        for name, dates in listed.items()
    )


def runtime(name: str) -> Runtime | None:
    """The runtime of that name (`python3.13`), or None."""
    return next((one for one in runtimes() if one.name == name), None)


def newest_runtime() -> str:
    """The newest Python runtime."""
    return newest([one.name for one in runtimes()])


def why_not(name: str, today: date) -> Refusal | None:
    """Why a new function should not use this runtime on that day, and which one to write. None when it may."""
    source = table("lambda_runtimes")["source"]
    found = runtime(name)
    if found is None:
        return Refusal(f"Lambda has no Python runtime {name}", f"write {newest_runtime()}", source)
    if today < found.deprecated:
        return None
    return Refusal(f"Lambda deprecated {name} on {found.deprecated}", f"write {newest_runtime()}", source)
