"""All checks, side by side: AWS takes the longest to answer, and the machine is looked at meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from xyztf.environment.model import Environment
from xyztf.operations.doctor import account, emulator, machine
from xyztf.operations.doctor.account import Account
from xyztf.operations.doctor.asking import ask
from xyztf.operations.doctor.emulator import Emulator
from xyztf.operations.doctor.finding import Finding
from xyztf.operations.doctor.machine import Machine
from xyztf.project import Project
from xyztf.sandbox.environment import sandbox_variables
from xyztf.sandbox.state import Place
from xyztf.stacks.names import Names
from xyztf.target import working_folder
from xyztf.terraform.process import RUNNING

Subject = TypeVar("Subject")
ANY_REGION = "us-east-1"
"""Where the caller's identity is asked for when no environment says where."""


def examine(project: Path, name: str | None, *, sandbox: bool) -> list[Finding]:
    """What all checks find. Without an environment, only what needs none; with `sandbox`, of the sandbox, not of AWS.

    Raises XyztfError for an environment that is not there or is wrong.
    """
    root, environment = project.resolve(), None
    if name is not None:
        there = Project.at(project)
        root, environment = there.root, there.load(there.selected([name])[0]).environment
    with ThreadPoolExecutor(max_workers=1) as pool, _stopped_with_us():
        emulators = [Emulator.of(Place.of(root, environment.name), environment.account_id)] if environment else []
        variables = _variables(root, emulators) if sandbox else dict(os.environ)
        answers = pool.submit(_ask, environment, variables, sandbox=sandbox) if variables else None
        found = _findings(machine.CHECKS, Machine(root, os.environ))
        for each in emulators:
            found += _findings(emulator.CHECKS, each)
        if not sandbox:
            found += _findings([emulator.endpoints], os.environ)
        if answers:
            found += _findings(account.CHECKS, Account(answers.result(), environment, sandbox))
    return found


@contextmanager
def _stopped_with_us() -> Iterator[None]:
    """Ctrl-C does not wait until AWS has answered."""
    try:
        yield
    except KeyboardInterrupt:
        RUNNING.stop(0.0)
        raise


def _findings(checks: Sequence[Callable[[Subject], Finding | None]], subject: Subject) -> list[Finding]:
    with ThreadPoolExecutor(max_workers=len(checks)) as pool:
        found: Iterable[Finding | None] = pool.map(lambda check: check(subject), checks)
        return [each for each in found if each]


def _variables(root: Path, emulators: Sequence[Emulator]) -> dict[str, str] | None:
    """How to reach the sandbox, if it runs."""
    running = next((each.running for each in emulators if each.running), None)
    if running is None:
        return None
    scratch = working_folder(root, "sandbox", running.place.environment)
    return sandbox_variables(os.environ, running.endpoint, ANY_REGION, scratch)


def _ask(environment: Environment | None, variables: Mapping[str, str], *, sandbox: bool) -> dict[str, object]:
    if environment is None:
        return ask(variables, ANY_REGION)
    names = Names.of(environment)
    return ask(
        variables,
        environment.primary_region,
        account_id=environment.account_id,
        buckets={region: names.state_bucket(region) for region in environment.regions},
        permissions=not sandbox,  # the sandbox asks for none
    )
