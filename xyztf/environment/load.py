"""From an environment's name to an Environment, in which each value still knows its file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path as Folder
from typing import Any

from pydantic import ValidationError

from xyztf.environment import FOLDER
from xyztf.environment.inherit import Cache, load_layers
from xyztf.environment.merge import merge
from xyztf.environment.model import Environment
from xyztf.environment.problems import empty_key, meant, model_problems, unknown_key
from xyztf.environment.provenance import EMPTY, Layer, Mark, Path
from xyztf.environment.translate import translated
from xyztf.errors import InvalidEnvironment, Location, Problem

_STAND_INS: dict[str, Any] = {
    "project": "x",
    "account_id": "000000000000",
    "primary_region": "us-east-1",
    "regions": {"us-east-1": {"cidr": "10.0.0.0/16"}},
}
"""For what is required, while the sound parts of a broken environment are read."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """An environment, the layer it came from, and notes on what was translated for AWS."""

    environment: Environment
    layer: Layer
    notes: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of an environment, and every problem that was found.

    Where there are problems, `loaded.environment` has its sound parts only (`database`, `cache` ...): asked for a
    broken one it raises AttributeError.
    """

    loaded: Loaded
    problems: tuple[Problem, ...]


def load(project: Folder, name: str, overrides: Sequence[Layer] = (), cache: Cache | None = None) -> Loaded:
    """The environment `name` of the project, with `overrides` (from --set) laid over its files.

    `cache` keeps files that several environments share. Raises InvalidEnvironment with all that is wrong at once.
    """
    reading = read(project, name, overrides, cache)
    if reading.problems:
        raise InvalidEnvironment.of(reading.problems)
    return reading.loaded


def read(project: Folder, name: str, overrides: Sequence[Layer] = (), cache: Cache | None = None) -> Reading:
    """As `load`, with problems of the model returned. Raises InvalidEnvironment where a file cannot be read."""
    files = load_layers(project / FOLDER, name, project, cache)
    empty = dict(_empty_keys(files))
    translation = translated(reduce(merge, [*files, *overrides], EMPTY))
    layer, problems = translation.layer, [*translation.refused, *empty.values()]
    if "name" in layer.data:
        hint = "an environment is called like its file: take the line out"
        problems.append(Problem(unknown_key(layer, ("name",)).message, layer.marks[("name",)].key, hint))
    file = Mark(Location(f"{FOLDER}/{name}.yaml", 1, 1))
    named = Layer({**layer.data, "name": name}, {**layer.marks, ("name",): file, (): file})
    broken = {str(path[0]) for path in empty} - {"name"}
    try:
        environment = Environment.model_validate(named.data)
    except ValidationError as error:
        told = {problem.location for problem in problems}
        explained = {path[:length] for path in empty for length in range(1, len(path) + 1)}
        problems += [problem for problem in model_problems(error, named, explained) if problem.location not in told]
        broken |= _broken(error)
    if broken:
        environment = _sound(named.data, broken)
    return Reading(Loaded(environment, named, tuple(translation.notes)), tuple(problems))


def _empty_keys(files: Iterable[Layer]) -> Iterator[tuple[Path, Problem]]:
    """Keys with nothing after the colon take back what is inherited; where nothing is, something was forgotten.

    Left alone, `us-west-2:` under `replicas` would quietly make no replica.
    """
    below = EMPTY
    for layer in files:
        for path in _nulls(layer.data, below.data):
            yield path, empty_key(layer, path)
        below = merge(below, layer)


def _nulls(data: dict[str, Any], inherited: Any, path: Path = ()) -> Iterator[Path]:
    known = inherited if isinstance(inherited, dict) else {}
    for name, value in data.items():
        if value is None and name not in known:
            yield (*path, name)
        elif isinstance(value, dict):
            yield from _nulls(value, known.get(name), (*path, name))


def _broken(error: ValidationError) -> set[str]:
    """The parts of the environment in which something is wrong, or which a misspelt key leaves out."""
    parts = {str(details["loc"][0]) for details in error.errors(include_url=False)}
    return parts | {near for part in parts if part not in Environment.model_fields and (near := meant((part,)))}


def _sound(data: dict[str, Any], broken: set[str]) -> Environment:
    """The environment without its broken parts."""
    kept = {name: value for name, value in data.items() if name in Environment.model_fields and name not in broken}
    environment = Environment.model_validate({**_STAND_INS, **kept})
    for name in broken & Environment.model_fields.keys():
        del environment.__dict__[name]
    return environment
