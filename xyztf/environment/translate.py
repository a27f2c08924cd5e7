"""What people write and AWS no longer takes: translated where there is one right answer, refused where a person decides.

The words and parameters are in `xyztf/facts/data/`, each with its reason, its way out and its source; here is only
where in an environment they can stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xyztf.environment.problems import problem_at
from xyztf.environment.provenance import Layer, Path, dotted
from xyztf.errors import Problem
from xyztf.facts import mysql, redis
from xyztf.facts.answers import Superseded
from xyztf.facts.superseded import superseded

_FIELDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("tables", "*", "billing_mode"), "billing_mode"),
    (("tables", "*", "stream"), "stream_view_type"),
    (("database", "storage", "type"), "storage_type"),
    (("database", "storage", "size_gb"), "storage_gib"),
    (("database", "storage", "max_size_gb"), "storage_gib"),
    (("cache", "version"), "cache_version"),
    (("primary_region",), "region"),
)
"""Where in an environment each field of the table of words stands; "*" is any key."""

_SIZE = re.compile(r"\d+\s*[KMGT](i?B)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Translation:
    """A layer in the words of today's AWS, a note on each thing that was translated, and all that is refused."""

    layer: Layer
    notes: list[Problem]
    refused: list[Problem]


def translated(layer: Layer) -> Translation:
    """`layer` with what has one right answer put right."""
    notes: list[Problem] = []
    refused: list[Problem] = []
    data = _copied(layer.data)
    marks = dict(layer.marks)
    for pattern, field in _FIELDS:
        for path, value in _matches(data, pattern):
            found = superseded(field, value) if isinstance(value, str) else None
            if found and found.action == "translate" and found.becomes is not None:
                _put(data, path, int(found.becomes) if field == "storage_gib" else found.becomes)
                notes.append(_note(layer, path, value, found.becomes, found.reason))
            elif found:
                refused.append(_refusal(layer, path, f"{dotted(path)} is {value}", found))
    for key in data.get("regions") or {}:
        if isinstance(key, str) and (found := superseded("region", key)):
            refused.append(_refusal(layer, ("regions", key), f"regions has {key}", found))
    for group, lookup in (("database", mysql.superseded), ("cache", redis.superseded)):
        base: Path = (group, "parameters")
        parameters = _at(data, base)
        if not isinstance(parameters, dict):
            continue
        for name in parameters:
            if (found := lookup(name)) and found.action == "refuse":
                refused.append(_refusal(layer, (*base, name), f"{dotted((*base, name))} cannot be set", found))
        if not any(lookup(name).action == "refuse" for name in parameters if lookup(name)):
            _translate_parameters(group, parameters, base, marks, notes, refused, layer)
    return Translation(Layer(data, marks), notes, refused)


def _translate_parameters(
    group: str,
    parameters: dict[str, Any],
    base: Path,
    marks: dict[Path, Any],
    notes: list[Problem],
    refused: list[Problem],
    layer: Layer,
) -> None:
    """Bring `parameters` to today's names and to bytes, in place, with marks and notes for what changed."""
    before = dict(parameters)
    if group == "database":
        try:
            after, applied = _mysql(before)
        except ValueError as error:
            refused.append(problem_at(layer, base, str(error), "write a size such as 536870912 or 512M"))
            return
    else:
        after, applied = _redis(before)
    for found in applied:
        path = (*base, found.name)
        becomes = f"{found.becomes} {after[str(found.becomes)]}"
        notes.append(_note(layer, path, f"{found.name} {before[found.name]}", becomes, found.reason))
        marks.setdefault((*base, str(found.becomes)), marks[path])
    for name, value in after.items():
        if isinstance(value, str) and _SIZE.fullmatch(value):
            after[name] = mysql.in_bytes(value)
            notes.append(_note(layer, (*base, name), value, str(after[name]), "parameter groups take bytes"))
    parameters.clear()
    parameters.update(after)


def _mysql(parameters: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Superseded, ...]]:
    affected = {name: str(value) for name, value in parameters.items() if mysql.superseded(name)}
    renamed, applied = mysql.translate(affected)
    kept = {name: value for name, value in parameters.items() if name not in affected}
    return {**renamed, **kept}, applied


def _redis(parameters: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Superseded, ...]]:
    after: dict[str, Any] = {}
    applied = []
    for name, value in parameters.items():
        found = redis.superseded(name)
        if found and found.becomes is not None:
            applied.append(found)
            after.setdefault(found.becomes, value)
        else:
            after[name] = value
    return after, tuple(applied)


def _refusal(layer: Layer, path: Path, message: str, found: Superseded) -> Problem:
    return problem_at(layer, path, f"{message}: {found.reason}", f"{found.way_out} (source: {found.source})", key=True)


def _note(layer: Layer, path: Path, old: str, new: str, reason: str) -> Problem:
    return problem_at(layer, path, f"{old} is taken as {new}: {reason}")


def _matches(data: Any, pattern: tuple[str, ...], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if not pattern:
        yield path, data
    elif isinstance(data, dict):
        for key in list(data) if pattern[0] == "*" else [pattern[0]]:
            if key in data:
                yield from _matches(data[key], pattern[1:], (*path, key))


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _put(data: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value


def _copied(data: Any) -> Any:
    """Layers share parts with each other, so maps are copied before anything is put into them."""
    return {key: _copied(value) for key, value in data.items()} if isinstance(data, dict) else data
