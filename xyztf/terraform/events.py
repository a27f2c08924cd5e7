"""Terraform's JSON lines (`-json`): progress of resources, and diagnostics.

Format: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from xyztf.errors import Location, Problem

_PHASES = {
    "apply_start": "start",
    "apply_progress": "progress",
    "apply_complete": "complete",
    "apply_errored": "errored",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A resource on its way. `phase` is start, progress, complete or errored; `action` create, update, delete ...

    `id` is its identifier, where Terraform tells it: of one that exists.
    """

    address: str
    type: str
    action: str
    phase: str
    seconds: float
    id: str | None = None


def step(line: str) -> Step | None:
    """The step that a line tells of; None for all other lines."""
    event = _event(line)
    phase = _PHASES.get(str(event.get("type")))
    hook = event.get("hook")
    if not phase or not isinstance(hook, dict):
        return None
    resource = hook.get("resource", {})
    return Step(
        resource.get("addr", "?"),
        resource.get("resource_type", "?"),
        hook.get("action", "?"),
        phase,
        float(hook.get("elapsed_seconds", 0)),
        str(hook["id_value"]) if hook.get("id_key") == "id" and hook.get("id_value") else None,
    )


def steps(out: str) -> Iterator[Step]:
    """All steps that the lines tell of."""
    return filter(None, map(step, out.splitlines()))


def message(line: str, *types: str) -> str | None:
    """What a line of one of these types says to people; None for all other lines."""
    event = _event(line)
    return str(event.get("@message", "")) if event.get("type") in types else None


def diagnostics(out: str, folder: str, severity: str = "error") -> Iterator[Problem]:
    """Terraform's complaints of one severity. Places are given below `folder`, as it stands in the project."""
    for line in out.splitlines():
        event = _event(line)
        found = event.get("diagnostic")
        if event.get("type") == "diagnostic" and isinstance(found, dict) and found.get("severity") == severity:
            yield problem(found, folder)


def problem(found: dict[str, Any], folder: str) -> Problem:
    """A diagnostic of Terraform's in the stack at `folder` as a problem in a file of the project."""
    location, place = Location(folder), found.get("range")
    if place:
        location = Location(_joined(folder, place["filename"]), place["start"]["line"], place["start"]["column"])
    address = found.get("address")
    summary = f"{address}: {found['summary']}" if address else found["summary"]
    return Problem(summary, location, " ".join(str(found.get("detail", "")).split()) or None)


def squeezed(text: str) -> str:
    """What Terraform wrote for a terminal, in a frame and over several lines, in one line."""
    return " ".join(text.translate({ord(mark): " " for mark in "│╷╵"}).split())


def _joined(folder: str, file: str) -> str:
    """`file`, which Terraform names from the stack's folder, as a path of the project."""
    parts = folder.split("/")
    for part in file.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}
