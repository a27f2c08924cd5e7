"""What a saved plan hangs on, and whether it all is still as it was.

The account is bound in name here, and in deed by the provider: every rendered provider block has
`allowed_account_ids`, so that with credentials of another account Terraform neither plans nor applies.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged

from xyztf.errors import Location, Problem, XyztfError
from xyztf.terraform.workspace import LOCK_FILE, RECOVERED, TerraformFailed, Workspace

STATE = "tfstate"
"""Members of a plan file, which is a zip. Source: internal/plans/planfile in Terraform."""

FORMAT = 1

Providers = Mapping[str, tuple[str, tuple[str, ...]]]
"""What a lock file chooses: the source of each provider to its version and hashes."""


class StalePlan(XyztfError):
    """A saved plan does not fit, or no longer fits, what it is to be applied to."""


@dataclass(frozen=True, slots=True)
class StateVersion:
    """Which state, and how often it had been written. Serial 0 of no lineage: there was none."""

    lineage: str = ""
    serial: int = 0

    def __str__(self) -> str:
        return f"serial {self.serial}" if self.lineage else "no state"


@dataclass(frozen=True, slots=True)
class Binding:
    """What a plan was made for. Holds no path: the plan may be applied in another checkout, by another machine."""

    stack: str
    target: str
    account: str
    inputs: str
    terraform: str
    providers: Providers
    state: StateVersion
    destroy: bool
    has_changes: bool
    digest: str
    """Of the plan file; empty when there is none, as there is nothing to do."""

    def to_json(self) -> str:
        """As it is written beside the plan."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, where: Location) -> Binding:
        """What `to_json` gave. Raises StalePlan for anything else."""
        try:
            found = json.loads(text)
            if found.pop("format") != FORMAT:
                hint = "plan again with this version of xyztf"
                raise StalePlan(Problem("the plan was kept by another version of xyztf", where, hint))
            if sorted(found) != sorted(each.name for each in fields(cls)):
                raise ValueError
            found["state"] = StateVersion(**found["state"])
            found["providers"] = {
                source: (version, tuple(hashes)) for source, (version, hashes) in found["providers"].items()
            }
            return cls(**found)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise StalePlan(Problem("the saved plan has lost what it was made for", where, "plan again")) from None


@dataclass(frozen=True, slots=True)
class Now:
    """What a stack is now, as far as a plan hangs on it."""

    stack: str
    target: str
    account: str
    inputs: str
    terraform: str
    providers: Providers
    state: StateVersion


def now(workspace: Workspace, account: str, target: str) -> Now:
    """The stack as it is. Reads the version of its state, but starts no provider. Raises TerraformFailed."""
    workspace.init()
    return Now(
        f"{workspace.environment}/{workspace.stack}",
        target,
        account,
        inputs(workspace.folder),
        terraform_version(workspace),
        locked_providers(workspace.folder),
        state_version(workspace),
    )


def changed_identity(then: Binding, stack: str, account: str, target: str) -> Iterator[str]:
    """Why a plan is of something else altogether. Asked first, as nothing of Terraform is needed for it."""
    for what, was, is_now in (
        ("stack", then.stack, stack),
        ("target", then.target, target),
        ("account", then.account, account),
    ):
        if was != is_now:
            yield f"it is a plan for the {what} {was}, and this is {is_now}"


def changed(then: Binding, current: Now) -> Iterator[str]:
    """Why a plan no longer fits: each thing that changed since it was made, then and now."""
    if then.inputs != current.inputs:
        yield "the rendered files changed since the plan was made"
    if then.terraform != current.terraform:
        yield f"Terraform has another version: {then.terraform} then, {current.terraform} now"
    yield from _changed_providers(then.providers, current.providers)
    if then.state.lineage and current.state.lineage and then.state.lineage != current.state.lineage:
        yield "the state is another one than that which the plan was made for (its lineage differs)"
    elif then.state != current.state:
        yield f"the state has moved on since the plan was made: {then.state} then, {current.state} now"


def _changed_providers(then: Providers, current: Providers) -> Iterator[str]:
    for source in sorted({*then, *current}):
        was, is_now = then.get(source), current.get(source)
        if was == is_now:
            continue
        name = source.removeprefix("registry.terraform.io/")
        versions = was[0] if was else "none", is_now[0] if is_now else "none"
        if versions[0] != versions[1]:
            yield f"the provider {name} has another version: {versions[0]} then, {versions[1]} now"
        else:
            yield f"the provider {name} {versions[0]} has other hashes in {LOCK_FILE} than when the plan was made"


def in_plan(path: Path) -> tuple[StateVersion, str, Providers]:
    """What a plan file tells of itself: the state that it starts from, Terraform's version, the providers.

    Nothing else of the state is kept. Raises StalePlan when it is not a plan file.
    """
    try:
        with zipfile.ZipFile(path) as plan:
            state = json.loads(plan.read(STATE))
            lock = plan.read(LOCK_FILE).decode() if LOCK_FILE in plan.namelist() else ""
        return _version_of(state), str(state["terraform_version"]), providers(lock)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        raise StalePlan(Problem("Terraform's plan file cannot be read", hint="plan again")) from None


def state_version(workspace: Workspace) -> StateVersion:
    """Lineage and serial of the stack's state as it is now. Raises TerraformFailed when it cannot be read."""
    code, out, err = workspace.run("state pull")
    where = workspace.place
    if code:
        raise TerraformFailed(Problem(f"the state cannot be read: {' '.join(err.split())}", where))
    try:
        return _version_of(json.loads(out)) if out.strip() else StateVersion()
    except (ValueError, KeyError, TypeError):
        raise TerraformFailed(Problem("what terraform state pull printed is not a state", where)) from None


def _version_of(state: dict[str, Any]) -> StateVersion:
    return StateVersion(str(state["lineage"]), int(state["serial"]))


def terraform_version(workspace: Workspace) -> str:
    """The version of the binary. A plan is read by the very version that made it, and by no other."""
    code, out, err = workspace.run("version", json=IsFlagged)
    try:
        return str(json.loads(out)["terraform_version"])
    except (ValueError, KeyError, TypeError):
        raise TerraformFailed(Problem(f"terraform version failed ({code}): {' '.join(err.split())}")) from None


def locked_providers(folder: Path) -> Providers:
    """What the stack's lock file chooses; nothing where there is none."""
    file = folder / LOCK_FILE
    return providers(file.read_text("utf-8")) if file.is_file() else {}


def providers(lock: str) -> Providers:
    """What the text of a lock file chooses. Terraform writes it, so its layout is known.

    Format: https://developer.hashicorp.com/terraform/language/files/dependency-lock
    """
    found = {}
    for block in re.finditer(r'^provider "([^"]+)" \{\n(.*?)^\}', lock, re.MULTILINE | re.DOTALL):
        version = re.search(r'^\s+version\s+=\s+"([^"]+)"', block[2], re.MULTILINE)
        hashes = re.findall(r'"(\w+:[^"]+)",', block[2])
        found[block[1]] = (version[1] if version else "", tuple(sorted(hashes)))
    return found


def inputs(folder: Path) -> str:
    """A digest of the stack's own files and of all modules of its environment.

    Without the lock file and a state that lies there, which are bound by what they say, and what `recover` adds.
    """
    digest = hashlib.sha256()
    modules = folder.parent.parent.parent / "modules" / folder.parent.name
    for root in (folder, modules):
        for file in sorted(path for path in root.rglob("*") if path.is_file() and ".terraform" not in path.parts):
            if file.name not in (LOCK_FILE, RECOVERED) and ".tfstate" not in file.name:
                digest.update(f"{file.relative_to(root).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    """Of a plan file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
