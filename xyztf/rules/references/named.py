"""The references of a module, by what they name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xyztf.hcl.module import Module
from xyztf.hcl.overrides import is_override
from xyztf.hcl.syntax import Index, Literal, Step, Traversal
from xyztf.hcl.walk import references


@dataclass(frozen=True, slots=True)
class Named:
    """One reference: `root.name` and the steps that follow, with its place."""

    name: str
    steps: tuple[Step, ...]
    path: str
    line: int
    column: int

    def hint(self, known: Iterable[str]) -> str:
        """What was probably meant, or what there is."""
        return did_you_mean(self.name, known)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint with the nearest of `known`, or with all when they are few."""
    choices = sorted(known)
    close = difflib.get_close_matches(name, choices, 1, 0.6)
    if close:
        return f"did you mean {close[0]}?"
    return (
        f"there {'is' if len(choices) == 1 else 'are'}: {', '.join(choices)}" if 0 < len(choices) < 9 else "declare it"
    )


def named(module: Module, root: str) -> Iterator[Named]:
    """Every reference whose root is `root`, such as `var`. One that does not go on with a name is left out."""
    for path, found in module.references:
        name = _name(found, root)
        if name is not None:
            yield Named(name, found.steps[1:], path, found.line, found.column)


def used(module: Module, root: str) -> set[str]:
    """The names that something in the module refers to by `root`, such as `var`; also where an override replaces it."""
    return {name for found in written(module) if (name := _name(found, root)) is not None}


def _name(found: Traversal, root: str) -> str | None:
    """What follows the root: `var.name`, or `var["name"]`."""
    first = found.steps[0] if found.root == root and found.steps else None
    if isinstance(first, Index) and isinstance(first.key, Literal) and isinstance(first.key.value, str):
        return first.key.value
    return first if isinstance(first, str) else None


def written(module: Module) -> Iterator[Traversal]:
    """Every reference in the files of a module, also where an override file replaces it; without their places."""
    yield from (found for _, found in module.references)
    if any(is_override(file.path) for file in module.files):
        for file in module.files:
            yield from references(file.body)


def spelt(steps: tuple[Step, ...]) -> list[str]:
    """The names among the first steps, up to one that is not a name."""
    names: list[str] = []
    for step in steps:
        if not isinstance(step, str):
            break
        names.append(step)
    return names
