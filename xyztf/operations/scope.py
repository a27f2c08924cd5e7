"""What an operation is about: an environment, some of its stacks, and where they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xyztf.environment.model import Environment
from xyztf.errors import Problem, UsageError, XyztfError
from xyztf.project import Project
from xyztf.render.outdated import outdated
from xyztf.stacks.names import Names
from xyztf.stacks.stack import Stack, stacks
from xyztf.target import Aws, Sandbox, Target, working_folder
from xyztf.terraform.binary import Binary, find_binary
from xyztf.terraform.bootstrap import bootstrap, ensure_once
from xyztf.terraform.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Scope:
    """An environment, the chosen stacks in their order, and the target."""

    root: Path
    environment: Environment
    stacks: tuple[Stack, ...]
    target: Target

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """What each stack waits for."""
        return {stack.name: stack.depends_on for stack in self.stacks}

    @property
    def backwards(self) -> dict[str, tuple[str, ...]]:
        """What each stack waits for when everything is taken down."""
        return {
            stack.name: tuple(other.name for other in self.stacks if stack.name in other.depends_on)
            for stack in reversed(self.stacks)
        }

    def workspace(self, name: str) -> Workspace:
        """The stack `name`, ready for Terraform."""
        return self.target.workspace(self.environment, next(stack for stack in self.stacks if stack.name == name))


def begin(project: Path, name: str, chosen: Sequence[str] = (), *, sandbox: bool, as_rendered: bool = True) -> Scope:
    """The scope for the environment `name` and its stacks (`chosen`, or all).

    In the sandbox, the emulator is started and proven to be all that can be reached. Raises UsageError for a stack that
    is not there, and XyztfError when what is rendered is not what the environment gives; without `as_rendered`, only
    when nothing is rendered of a stack.
    """
    there = Project.at(project)
    environment = there.load(there.selected([name])[0]).environment
    known = stacks(environment)
    if unknown := sorted(set(chosen) - {stack.name for stack in known}):
        names = ", ".join(stack.name for stack in known)
        raise UsageError(Problem(f"{name} has no stack {', '.join(unknown)}", hint=f"it has: {names}"))
    changed = outdated(there.root, environment) if as_rendered else 0
    if changed:
        hint = f"run xyztf render {name}, and look at the diff"
        raise XyztfError(Problem(f"{changed} files of {name} are not as rendered", hint=hint))
    wanted = tuple(stack for stack in known if not chosen or stack.name in chosen)
    missing = [stack.name for stack in wanted if not (there.root / "environments" / name / stack.name).is_dir()]
    if missing:
        hint = f"run xyztf render {name}, and look at the diff"
        raise XyztfError(Problem(f"{name} has not been rendered: there is no {', '.join(missing)}", hint=hint))
    binary = find_binary()
    if sandbox:
        return Scope(there.root, environment, wanted, _sandbox(there.root, environment, wanted, binary))
    target = Aws(there.root, binary)
    target.copy(name)
    return Scope(there.root, environment, wanted, target)


def _sandbox(root: Path, environment: Environment, wanted: Sequence[Stack], binary: Binary) -> Sandbox:
    from xyztf.sandbox.outage import out_of_reach
    from xyztf.sandbox.preflight import preflight
    from xyztf.sandbox.server import start
    from xyztf.sandbox.state import Place

    place = Place.of(root, environment.name)
    running = start(place, environment.account_id)
    target = Sandbox(root, binary, environment.name, running.endpoint)
    target.copy(environment.name)
    for stack in wanted:
        workspace = target.workspace(environment, stack)
        preflight(workspace.folder, running, workspace.variables, root)
    # A region that is down must not keep the stacks of another from being planned.
    buckets = _buckets(environment, set(environment.regions) - set(out_of_reach(place)))
    stamp = working_folder(root, target.name, environment.name) / "state-buckets"
    variables = target.variables(environment.primary_region)
    ensure_once(buckets, environment.account_id, variables, stamp, running.record.token)
    return target


def state_buckets(root: Path, environment: Environment, target: Target) -> list[str]:
    """Make the buckets for the environment's state, one in each region; gives what was changed."""
    buckets = _buckets(environment, environment.regions)
    return bootstrap(buckets, environment.account_id, target.variables(environment.primary_region))


def _buckets(environment: Environment, regions: Iterable[str]) -> dict[str, str]:
    names = Names.of(environment)
    return {region: names.state_bucket(region) for region in sorted(regions)}
