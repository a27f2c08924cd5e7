"""Where the AWS provider comes from: what the user configured, else a mirror on this machine, else the registry."""

from __future__ import annotations

import os
from collections.abc import Mapping
from glob import glob
from pathlib import Path

from xyztf.errors import Problem, XyztfError

SETTING = "XYZTF_PROVIDER_MIRROR"
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
    mirror = _setting(environment)
    if mirror is None and not _configured(environment):
        mirror = _usual_place()
    if mirror:
        configuration = scratch / "terraform.tfrc"
        text = CONFIGURATION.format(path=mirror, host=HOST)
        # Written once: Terraform may be reading it for another stack.
        if not configuration.is_file() or configuration.read_text("utf-8") != text:
            configuration.write_text(text, "utf-8")
        environment["TF_CLI_CONFIG_FILE"] = str(configuration)
    return environment


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


def _configured(environment: Mapping[str, str]) -> bool:
    """Whether the user tells Terraform where providers come from."""
    home = Path.home()
    files = [environment.get("TF_CLI_CONFIG_FILE"), home / ".terraformrc", home / ".tofurc"]
    for file in files:
        try:
            if file and "provider_installation" in Path(file).read_text("utf-8", "replace"):
                return True
        except OSError:
            continue
    return bool(environment.get("TF_CLI_CONFIG_FILE"))


def _usual_place() -> Path | None:
    places = (path for pattern in USUAL_PLACES for path in sorted(glob(os.path.expanduser(pattern))))
    return next((Path(path) for path in places if _is_mirror(Path(path))), None)


def _is_mirror(folder: Path) -> bool:
    return (folder / HOST / "hashicorp" / "aws").is_dir()
