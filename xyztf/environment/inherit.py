"""Which files make up an environment: `_defaults.yaml`, the chain of `extends:`, and the environment's own."""

from __future__ import annotations

import difflib
import os
import pathlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

from xyztf.environment.document import read_document
from xyztf.environment.merge import merge
from xyztf.environment.provenance import EMPTY, Layer
from xyztf.errors import InvalidEnvironment, Location, Problem

DEFAULTS = "_defaults"
EXTENDS = "extends"

Cache: TypeAlias = dict[pathlib.Path, Layer]
"""Files that have been read, for loading many environments that share some."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,15}")


def environment_names(folder: pathlib.Path, project: pathlib.Path | None = None) -> list[str]:
    """The environments that `folder` holds, sorted. Files that start with `_` or `.` are not environments.

    Paths are shown relative to `project`, or to the folder's parent if it is left out. Raises InvalidEnvironment with
    every file whose name cannot be one.
    """
    problems = []
    names = []
    for file in _yaml_files(folder, project or folder.parent):
        place = Location(_shown(folder / file, project or folder.parent))
        stem, ending = os.path.splitext(file)
        if ending != ".yaml":
            problems.append(Problem(f"files that end in {ending} are not read", place, f"rename it {stem}.yaml"))
        elif stem.startswith("_"):
            continue
        elif not _NAME.fullmatch(stem):
            hint = "start with a letter; use up to 16 small letters, digits and hyphens"
            problems.append(Problem(f'"{stem}" cannot be the name of an environment', place, hint))
        else:
            names.append(stem)
    if problems:
        raise InvalidEnvironment.of(problems)
    return sorted(names)


def load_merged(folder: pathlib.Path, name: str, project: pathlib.Path, cache: Cache | None = None) -> Layer:
    """The layers of the environment `name` merged into one, without nulls in its maps. Raises as load_layers does."""
    return reduce(merge, load_layers(folder, name, project, cache), EMPTY)


def load_layers(folder: pathlib.Path, name: str, project: pathlib.Path, cache: Cache | None = None) -> list[Layer]:
    """The layers of the environment `name`, from the farthest (`_defaults.yaml`) to the nearest (its own file).

    `extends:` is followed and taken out. Paths are shown relative to `project`. Raises InvalidEnvironment if there is
    no such environment or parent, if parents go round in a circle, and for what is wrong in the files.
    """
    files = _Files(folder, project, {} if cache is None else cache)
    if not (_NAME.fullmatch(name) and files.has(name)):
        known = [stem for stem in files.stems() if not stem.startswith("_")]
        message = f'there is no environment "{name}" in {_shown(folder, project)}'
        raise InvalidEnvironment(Problem(message, hint=_suggestion(name, known)))
    chain = [name]
    layers = [files.layer(name)]
    while (parent := _parent(layers[-1], files)) not in (None, DEFAULTS):
        chain.append(parent)
        if parent in chain[:-1]:
            raise _at_extends(layers[-1], f"`extends` goes round in a circle: {' -> '.join(chain)}", "break the circle")
        layers.append(files.layer(parent))
    if files.has(DEFAULTS):
        layers.append(_defaults(files))
    return [_without_extends(layer) for layer in reversed(layers)]


@dataclass(frozen=True)
class _Files:
    """The YAML files of one folder, by stem."""

    folder: pathlib.Path
    project: pathlib.Path
    cache: Cache

    def path(self, stem: str) -> pathlib.Path:
        return self.folder / f"{stem}.yaml"

    def has(self, stem: str) -> bool:
        return self.path(stem) in self.cache or os.path.lexists(self.path(stem))

    def stems(self) -> list[str]:
        files = _yaml_files(self.folder, self.project)
        return [file.removesuffix(".yaml") for file in files if file.endswith(".yaml")]

    def layer(self, stem: str) -> Layer:
        path = self.path(stem)
        if path not in self.cache:
            self.cache[path] = read_document(path, _shown(path, self.project))
        return self.cache[path]


def _parent(layer: Layer, files: _Files) -> str | None:
    """The stem of the file that `layer` extends, or None."""
    if EXTENDS not in layer.data:
        return None
    wanted = layer.data[EXTENDS]
    if not isinstance(wanted, str):
        raise _at_extends(layer, "`extends` takes the name of one file", "write `extends: NAME`, or remove the line")
    stem = wanted.removesuffix(".yaml")
    # Looked up in the listing and never opened by name: a name with slashes leads nowhere.
    stems = files.stems()
    for candidate in (stem, f"_{stem}"):
        if candidate in stems:
            return candidate
    message = f'`extends` names "{wanted}", which is not in {_shown(files.folder, files.project)}'
    raise _at_extends(layer, message, _suggestion(stem, stems))


def _defaults(files: _Files) -> Layer:
    layer = files.layer(DEFAULTS)
    if EXTENDS in layer.data:
        message = f"{DEFAULTS}.yaml cannot extend a file: every environment starts from it"
        raise _at_extends(layer, message, "remove the line")
    return layer


def _at_extends(layer: Layer, message: str, hint: str) -> InvalidEnvironment:
    return InvalidEnvironment(Problem(message, layer.marks[(EXTENDS,)].key, hint))


def _without_extends(layer: Layer) -> Layer:
    if EXTENDS not in layer.data:
        return layer
    data = {name: value for name, value in layer.data.items() if name != EXTENDS}
    return Layer(data, {path: mark for path, mark in layer.marks.items() if path[:1] != (EXTENDS,)})


def _yaml_files(folder: pathlib.Path, project: pathlib.Path) -> list[str]:
    """The names of what looks like a YAML file in `folder`, sorted; hidden files and folders left out."""
    try:
        with os.scandir(folder) as found:
            return sorted(
                entry.name
                for entry in found
                if entry.name.lower().endswith((".yaml", ".yml"))
                and not entry.name.startswith(".")
                and not entry.is_dir()
            )
    except OSError as error:
        message = f"the folder of environments cannot be read: {error.strerror}"
        raise InvalidEnvironment(Problem(message, Location(_shown(folder, project)))) from None


def _shown(path: pathlib.Path, project: pathlib.Path) -> str:
    return path.relative_to(project).as_posix() if path.is_relative_to(project) else str(path)


def _suggestion(name: str, known: Iterable[str]) -> str:
    known = list(known)
    if close := difflib.get_close_matches(name, known, n=1):
        return f'did you mean "{close[0]}"?'
    return f"there are: {', '.join(known)}" if known else "the folder holds none"
