"""Validating the stacks of a scope before they are planned."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from xyztf.errors import Problem
from xyztf.operations.scope import Scope
from xyztf.terraform.binary import Binary, find_binary
from xyztf.terraform.binding import inputs
from xyztf.terraform.validate import validate

STAMP = "validated"


def validate_stacks(
    scope: Scope, parallel: int = 2, done: Callable[[str, list[Problem]], None] = lambda *_: None
) -> list[Problem]:
    """What Terraform objects to in the stacks of the scope. `done` is told of each stack as it ends.

    Terraform's plan begins with the same validation (internal/backend/local/backend_local.go), so nothing is lost when
    a stack is passed over whose files have been found valid before with this binary. Validated by itself, all that is
    wrong in all stacks is told before the first of them asks AWS for anything.
    """
    binary = find_binary()
    environment = scope.environment.name
    digests = {
        stack.name: _digest(binary, scope.root / "environments" / environment / stack.name) for stack in scope.stacks
    }
    stamps = {name: scope.workspace(name).private / STAMP for name in digests}
    known = [name for name, stamp in stamps.items() if stamp.is_file() and stamp.read_text() == digests[name]]
    for name in known:
        done(name, [])

    def told(_environment: str, name: str, found: list[Problem]) -> None:
        if not found:
            stamps[name].parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            stamps[name].write_text(digests[name])
        done(name, found)

    unknown = [(environment, name) for name in digests if name not in known]
    return validate(scope.root, unknown, binary, told, parallel) if unknown else []


def _digest(binary: Binary, folder: Path) -> str:
    """Of what the answer hangs on. The provider's lock, where there is one, is among the files."""
    return hashlib.sha256(f"{binary.path} {binary.version} {inputs(folder)}".encode()).hexdigest()
