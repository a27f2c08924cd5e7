"""Checks of this machine: Python, packages, Terraform, where the provider comes from, space, what a run left behind."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from xyztf.errors import XyztfError
from xyztf.operations.doctor.finding import Finding, ok, problem, warning
from xyztf.target import WORKING
from xyztf.terraform.binary import INSTALL, NAMES, SETTING, Binary, find_binary
from xyztf.terraform.process import run
from xyztf.terraform.provider import HOST, RANGE, Kind, Source, provider_source, versions_in
from xyztf.terraform.provider import SETTING as MIRROR_SETTING
from xyztf.terraform.release import kept, pinned_release, this_platform
from xyztf.terraform.unfinished import RECORD
from xyztf.terraform.workspace import ERRORED_STATE

PACKAGES = ("python-terraform", "moto", "boto3")
"""Those whose inside we reach into, or whose version decides what AWS can be asked for."""
SMALL, LARGE = 1.0, 5.0
"""Gigabytes free: the provider takes 0.7 for each stack where it cannot be linked, and a sandbox's snapshot 0.03."""
REGISTRY = f"https://{HOST}/.well-known/terraform.json"
SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Machine:
    """What is looked at: the project's folder, and the environment variables."""

    root: Path
    variables: Mapping[str, str]


def python(_: Machine) -> Finding:
    """The interpreter. What is older than 3.11 does not get as far as this."""
    return ok("Python", platform.python_version())


def packages(_: Machine) -> Finding:
    """The packages beside us, against what we were made for; pip does not hold others to it."""
    wanted = [text.partition(";")[0] for text in _requirements() if "extra ==" not in text]
    ranges = {re.split(r"[^\w.-]", text)[0]: re.sub(r"^[\w.-]+(\[.*?\])?\s*", "", text) for text in wanted}
    found = {name: _installed(name) for name in PACKAGES}
    wrong = [
        f"{name} {version or 'is missing'}{f', and must be {ranges[name]}' if version else ''}"
        for name, version in found.items()
        if version is None or not fits(version, ranges.get(name, ""))
    ]
    if wrong:
        return problem("packages", "; ".join(wrong), "install xyztf again, into an environment of its own")
    return ok("packages", ", ".join(f"{name} {version}" for name, version in found.items()))


def terraform(_: Machine) -> Finding:
    """The Terraform that would be used."""
    passed_over: list[str] = []
    try:
        binary = _binary(passed_over.append)
    except XyztfError as error:
        first = error.problems[0]
        return problem("Terraform", first.message, first.hint or INSTALL)
    if binary is None:
        version = pinned_release().version
        says = f"neither {' nor '.join(NAMES)} is on the PATH: {version} is downloaded when it is needed"
        return warning("Terraform", says, f"where that cannot be, {INSTALL}")
    if passed_over:
        return warning("Terraform", "; ".join(passed_over), f"take it off the PATH, or set {SETTING}")
    return ok("Terraform", f"{binary.version}, {binary.path}")


def provider(machine: Machine) -> Finding:
    """Where the AWS provider comes from, and whether there is one that fits."""
    try:
        source = provider_source(machine.variables)
    except XyztfError as error:
        first = error.problems[0]
        return problem("AWS provider", first.message, first.hint or f"see {MIRROR_SETTING}")
    if source.kind is Kind.CONFIGURATION:
        return ok("AWS provider", f"from where {source.configuration} says")
    if source.mirror is None:
        return _registry()
    return _mirror(source, source.mirror)


def configuration_file(machine: Machine) -> Finding | None:
    """TF_CLI_CONFIG_FILE may name a file that is not there."""
    named = machine.variables.get("TF_CLI_CONFIG_FILE")
    if not named or named == os.devnull or Path(named).is_file():
        return None
    return ok("TF_CLI_CONFIG_FILE", f"names {named}, which is not there: harmless, it is left out")


def space(machine: Machine) -> Finding:
    """Space for the provider, plans and snapshots."""
    free = shutil.disk_usage(machine.root).free / 1e9
    says = f"{free:.1f} GB free"
    if free < SMALL:
        return problem("disk", says, f"make room: the AWS provider alone takes 0.7 GB, in {machine.root}/.xyztf")
    return warning("disk", says, "it may not last for several stacks") if free < LARGE else ok("disk", says)


def left_behind(machine: Machine) -> Finding:
    """Applies that were cut off, and states that could not be written. The next run of the stack takes them in."""
    working = machine.root / WORKING
    cut_off = {path.parent for path in working.glob(f"*/*/*/{RECORD}")}
    unwritten = {working.joinpath(*_stack(path, working)) for path in working.glob(f"*/*/tree/**/{ERRORED_STATE}")}
    if not cut_off and not unwritten:
        return ok("left behind", "nothing that a run could not finish")
    stacks = sorted(cut_off | unwritten)
    target, environment, *_ = stacks[0].relative_to(working).parts
    names = ", ".join(f"{each.parent.name}/{each.name}" for each in stacks)
    hint = f"xyztf plan {environment}{' --sandbox' if target == 'sandbox' else ''} takes in what it left"
    return warning("left behind", f"an apply was cut off: {names}", hint)


CHECKS: tuple[Callable[[Machine], Finding | None], ...] = (
    python,
    packages,
    terraform,
    provider,
    configuration_file,
    space,
    left_behind,
)


def fits(version: str, wanted: str) -> bool:
    """Whether a version is in a range such as ">= 5.100, < 7". One that comes before a release is in none."""
    if "-" in version:
        return False
    bounds = re.findall(r"(>=|<=|==|<|>)\s*(\d+(?:\.\d+)*)", wanted)
    compare: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
        ">=": lambda a, b: a >= b,
        "<=": lambda a, b: a <= b,
        "==": lambda a, b: a == b,
        "<": lambda a, b: a < b,
        ">": lambda a, b: a > b,
    }
    return all(compare[sign](_numbers(version), _numbers(bound)) for sign, bound in bounds)


def _numbers(version: str) -> tuple[int, ...]:
    """Padded, so that 7 is not less than 7.0.0."""
    numbers = [int(number) for number in re.findall(r"\d+", version)]
    return (*numbers, 0, 0, 0, 0)[:4]


def _stack(path: Path, working: Path) -> tuple[str, str, str]:
    """Target, environment and stack of a file in the copy that Terraform runs in."""
    target, environment, *_ = path.relative_to(working).parts
    return target, environment, path.parent.name


def _requirements() -> list[str]:
    """What xyztf asks for; nothing where it was not installed, but only lies there."""
    try:
        return metadata.requires("xyztf") or []
    except metadata.PackageNotFoundError:
        return []


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _mirror(source: Source, mirror: Path) -> Finding:
    here = _platform()
    found = versions_in(mirror, here)
    usable = [version for version in found if fits(version, RANGE)]
    which = f"{MIRROR_SETTING} names" if source.kind is Kind.SETTING else "there is"
    if not usable:
        holds = f"it holds {', '.join(found)}" if found else "it holds none"
        says = f"{which} the mirror {mirror}, and {holds} for {here}: needed is {RANGE}"
        return problem("AWS provider", says, f"fill it with: terraform providers mirror -platform={here} {mirror}")
    return ok("AWS provider", f"{usable[-1]} for {here}, from the mirror {mirror}")


def _registry() -> Finding:
    """Only whether it answers; what it holds is Terraform's to ask."""
    try:
        with urllib.request.urlopen(REGISTRY, timeout=SECONDS):
            return ok("AWS provider", f"from {HOST}, which answers")
    except (OSError, urllib.error.URLError) as error:
        why = getattr(error, "reason", error)
        hint = f"on a machine that has internet: terraform providers mirror DIR; then {MIRROR_SETTING}=DIR here"
        return problem("AWS provider", f"from {HOST}, which does not answer: {why}", hint)


def _binary(tell: Callable[[str], None] = lambda _: None) -> Binary | None:
    """The binary that would be used; None when it would have to be downloaded. Raises XyztfError when none can be."""
    if os.environ.get(SETTING) or any(map(shutil.which, NAMES)) or kept(pinned_release(), this_platform()):
        return find_binary(tell)
    return None


def _platform() -> str:
    """Such as linux_amd64, asked of the Terraform that would run: it may be for another machine than Python is."""
    with suppress(XyztfError, OSError, ValueError, KeyError):
        if binary := _binary():
            quiet = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
            done = run([str(binary.path), "version", "-json"], Path(), quiet, timeout_seconds=SECONDS)
            return str(json.loads(done.out)["platform"])
    return this_platform()
