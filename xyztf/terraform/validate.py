"""`terraform validate` of rendered stacks, on a copy, so that nothing is left behind in the project."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged

from xyztf.errors import Location, Problem
from xyztf.terraform.binary import Binary
from xyztf.terraform.driver import Driver
from xyztf.terraform.events import problem, squeezed
from xyztf.terraform.process import GRACE_SECONDS, RUNNING
from xyztf.terraform.provider import terraform_environment
from xyztf.terraform.scratch import scratch

TIMEOUT_SECONDS = 600.0


def validate(
    root: Path,
    stacks: Sequence[tuple[str, str]],
    binary: Binary,
    done: Callable[[str, str, list[Problem]], None],
    parallel: int = 2,
) -> list[Problem]:
    """Validate the stacks (environment, stack) of the project at `root`: what Terraform objects to, with places.

    `done` is told of each stack as it ends. Needs no AWS and no state. Raises KeyboardInterrupt after all of Terraform
    has been stopped.
    """
    with scratch(Path(tempfile.gettempdir()), "xyztf-validate-") as folder:
        environment = terraform_environment(os.environ, folder)
        for name in dict.fromkeys(environment_name for environment_name, _ in stacks):
            _copy(root, folder, name)
        pool = ThreadPoolExecutor(max_workers=parallel)
        try:
            futures = [
                (stack, pool.submit(_validate, folder, f"environments/{stack[0]}/{stack[1]}", binary, environment))
                for stack in stacks
            ]
            found: list[Problem] = []
            for (environment_name, stack_name), future in futures:
                problems = future.result()
                done(environment_name, stack_name, problems)
                found += problems
            return list(dict.fromkeys(found))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            RUNNING.stop(GRACE_SECONDS)
            raise
        finally:
            pool.shutdown()


def _copy(root: Path, folder: Path, environment: str) -> None:
    for part in ("modules", "environments"):
        if (root / part / environment).is_dir():
            ignored = shutil.ignore_patterns(".terraform", "*.tfstate*")
            shutil.copytree(root / part / environment, folder / part / environment, ignore=ignored)


def _validate(folder: Path, stack: str, binary: Binary, environment: dict[str, str]) -> list[Problem]:
    driver = Driver(folder / stack, binary.path, environment)
    code, out, err = driver.cmd("init", backend=False, input=False, no_color=IsFlagged, timeout_seconds=TIMEOUT_SECONDS)
    if code:
        hint = "on a machine without a registry, set XYZTF_PROVIDER_MIRROR to a mirror of the provider"
        return [Problem(f"terraform init failed: {squeezed(err or out)}", Location(stack), hint)]
    code, out, err = driver.cmd("validate", json=IsFlagged, no_color=IsFlagged, timeout_seconds=TIMEOUT_SECONDS)
    try:
        diagnostics = json.loads(out)["diagnostics"]
    except (ValueError, KeyError):
        return [Problem(f"terraform validate failed: {squeezed(err or out)}", Location(stack))]
    return [_problem(diagnostic, stack) for diagnostic in diagnostics]


def _problem(diagnostic: dict[str, Any], stack: str) -> Problem:
    """A diagnostic as a problem; one that is no error says so."""
    found = problem(diagnostic, stack)
    kind = diagnostic["severity"]
    return found if kind == "error" else replace(found, message=f"{kind}: {found.message}")
