"""What people write and AWS no longer takes: translated where there is one right answer, or else refused.

The words and parameters are in `xyztf/facts/data/`, each with its reason, its way out and its source; here is only
where in an environment they can stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xyztf.environment.problems import problem_at, shown
from xyztf.environment.provenance import Layer, Mark, Path, dotted
from xyztf.errors import Problem
from xyztf.facts import mysql, redis
from xyztf.facts.answers import Superseded
from xyztf.facts.superseded import superseded

_SCALARS = (str, int, float)

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

_REGION_KEYS: tuple[Path, ...] = (("regions",), ("database", "replicas"))
"""The maps whose keys are regions."""

_SIZE = re.compile(r"[0-9]+\s*[KMGT](i?B)?", re.IGNORECASE)


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
                refused.append(_refusal(layer, path, f"{dotted(path)} is {shown(value)}", found))
    for base in _REGION_KEYS:
        for key in _map_at(data, base):
            if found := superseded("region", key):
                refused.append(_refusal(layer, (*base, key), f"{dotted(base)} has {shown(key)}", found, key=True))
    for group, lookup in (("database", mysql.superseded), ("cache", redis.superseded)):
        base = (group, "parameters")
        parameters = _map_at(data, base)
        cannot = list(_refused_parameters(layer, base, parameters, lookup))
        refused += cannot
        if not cannot:
            _translate_parameters(parameters, base, marks, notes, layer)
    return Translation(Layer(data, marks), notes, refused)


def _refused_parameters(
    layer: Layer, base: Path, parameters: Mapping[str, Any], lookup: Callable[[str], Superseded | None]
) -> Iterator[Problem]:
    for name, value in parameters.items():
        path = (*base, name)
        found = lookup(name)
        if found is None:
            continue
        if found.action == "refuse":
            yield _refusal(layer, path, f"{dotted(path)} cannot be set", found, key=True)
        elif found.becomes in parameters:
            message = f"{dotted(path)} is the old name of {found.becomes}, which is set too"
            yield problem_at(layer, path, message, "take the old one out", key=True)
        elif isinstance(value, _SCALARS) and (expected := _unreadable(name, value)):
            message = f"{dotted(path)} is {shown(value)}: expected {expected}"
            yield problem_at(layer, path, message, f"or {found.way_out}")


def _unreadable(name: str, value: object) -> str | None:
    """What was expected of a parameter that is reckoned with, where its value cannot be."""
    if name == "innodb_log_file_size":
        try:
            mysql.in_bytes(str(value))
        except ValueError:
            return "a size such as 536870912 or 512M"
    if name == "innodb_log_files_in_group" and not str(value).isdecimal():
        return "a whole number"
    return None


def _translate_parameters(
    parameters: dict[str, Any],
    base: Path,
    marks: dict[Path, Mark],
    notes: list[Problem],
    layer: Layer,
) -> None:
    """Bring `parameters` to today's names and to bytes, in place, with marks and notes for what changed."""
    before = dict(parameters)
    after, applied = _mysql(before) if base[0] == "database" else _redis(before)
    for found in applied:
        path = (*base, found.name)
        becomes = f"{found.becomes} {after[str(found.becomes)]}"
        notes.append(_note(layer, path, f"{found.name} {before[found.name]}", becomes, found.reason))
        marks.setdefault((*base, str(found.becomes)), marks[path])
    for name, value in after.items():
        if isinstance(value, str) and _SIZE.fullmatch(value):
            after[name] = mysql.in_bytes(value)
            notes.append(
                _note(Layer(layer.data, marks), (*base, name), value, str(after[name]), "parameter groups take bytes")
            )
    parameters.clear()
    parameters.update(after)


def _mysql(parameters: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Superseded, ...]]:
    affected = {
        name: str(int(value) if isinstance(value, bool) else value)
        for name, value in parameters.items()
        if isinstance(value, _SCALARS) and mysql.superseded(name)
    }
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


def _refusal(layer: Layer, path: Path, message: str, found: Superseded, *, key: bool = False) -> Problem:
    return problem_at(layer, path, f"{message}: {found.reason}", f"{found.way_out} (source: {found.source})", key=key)


def _note(layer: Layer, path: Path, old: str, new: str, reason: str) -> Problem:
    return problem_at(layer, path, f"{old} is taken as {new}: {reason}")


def _matches(data: Any, pattern: tuple[str, ...], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if not pattern:
        yield path, data
    elif isinstance(data, dict):
        for key in list(data) if pattern[0] == "*" else [pattern[0]]:
            if key in data:
                yield from _matches(data[key], pattern[1:], (*path, key))


def _map_at(data: Any, path: Path) -> dict[str, Any]:
    """The map at `path`; an empty one where there is none."""
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _put(data: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value


def _copied(data: Any) -> Any:
    """Layers share parts with each other, so maps are copied before anything is put into them."""
    return {key: _copied(value) for key, value in data.items()} if isinstance(data, dict) else data
