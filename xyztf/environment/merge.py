"""One layer laid over another: maps merge, everything else is replaced, null goes back to the default."""

from __future__ import annotations

from typing import Any

from xyztf.environment.provenance import Layer, Mark, Path, entries


def merge(base: Layer, over: Layer) -> Layer:
    """`base` with `over` laid on top; neither is changed.

    Maps merge key by key at every depth. Lists and scalars of `over` replace what was there, whole; so does a map that
    meets something else. A null in `over` takes the inherited key away. Each value keeps the mark of the layer that it
    comes from; a map that stands in both has the one of `over`.
    """
    merging = _Merging(base.marks, over.marks)
    return Layer(merging.maps(base.data, over.data, ()), merging.marks)


class _Merging:
    """The marks of both sides, and those of the result as it grows."""

    def __init__(self, base: dict[Path, Mark], over: dict[Path, Mark]) -> None:
        self.base = base
        self.over = over
        self.marks: dict[Path, Mark] = {}

    def maps(self, below: Any, over: dict[str, Any], path: Path) -> dict[str, Any]:
        """The map `over`, which stands at `path`, laid over whatever is `below` it."""
        inherited = below if isinstance(below, dict) else {}
        if mark := self.over.get(path) or (self.base.get(path) if below is inherited else None):
            self.marks[path] = mark
        merged: dict[str, Any] = {}
        for name, value in inherited.items():
            if name not in over:
                merged[name] = value
                self._carry(value, (*path, name), self.base)
            elif over[name] is not None:
                merged[name] = self._replace(value, over[name], (*path, name))
        for name, value in over.items():
            if name in inherited or value is None:
                continue
            new = self._replace(None, value, (*path, name))
            # A map that nobody wrote was only the way to a null: `--set tags.owner=null` where there are no tags.
            if new != {} or (*path, name) in self.over:
                merged[name] = new
        return merged

    def _replace(self, below: Any, value: Any, path: Path) -> Any:
        if isinstance(value, dict):
            return self.maps(below, value, path)
        self._carry(value, path, self.over)
        return value

    def _carry(self, value: Any, path: Path, source: dict[Path, Mark]) -> None:
        """Take the marks of `value` and of all that is in it over from `source`."""
        if mark := source.get(path):
            self.marks[path] = mark
        for step, inner in entries(value):
            self._carry(inner, (*path, step), source)
