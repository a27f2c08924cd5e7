"""Rendering a project: what its environments give, against what is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xyztf.environment.model import Environment
from xyztf.errors import Problem, TemplateError
from xyztf.render.change import Change, changes, environments_with_files
from xyztf.render.files import rendered
from xyztf.render.templates import Templates, search_path


@dataclass(frozen=True, slots=True)
class Rendering:
    """The files that should be there, and what has to change for that."""

    wanted: dict[str, bytes]
    changes: list[Change]

    @property
    def unchanged(self) -> int:
        """How many files stay as they are."""
        return len(self.wanted) - sum(change.new is not None for change in self.changes)


def rendering(root: Path, environments: Sequence[Environment], *, whole: bool) -> Rendering:
    """What rendering `environments` into the project at `root` means. Nothing is written.

    With `whole`, these are all environments of the project, and generated files of others are stale. Raises
    TemplateError, with what is wrong in all environments, and UnsafeWrite.
    """
    templates = Templates(search_path(root))
    wanted: dict[str, bytes] = {}
    problems: list[Problem] = []
    for environment in environments:
        try:
            wanted |= rendered(environment, templates)
        except TemplateError as error:
            problems += error.problems
    if problems:
        raise TemplateError(*dict.fromkeys(problems))
    names = {environment.name for environment in environments}
    return Rendering(wanted, changes(root, wanted, names | environments_with_files(root) if whole else names))
