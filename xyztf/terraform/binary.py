"""Which Terraform to run, and whether it is one that the rendered files can be used with."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xyztf.errors import Problem, XyztfError
from xyztf.terraform.process import run

SETTING = "XYZTF_TERRAFORM"
NAMES = ("terraform", "tofu")
OLDEST, TOO_NEW = (1, 11), (2, 0)
"""Write-only arguments, which keep the password out of the state, came with 1.11 of Terraform and of OpenTofu alike
(CHANGELOG.md of both). OpenTofu answers with its own version, under the same name."""
RANGE = ">= 1.11, < 2.0"
INSTALL = f"install Terraform {RANGE} (https://developer.hashicorp.com/terraform/install), or set {SETTING} to one"


class NoTerraform(XyztfError):
    """There is no Terraform that can be used."""


@dataclass(frozen=True, slots=True)
class Binary:
    """An executable and its version."""

    path: Path
    version: str


def _to_stderr(line: str) -> None:
    """A line of talk."""
    print(line, file=sys.stderr, flush=True)


def find_binary(tell: Callable[[str], None] = _to_stderr) -> Binary:
    """The Terraform to run: what XYZTF_TERRAFORM names, else the first of terraform and tofu on the PATH that can be
    used, else, if the PATH has neither, the pinned release from the user's cache or, once, from the release site.

    `tell` gets a line when one is passed over or downloaded. Raises NoTerraform when there is none to use: what the
    setting names, or everything on the PATH, cannot be run or is out of range; or the download failed.
    """
    if setting := os.environ.get(SETTING):
        return _named(setting)
    refused: list[Problem] = []
    for found in filter(None, map(shutil.which, NAMES)):
        try:
            binary = _asked(Path(found))
        except NoTerraform as error:
            refused += error.problems
            continue
        for problem in refused:
            tell(f"{problem.message}; using {binary.path}, version {binary.version}")
        return binary
    if refused:
        *others, last = (problem.message for problem in refused)
        hint = f"{INSTALL}; what is on the PATH can stay"
        raise NoTerraform(*map(Problem, others), Problem(last, hint=hint))
    return _pinned(tell)


def _named(setting: str) -> Binary:
    found = shutil.which(setting)
    if found is None:
        raise NoTerraform(Problem(f"{SETTING} names {setting}, which is not an executable", hint=INSTALL))
    return _asked(Path(found))


def _pinned(tell: Callable[[str], None]) -> Binary:
    # What speaks HTTP takes time to import, and mostly there is a Terraform on the PATH.
    from xyztf.terraform.release import DownloadFailed, obtain, pinned_release, this_platform

    try:
        path = obtain(pinned_release(), this_platform(), tell)
    except DownloadFailed as error:
        raise NoTerraform(
            *(Problem(each.message, each.location, f"{each.hint}\nor {INSTALL}") for each in error.problems)
        ) from error
    try:
        return _asked(path)
    except NoTerraform as error:
        hint = "remove it, and it is downloaded again; or XDG_CACHE_HOME may name a folder from which programs may run"
        raise NoTerraform(*(Problem(each.message, hint=hint) for each in error.problems)) from error


def _asked(path: Path) -> Binary:
    """The binary with the version that it tells. Raises NoTerraform when it tells none, or one out of range.

    It is asked each time, which takes 40 ms: behind the name may stand a version manager, which decides by folder.
    """
    version = _version(path)
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if not OLDEST <= numbers < TOO_NEW:
        raise NoTerraform(Problem(f"{path} is version {version}: supported is {RANGE}", hint=INSTALL))
    return Binary(path.absolute(), version)


def _version(path: Path) -> str:
    # TF_CLI_ARGS would add arguments that this command does not know.
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("TF_CLI_ARGS")}
    quiet = {**surroundings, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
    try:
        done = run([str(path), "version", "-json"], Path(), quiet, timeout_seconds=30)
    except OSError as error:
        raise NoTerraform(Problem(f"{path} cannot be run: {error}", hint=INSTALL)) from error
    try:
        return str(json.loads(done.out)["terraform_version"])
    except (ValueError, KeyError, TypeError) as error:
        said = next(filter(None, map(str.strip, done.err.splitlines())), "it does not tell its version")
        raise NoTerraform(Problem(f"{path} cannot be run as Terraform: {said}", hint=INSTALL)) from error
