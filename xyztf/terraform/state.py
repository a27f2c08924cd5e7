"""What a stack's state is, without what is in it: states hold secrets. No provider is started for it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from python_terraform import IsFlagged

from xyztf.errors import Problem, XyztfError
from xyztf.terraform.workspace import TerraformFailed, Workspace

TIMEOUT_SECONDS = 60.0
MISSING = re.compile(r"NoSuchBucket|S3 bucket\b.*? does not exist")


@dataclass(frozen=True, slots=True)
class State:
    """How many resources Terraform manages, the state's number, and the Terraform that wrote it.

    `lineage` is the same for all states of a stack; it is empty where nothing has been applied yet.
    """

    lineage: str
    serial: int
    resources: int
    version: str

    @property
    def applied(self) -> bool:
        """Whether there is a state at all; it may be empty, after destroying."""
        return bool(self.lineage)


def state(workspace: Workspace, timeout_seconds: float = TIMEOUT_SECONDS) -> State:
    """The stack's state as it is behind its backend. The workspace must be initialised.

    Raises TerraformFailed when it cannot be read; see `is_missing_bucket`.
    """
    where = workspace.place
    try:
        code, out, err = workspace.run("state pull", no_color=IsFlagged, timeout_seconds=timeout_seconds)
    except TimeoutError:
        message = f"the state's backend did not answer in {timeout_seconds:g} seconds"
        raise TerraformFailed(Problem(message, where)) from None
    if code:
        raise TerraformFailed(Problem(" ".join(err.split()).removeprefix("Error: ") or "no state", where))
    try:
        return _counted(json.loads(out)) if out.strip() else State("", 0, 0, "")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TerraformFailed(Problem("the state cannot be read: it is not as Terraform writes it", where)) from None


def is_missing_bucket(error: XyztfError) -> bool:
    """Whether Terraform failed because there is no bucket for the state yet."""
    texts = (" ".join(f"{problem.message} {problem.hint or ''}".split()) for problem in error.problems)
    return any(MISSING.search(text) for text in texts)


def _counted(document: dict[str, Any]) -> State:
    """Format: internal/states/statefile/version4.go of Terraform."""
    resources = sum(len(each["instances"]) for each in document["resources"] if each["mode"] == "managed")
    return State(document["lineage"], int(document["serial"]), resources, document.get("terraform_version", ""))
