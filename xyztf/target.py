"""Where stacks are applied: AWS, with the user's own credentials, or the sandbox. Either gives workspaces."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from xyztf.environment.model import Environment
from xyztf.stacks.stack import Stack
from xyztf.terraform.binary import Binary
from xyztf.terraform.provider import terraform_environment
from xyztf.terraform.workspace import ERRORED_STATE, LOCK_FILE, PRIVATE, RECOVERED, Workspace

WORKING = ".xyztf"
"""The project's folder for what xyztf works with; it ignores itself for git."""
BESIDES = frozenset({LOCK_FILE, RECOVERED, ERRORED_STATE})


class Target(Protocol):
    """A place to apply an environment's stacks to."""

    @property
    def name(self) -> str:
        """Such as "aws"."""
        ...

    def copy(self, environment: str) -> None:
        """Bring the copy that Terraform runs in to what is rendered; what Terraform has put beside it stays."""
        ...

    def workspace(self, environment: Environment, stack: Stack) -> Workspace:
        """The stack, ready for Terraform. Raises XyztfError when it must not be run."""
        ...

    def variables(self, region: str) -> Mapping[str, str]:
        """The whole environment with which other programs reach this target."""
        ...


@dataclass(frozen=True, slots=True)
class Aws:
    """The user's own account. Terraform runs in a copy; the provider lock that it writes comes back to be committed."""

    root: Path
    binary: Binary
    name: str = "aws"

    def workspace(self, environment: Environment, stack: Stack) -> Workspace:
        """See `Target`."""
        private = working_folder(self.root, self.name, environment.name) / stack.name
        folder = _tree(self.root, self.name, environment.name) / "environments" / environment.name / stack.name
        home = self.root / "environments" / environment.name / stack.name
        variables = self.variables(stack.region)
        return Workspace(
            environment.name, stack.name, folder, private, self.binary.path, variables, home=home, region=stack.region
        )

    def copy(self, environment: str) -> None:
        """See `Target`."""
        _copy(self.root, self.name, environment)

    def variables(self, region: str) -> Mapping[str, str]:
        """See `Target`."""
        return terraform_environment(os.environ, working_folder(self.root, self.name))


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The emulator of one environment, at `endpoint`. Terraform runs in a copy, so that the project stays untouched."""

    root: Path
    binary: Binary
    environment: str
    endpoint: str
    name: str = "sandbox"

    def workspace(self, environment: Environment, stack: Stack) -> Workspace:
        """See `Target`."""
        folder = _tree(self.root, self.name, environment.name) / "environments" / environment.name / stack.name
        scratch = working_folder(self.root, self.name, environment.name)
        # The sandbox's proxies let nothing through to a registry.
        installing = terraform_environment(os.environ, scratch)
        variables = self.variables(stack.region)
        path = self.binary.path
        private = scratch / stack.name
        return Workspace(
            environment.name, stack.name, folder, private, path, variables, installing, region=stack.region
        )

    def copy(self, environment: str) -> None:
        """See `Target`."""
        _copy(self.root, self.name, environment)

    def variables(self, region: str) -> Mapping[str, str]:
        """See `Target`."""
        from xyztf.sandbox.environment import sandbox_variables

        scratch = working_folder(self.root, self.name, self.environment)
        return terraform_environment(sandbox_variables(os.environ, self.endpoint, region, scratch), scratch)


def working_folder(root: Path, *parts: str) -> Path:
    """A private folder below the project's .xyztf, made if it is not there."""
    top = root / WORKING
    folder = top.joinpath(*parts)
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    ignore = top / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")
    return folder


def _tree(root: Path, target: str, environment: str) -> Path:
    """The copy of an environment's files for one target, laid out as in the project."""
    return working_folder(root, target, environment) / "tree"


def _copy(root: Path, target: str, environment: str) -> None:
    tree = _tree(root, target, environment)
    for part in ("modules", "environments"):
        _mirror(root / part / environment, tree / part / environment)
    for stack in (tree / "environments" / environment).iterdir():
        if stack.is_dir() and not (stack / LOCK_FILE).exists():
            _seed_lock(root, environment, stack / LOCK_FILE)


def _seed_lock(root: Path, environment: str, lock: Path) -> None:
    """A stack that is new gets the provider of its environment's others, or else of the project's, and not a newer."""
    locks = [
        *sorted((root / "environments" / environment).glob(f"*/{LOCK_FILE}")),
        *sorted((root / "environments").glob(f"*/*/{LOCK_FILE}")),
    ]
    if locks:
        shutil.copyfile(locks[0], lock)


def _mirror(source: Path, copy: Path) -> None:
    """Make `copy` hold the files of `source`, and besides only what Terraform and `recover` put there."""
    wanted = {
        path.relative_to(source) for path in source.rglob("*") if path.is_file() and ".terraform" not in path.parts
    }
    for path in list(copy.rglob("*")) if copy.is_dir() else []:
        if path.is_file() and path.relative_to(copy) not in wanted and path.name not in BESIDES:
            path.unlink()
    for path in wanted:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        if not (copy / path).is_file() or (copy / path).read_bytes() != (source / path).read_bytes():
            shutil.copyfile(source / path, copy / path)
