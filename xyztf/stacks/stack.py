"""The stacks of an environment, what each holds, and the order they are applied in."""

from __future__ import annotations

from dataclasses import dataclass

from xyztf.environment.model import Environment
from xyztf.environment.model.environment import ProjectModule
from xyztf.stacks.registry import MODULES

GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """A module as a stack calls it. `project` holds the settings of a module that is the project's own."""

    name: str
    project: ProjectModule | None = None

    @property
    def label(self) -> str:
        """The name as a Terraform identifier."""
        return self.name.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Stack:
    """One root module with a state of its own. `kind` names its folder under templates/stacks."""

    name: str
    kind: str
    region: str
    modules: tuple[ModuleCall, ...]
    depends_on: tuple[str, ...]


def stacks(env: Environment) -> list[Stack]:
    """The environment's stacks in the order of application.

    `global` comes first, as the regions use its roles; then the primary region; the others only need these two, and
    not each other.
    """
    primary, others = env.primary_region, env.other_regions
    return [
        Stack(GLOBAL, "global", primary, (), ()),
        Stack(primary, "region", primary, calls(env, primary), (GLOBAL,)),
        *(Stack(region, "region", region, calls(env, region), (GLOBAL, primary)) for region in others),
    ]


def calls(env: Environment, region: str) -> tuple[ModuleCall, ...]:
    """The modules of the stack of `region`, ours first."""
    ours = [ModuleCall(module.name) for module in MODULES if region in module.regions(env)]
    theirs = [
        ModuleCall(name, settings)
        for name, settings in env.modules.items()
        if settings.regions is None or region in settings.regions
    ]
    return (*ours, *theirs)


def modules(env: Environment) -> list[ModuleCall]:
    """Every module that some stack of the environment calls, once."""
    seen = {call.name: call for stack in stacks(env) for call in stack.modules}
    return list(seen.values())
