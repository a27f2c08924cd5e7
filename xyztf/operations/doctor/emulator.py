"""Checks of an environment's sandbox, and of what would lead a run against AWS elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from xyztf.operations.doctor.finding import Finding, ok, problem, warning
from xyztf.sandbox import server
from xyztf.sandbox.server import Running
from xyztf.sandbox.state import Place, SandboxError


@dataclass(frozen=True, slots=True)
class Emulator:
    """The sandbox's place, the account that it should stand for, what runs there, and why that cannot be told."""

    place: Place
    account_id: str
    running: Running | None
    error: SandboxError | None = None

    @classmethod
    def of(cls, place: Place, account_id: str) -> Emulator:
        """What is at `place` now. Nothing is started."""
        try:
            return cls(place, account_id, server.find(place))
        except SandboxError as error:
            return cls(place, account_id, None, error)


def runs(emulator: Emulator) -> Finding:
    """Whether it runs, and for the right account; one that does not run is started by the first command for it."""
    if emulator.error:
        first = emulator.error.problems[0]
        return problem("sandbox", first.message, first.hint or "xyztf sandbox reset ends it")
    name, running, snapshot = emulator.place.environment, emulator.running, emulator.place.snapshot
    if running is None:
        if not snapshot.is_file():
            return ok("sandbox", f"{name} has none yet: --sandbox starts it")
        size = snapshot.stat().st_size / 1e6
        return ok("sandbox", f"does not run: --sandbox starts it, with what it kept ({size:.1f} MB)")
    if running.record.account_id != emulator.account_id:
        says = f"it stands for the account {running.record.account_id}, and {name}'s is now {emulator.account_id}"
        return problem("sandbox", says, f"xyztf sandbox reset {name}")
    return ok("sandbox", f"runs at {running.endpoint}, since {running.record.started[:16].replace('T', ' ')}")


def supported(emulator: Emulator) -> Finding | None:
    """The calls that it could not answer."""
    calls = Counter(f"{call['service']} {call['action']}" for call in server.unsupported(emulator.place))
    if not calls:
        return None
    most = ", ".join(call for call, _ in calls.most_common(3))
    says = f"{calls.total()} calls were not supported: {most}{' ...' if len(calls) > 3 else ''}"
    return warning("sandbox", says, f"xyztf sandbox logs {emulator.place.environment} --unsupported")


CHECKS: tuple[Callable[[Emulator], Finding | None], ...] = (runs, supported)


def endpoints(variables: Mapping[str, str]) -> Finding | None:
    """Variables that send what should go to AWS to another place."""
    found = sorted(name for name in variables if name.startswith("AWS_ENDPOINT_URL") and variables[name])
    if not found:
        return None
    first = f"{found[0]}={variables[found[0]]}"
    return warning("endpoint", f"{first} leads away from AWS", f"unset {' '.join(found)}, if AWS itself is meant")
