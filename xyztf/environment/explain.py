"""A loaded environment for people: whole, or value by value with the place that each comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from xyztf.environment import scalars
from xyztf.environment.load import Loaded
from xyztf.environment.provenance import Layer, Path, dotted

DEFAULT = "xyztf's default"


def as_yaml(loaded: Loaded) -> str:
    """The whole environment, defaults included, as a file that could be loaded again."""
    return yaml.dump(_data(loaded), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Dumper(yaml.SafeDumper):
    """Quotes what our own reader would not take for the same text: "1e3" is no number to PyYAML."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    try:
        same = text == scalars.plain(text)
    except scalars.Trap:
        same = False
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if same else "'")


_Dumper.add_representer(str, _text)


def origins(loaded: Loaded) -> Iterator[tuple[str, str, str]]:
    """Each value's path, the value as YAML would have it, and its file:line:column or what else it comes from."""
    for path, value in _leaves(_data(loaded)):
        yield dotted(path), json.dumps(value, ensure_ascii=False), _origin(loaded.layer, path)


def _data(loaded: Loaded) -> dict[str, Any]:
    return loaded.environment.model_dump(exclude={"name"}, exclude_none=True)


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list) and value and any(isinstance(item, dict) for item in value):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    else:
        yield path, value


def _origin(layer: Layer, path: Path) -> str:
    mark = layer.marks.get(path)
    return str(mark.value) if mark else DEFAULT
