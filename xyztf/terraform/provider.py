"""Where the AWS provider comes from: what the user configured, else a mirror on this machine, else the registry."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from glob import glob
from pathlib import Path

from xyztf.errors import Problem, XyztfError

SETTING = "XYZTF_PROVIDER_MIRROR"
RANGE = ">= 5.100, < 7"
"""What the rendered files ask for (templates/stacks/_versions.tf.j2)."""
HOST = "registry.terraform.io"

USUAL_PLACES = (
    "/opt/*",
    "/opt/terraform/*",
    "/usr/share/terraform/*",
    "/usr/local/share/terraform/*",
    "/usr/lib/terraform/*",
    "/var/lib/terraform/*",
    "~/.terraform.d/*",
    "~/.local/share/terraform/*",
)
"""Where air-gapped machines keep mirrors. Terraform itself looks in folders called `plugins` of some of them."""

CONFIGURATION = """\
provider_installation {{
  filesystem_mirror {{
    path    = "{path}"
    include = ["{host}/hashicorp/aws"]
  }}
  direct {{
    exclude = ["{host}/hashicorp/aws"]
  }}
}}
"""


class Kind(StrEnum):
    """Who says where the provider comes from, the one that is asked first first."""

    SETTING = "setting"
    CONFIGURATION = "configuration"
    MIRROR = "mirror"
    REGISTRY = "registry"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the provider comes from: a mirror, or what the user's own file `configuration` says, or the registry."""

    kind: Kind
    mirror: Path | None = None
    configuration: Path | None = None


def terraform_environment(surroundings: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """The environment variables with which to run Terraform, from those of this process.

    A configuration of the user's own is respected. Without one, a setting or a mirror in the usual places is written
    into a configuration in the folder `scratch`; without these too, Terraform asks the registry. A TF_CLI_CONFIG_FILE
    that names no file is left out: Terraform would warn of it with each call.
    """
    environment = {**surroundings, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    named = environment.get("TF_CLI_CONFIG_FILE")
    if named and not Path(named).is_file():
        del environment["TF_CLI_CONFIG_FILE"]
    mirror = provider_source(environment).mirror
    if mirror:
        configuration = scratch / "terraform.tfrc"
        text = CONFIGURATION.format(path=mirror, host=HOST)
        # Written once: Terraform may be reading it for another stack.
        if not configuration.is_file() or configuration.read_text("utf-8") != text:
            configuration.write_text(text, "utf-8")
        environment["TF_CLI_CONFIG_FILE"] = str(configuration)
    return environment


def provider_source(environment: Mapping[str, str]) -> Source:
    """Where Terraform will get the AWS provider from, with these variables. Raises XyztfError for a wrong setting."""
    if mirror := _setting(environment):
        return Source(Kind.SETTING, mirror)
    if configuration := _configuration(environment):
        return Source(Kind.CONFIGURATION, configuration=configuration)
    mirror = _usual_place()
    return Source(Kind.MIRROR, mirror) if mirror else Source(Kind.REGISTRY)


def versions_in(mirror: Path, platform: str) -> list[str]:
    """The versions of the AWS provider that a mirror holds for a platform such as linux_amd64, the newest last.

    Layouts: https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror
    """
    folder = mirror / HOST / "hashicorp" / "aws"
    unpacked = {path.parent.name for path in folder.glob(f"*/{platform}")}
    packed = {path.name.split("_")[1] for path in folder.glob(f"terraform-provider-aws_*_{platform}.zip")}
    return sorted(unpacked | packed, key=lambda version: [int(part) for part in re.findall(r"\d+", version)])


def _setting(environment: Mapping[str, str]) -> Path | None:
    setting = environment.get(SETTING)
    if not setting:
        return None
    mirror = Path(setting).absolute()
    if not _is_mirror(mirror):
        raise XyztfError(
            Problem(
                f"{SETTING} names {mirror}, which is no mirror of the AWS provider",
                hint=f"it must hold {HOST}/hashicorp/aws/: see terraform providers mirror",
            )
        )
    return mirror


def _configuration(environment: Mapping[str, str]) -> Path | None:
    """The file in which the user tells Terraform where providers come from."""
    named = environment.get("TF_CLI_CONFIG_FILE")
    if named and Path(named).is_file():
        return Path(named)
    for file in (Path.home() / ".terraformrc", Path.home() / ".tofurc"):
        try:
            if "provider_installation" in file.read_text("utf-8", "replace"):
                return file
        except OSError:
            continue
    return None


def _usual_place() -> Path | None:
    places = (path for pattern in USUAL_PLACES for path in sorted(glob(os.path.expanduser(pattern))))
    return next((Path(path) for path in places if _is_mirror(Path(path))), None)


def _is_mirror(folder: Path) -> bool:
    return (folder / HOST / "hashicorp" / "aws").is_dir()
