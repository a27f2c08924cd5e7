"""From an environment's name to an Environment, in which each value still knows its file and line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from pydantic import ValidationError

from xyztf.environment.inherit import Cache, load_merged
from xyztf.environment.merge import merge
from xyztf.environment.model import Environment
from xyztf.environment.problems import model_problems, problem_at
from xyztf.environment.provenance import Layer, Mark
from xyztf.environment.translate import translated
from xyztf.errors import InvalidEnvironment, Location, Problem

FOLDER = "environments"


@dataclass(frozen=True, slots=True)
class Loaded:
    """An environment, the layer it came from, and notes on what was translated for AWS."""

    environment: Environment
    layer: Layer
    notes: tuple[Problem, ...]


def load(project: Path, name: str, overrides: Sequence[Layer] = (), cache: Cache | None = None) -> Loaded:
    """The environment `name` of the project, with `overrides` (from --set) laid over its files.

    `cache` keeps files that several environments share. Raises InvalidEnvironment with all that is wrong at once.
    """
    translation = translated(reduce(merge, overrides, load_merged(project / FOLDER, name, project, cache)))
    layer, problems = translation.layer, translation.refused
    if "name" in layer.data:
        hint = "an environment is called like its file: take the line out"
        problems.append(problem_at(layer, ("name",), "unknown key name", hint, key=True))
    file = Mark(Location(f"{FOLDER}/{name}.yaml", 1, 1))
    named = Layer({**layer.data, "name": name}, {**layer.marks, ("name",): file, (): file})
    try:
        environment = Environment.model_validate(named.data)
    except ValidationError as error:
        told = {problem.location for problem in problems}
        problems += [problem for problem in model_problems(error, named) if problem.location not in told]
    if problems:
        raise InvalidEnvironment.of(problems)
    return Loaded(environment, named, tuple(translation.notes))
