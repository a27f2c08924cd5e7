"""Ranges of ports, and the services in them, for a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from xyztf.facts.ports import services_in


def within(first: int, last: int, kind: Literal["database", "administration"] | None, protocol: str) -> dict[int, str]:
    """The services of a kind, or of any, in a range of ports, by port. Over UDP, only those that are served there."""
    return {
        each.number: each.name
        for each in services_in(first, last)
        if kind in (each.kind, None) and (protocol != "udp" or each.udp)
    }


def spelt(services: Mapping[int, str]) -> str:
    """The services for a message: `3306 (MySQL), 5432 (PostgreSQL) and 3 more`."""
    shown = [f"{port} ({name})" for port, name in services.items()]
    if len(shown) > 3:
        return f"{', '.join(shown[:3])} and {len(shown) - 3} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def range_of(first: int, last: int) -> str:
    """A range for a message: `port 22`, `ports 0 to 1024`, `all ports`."""
    if first <= 1 and last == 65535:
        return "all ports"
    return f"port {first}" if first == last else f"ports {first} to {last}"
