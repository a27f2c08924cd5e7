"""A project: the folder with environments/, and its environments, loaded and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from xyztf.checks import doubts, faults
from xyztf.checks.fault import Fault
from xyztf.environment import FOLDER
from xyztf.environment.inherit import Cache, environment_names
from xyztf.environment.load import Loaded, read
from xyztf.environment.override import parse_override
from xyztf.environment.problems import did_you_mean, problem_at
from xyztf.errors import InvalidEnvironment, Location, Problem, UsageError


@dataclass(frozen=True)
class Project:
    """The folder `root`. Files that several environments share are read once."""

    root: Path
    _files: Cache = field(default_factory=dict, repr=False)

    @classmethod
    def at(cls, folder: Path) -> Project:
        """The project in `folder`. Raises UsageError where there is none."""
        root = folder.resolve()
        if not (root / FOLDER).is_dir():
            raise UsageError(
                Problem(
                    f"no project here: there is no folder {FOLDER}/",
                    Location(str(folder)),
                    "go to the project's folder, or name it with --project",
                )
            )
        return cls(root)

    def names(self) -> list[str]:
        """The environments, sorted. Raises InvalidEnvironment for a file whose name cannot be one."""
        return environment_names(self.root / FOLDER, self.root)

    def selected(self, names: Sequence[str]) -> list[str]:
        """`names`, or all environments when empty. Raises UsageError for one that does not exist, or if none does."""
        known = self.names()
        if not known and not names:
            raise UsageError(Problem(f"there are no environments in {FOLDER}/", hint=f"write one: {FOLDER}/dev.yaml"))
        unknown = [name for name in names if name not in known]
        if unknown:
            raise UsageError(
                *(
                    Problem(
                        f"there is no environment {name} in {FOLDER}/",
                        hint=did_you_mean(name, known, "there are: ") or f"write one: {FOLDER}/{name}.yaml",
                    )
                    for name in unknown
                )
            )
        return list(dict.fromkeys(names)) or known

    def load(self, name: str, overrides: Sequence[str] = ()) -> Loaded:
        """The environment `name`, checked; `overrides` are texts such as "database.instance_class=db.r7g.large".

        Raises InvalidEnvironment with all that is wrong at once, UsageError for an override that cannot be read.
        """
        reading = read(self.root, name, [parse_override(text) for text in overrides], self._files)
        loaded, problems = reading.loaded, list(reading.problems)
        told = {problem.location for problem in problems}
        found = [_problem(loaded, fault) for fault in faults(loaded.environment, partial=bool(problems))]
        problems += [problem for problem in found if problem.location not in told]
        if problems:
            raise InvalidEnvironment.of(problems)
        return replace(
            loaded, notes=(*loaded.notes, *(_problem(loaded, doubt) for doubt in doubts(loaded.environment)))
        )

    def load_all(self, names: Sequence[str], overrides: Sequence[str] = ()) -> list[Loaded]:
        """Several environments. Raises InvalidEnvironment with what is wrong in all of them."""
        loaded: list[Loaded] = []
        problems: list[Problem] = []
        for name in names:
            try:
                loaded.append(self.load(name, overrides))
            except InvalidEnvironment as error:
                problems += error.problems
        if problems:
            raise InvalidEnvironment.of(dict.fromkeys(problems))
        return loaded


def _problem(loaded: Loaded, fault: Fault) -> Problem:
    return problem_at(loaded.layer, fault.path, fault.message, fault.hint, key=fault.key)
