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
from xyztf.terraform.workspace import PRIVATE, Workspace

WORKING = ".xyztf"
"""The project's folder for what xyztf works with; it ignores itself for git."""


class Target(Protocol):
    """A place to apply an environment's stacks to."""

    @property
    def name(self) -> str:
        """Such as "aws"."""
        ...

    def workspace(self, environment: Environment, stack: Stack) -> Workspace:
        """The stack, ready for Terraform. Raises XyztfError when it must not be run."""
        ...

    def variables(self, region: str) -> Mapping[str, str]:
        """The whole environment with which other programs reach this target."""
        ...


@dataclass(frozen=True, slots=True)
class Aws:
    """The user's own account. Terraform runs in the stack's folder, where its provider lock is committed."""

    root: Path
    binary: Binary
    name: str = "aws"

    def workspace(self, environment: Environment, stack: Stack) -> Workspace:
        """See `Target`."""
        folder = self.root / "environments" / environment.name / stack.name
        private = working_folder(self.root, self.name, environment.name) / stack.name
        return Workspace(environment.name, stack.name, folder, private, self.binary.path, self.variables(stack.region))

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
        tree = working_folder(self.root, self.name, environment.name) / "tree"
        folder = tree / "environments" / environment.name / stack.name
        scratch = working_folder(self.root, self.name, environment.name)
        # The sandbox's proxies let nothing through to a registry.
        installing = terraform_environment(os.environ, scratch)
        variables = self.variables(stack.region)
        path = self.binary.path
        return Workspace(environment.name, stack.name, folder, scratch / stack.name, path, variables, installing)

    def copy(self) -> None:
        """Bring the copy to what is rendered; what Terraform has put beside it stays."""
        tree = working_folder(self.root, self.name, self.environment) / "tree"
        for part in ("modules", "environments"):
            _mirror(self.root / part / self.environment, tree / part / self.environment)

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


def _mirror(source: Path, copy: Path) -> None:
    """Make `copy` hold the files of `source`; only Terraform's lock files may stand there besides."""
    wanted = {
        path.relative_to(source) for path in source.rglob("*") if path.is_file() and ".terraform" not in path.parts
    }
    for path in list(copy.rglob("*")) if copy.is_dir() else []:
        if path.is_file() and path.relative_to(copy) not in wanted and path.name != ".terraform.lock.hcl":
            path.unlink()
    for path in wanted:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        if not (copy / path).is_file() or (copy / path).read_bytes() != (source / path).read_bytes():
            shutil.copyfile(source / path, copy / path)
