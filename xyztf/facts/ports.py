"""Ports that must not be open to the world: which service listens there, and what happens when it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from xyztf.facts.tables import table


@dataclass(frozen=True, slots=True)
class Port:
    """A service's default port. `why` is what an open one means; `udp` whether it is served over UDP too."""

    number: int
    name: str
    kind: Literal["database", "administration"]
    why: str
    source: str
    udp: bool = False


def service_at(port: int) -> Port | None:
    """The service whose default port this is; None where an open one is no fault by itself (443)."""
    return _ports().get(port)


def services_in(first: int, last: int) -> tuple[Port, ...]:
    """The services with a port in the range, ends included, by port. -1 to -1 means all, as in a security group."""
    if first == last == -1:
        first, last = 0, 65535
    return tuple(port for number, port in _ports().items() if first <= number <= last)


@cache
def _ports() -> Mapping[int, Port]:
    return {
        entry["port"]: Port(
            entry["port"], entry["name"], entry["kind"], entry["why"], entry["source"], entry.get("udp", False)
        )
        for entry in table("ports")["ports"]
    }
