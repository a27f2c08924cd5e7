"""Which Terraform to run, and whether it is one that the rendered files can be used with."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from xyztf.errors import Problem, XyztfError
from xyztf.terraform.process import run

SETTING = "XYZTF_TERRAFORM"
NAMES = ("terraform", "tofu")
OLDEST, TOO_NEW = (1, 11), (2, 0)
"""Write-only arguments, which keep the password out of the state, came with 1.11."""
RANGE = ">= 1.11, < 2.0"


class NoTerraform(XyztfError):
    """There is no Terraform that can be used."""


@dataclass(frozen=True, slots=True)
class Binary:
    """An executable and its version."""

    path: Path
    version: str


def find_binary() -> Binary:
    """The Terraform that the setting XYZTF_TERRAFORM names, else the first of terraform and tofu on the PATH.

    Raises NoTerraform when there is none, when it cannot be run, and when its version is out of range.
    """
    setting = os.environ.get(SETTING)
    found = shutil.which(setting) if setting else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        where = f"{SETTING} names {setting}, which is not an executable" if setting else "it is not on the PATH"
        hint = f"install Terraform {RANGE} (https://developer.hashicorp.com/terraform/install), or set {SETTING} to it"
        raise NoTerraform(Problem(f"no Terraform: {where}", hint=hint))
    version = _version(Path(found))
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if not OLDEST <= numbers < TOO_NEW:
        hint = f"install a version {RANGE}, or set {SETTING} to one"
        raise NoTerraform(Problem(f"{found} is version {version}: supported is {RANGE}", hint=hint))
    return Binary(Path(found).absolute(), version)


def _version(path: Path) -> str:
    quiet = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
    try:
        done = run([str(path), "version", "-json"], Path(), quiet, timeout_seconds=30)
        return str(json.loads(done.out)["terraform_version"])
    except (OSError, ValueError, KeyError) as error:
        raise NoTerraform(Problem(f"{path} cannot be run: {error}", hint=f"is it Terraform? See {SETTING}")) from error
