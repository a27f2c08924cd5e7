"""Which stacks a change touches, and which it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from xyztf.ci.history import History
from xyztf.environment import FOLDER
from xyztf.environment.inherit import DEFAULTS, Cache, load_layers
from xyztf.environment.model import Environment
from xyztf.project import Project
from xyztf.render.header import is_generated
from xyztf.stacks.stack import Stack, stacks


@dataclass(frozen=True, slots=True)
class Touched:
    """A stack to plan. `order` counts up from 0 in the order of application; `after` are those of `changes` before it.

    `because` says why: `environment` (its YAML, or one that it inherits from), `templates`, `stack` (its rendered
    folder), `modules` (a rendered module that it calls). Empty when nothing was compared.
    """

    environment: str
    stack: str
    region: str
    account: str
    protected: bool
    folder: str
    order: int
    after: tuple[str, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """A stack that the base had and the project no longer describes. Its resources stay until somebody destroys them.

    `commit` is where it can still be found.
    """

    environment: str
    stack: str
    folder: str
    commit: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a change means for the stacks of a project, in the order of environments and of application."""

    touched: tuple[Touched, ...]
    removed: tuple[Removed, ...] = ()


def changes(project: Project, names: Sequence[str] = (), since: str | None = None) -> Changes:
    """The stacks of the environments `names` (or all) that changed since `since`, or all stacks when it is None.

    An environment that is gone may be named as well: its stacks are in `removed`. Raises UsageError for one that never
    was, InvalidEnvironment, and whatever `History.since` raises.
    """
    if since is None:
        return Changes(tuple(_touched(project, _loaded(project, project.selected(names)), None)))
    history = History.since(project.root, since)
    there = project.names()
    environments = _loaded(project, [name for name in there if not names or name in names])
    gone = [each for each in _removed(history, environments, there) if not names or each.environment in names]
    if unknown := [name for name in names if name not in {*there, *(each.environment for each in gone)}]:
        project.selected(unknown)
    return Changes(tuple(_touched(project, environments, history.changed())), tuple(gone))


def _loaded(project: Project, names: Sequence[str]) -> dict[str, Environment]:
    return {each.environment.name: each.environment for each in project.load_all(names)}


def _touched(
    project: Project, environments: Mapping[str, Environment], changed: frozenset[str] | None
) -> Iterator[Touched]:
    for name, environment in environments.items():
        sources = _sources(project, name)
        known = stacks(environment)
        because = {
            stack.name: () if changed is None else tuple(_reasons(environment, stack, sources, changed))
            for stack in known
        }
        chosen = {stack for stack, reasons in because.items() if reasons or changed is None}
        order: dict[str, int] = {}
        for stack in known:
            order[stack.name] = 1 + max((order[before] for before in stack.depends_on), default=-1)
            if stack.name in chosen:
                yield Touched(
                    name,
                    stack.name,
                    stack.region,
                    environment.account_id,
                    environment.protected,
                    _folder(name, stack.name),
                    order[stack.name],
                    tuple(before for before in stack.depends_on if before in chosen),
                    because[stack.name],
                )


def _reasons(environment: Environment, stack: Stack, sources: frozenset[str], changed: frozenset[str]) -> Iterator[str]:
    if changed & sources:
        yield "environment"
    if _any_below(changed, "templates"):
        yield "templates"
    if _any_below(changed, _folder(environment.name, stack.name)):
        yield "stack"
    if any(_any_below(changed, f"modules/{environment.name}/{call.name}") for call in stack.modules):
        yield "modules"


def _any_below(changed: frozenset[str], folder: str) -> bool:
    return any(path.startswith(f"{folder}/") for path in changed)


def _folder(environment: str, stack: str) -> str:
    return f"{FOLDER}/{environment}/{stack}"


def _sources(project: Project, name: str) -> frozenset[str]:
    """The YAML files that the environment is made of, and those that would be, were they not gone.

    `extends: base` takes base.yaml or _base.yaml: the other one counts too, as it may have been there.
    """
    read: Cache = {}
    load_layers(project.root / FOLDER, name, project.root, read)
    stems = {DEFAULTS, *(path.stem for path in read)}
    stems |= {stem.removeprefix("_") if stem.startswith("_") else f"_{stem}" for stem in stems - {name, DEFAULTS}}
    return frozenset(f"{FOLDER}/{stem}.yaml" for stem in stems)


def _removed(history: History, environments: Mapping[str, Environment], there: Sequence[str]) -> Iterator[Removed]:
    """Stacks that were rendered in the base, of environments that are gone, or that `environments` give no more."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in history.files(FOLDER):
        parts = PurePosixPath(path).parts
        if len(parts) == 4 and path.endswith(".tf") and (parts[1] in environments or parts[1] not in there):
            found.setdefault((parts[1], parts[2]), []).append(path)
    present = {(name, stack.name) for name, environment in environments.items() for stack in stacks(environment)}
    for (name, stack), files in sorted(found.items()):
        # What somebody wrote by hand beside ours is no stack of ours.
        if (name, stack) not in present and any(is_generated(history.content(path)) for path in files):
            yield Removed(name, stack, _folder(name, stack), history.base)
