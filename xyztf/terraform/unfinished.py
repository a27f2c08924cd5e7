"""What is known of an apply that did not come to its own end: Terraform was killed, or was told to stop.

Terraform writes its state every 20 seconds at most while it applies, and a killed one not at all. What it has created
since then exists and is in no state. But it says of each resource when it begins and when it is done, with its id
(`-json`): that goes into a file as it is said, beside what the plan was to create, and both stay until an apply has
come to its own end.
Source of the 20 seconds: https://github.com/hashicorp/terraform, `DefaultIntermediateStatePersistInterval`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from xyztf.private import write_private
from xyztf.terraform.events import steps
from xyztf.terraform.planned import Kind, Planned
from xyztf.terraform.workspace import Workspace

RECORD, JOURNAL = "unfinished.json", "apply.jsonl"


@dataclass(frozen=True, slots=True)
class Creation:
    """A resource that was to be created: its type, and the attributes that are plain, known and not secret.

    `id` is known of one that exists. `began` is whether Terraform began with it.
    """

    type: str
    attributes: Mapping[str, str | int | float | bool]
    id: str | None = None
    began: bool = False


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An apply that was cut off: when it began (UTC), and what it was to create, by address."""

    since: datetime
    creations: Mapping[str, Creation]


def begin(workspace: Workspace, planned: Planned) -> Path:
    """Write down what an apply of this plan is to create; gives the file for what Terraform says meanwhile.

    What an earlier apply created and this one takes in is among it: it is in no state yet either.
    """
    creations = {
        change.address: Creation(change.type, dict(change.settings), _plain(change.imported), bool(change.imported))
        for change in planned.changes
        if change.managed and (change.kind in (Kind.CREATE, Kind.REPLACE) or change.imported)
    }
    record = {
        "since": datetime.now(UTC).isoformat(),
        "creations": {address: asdict(creation) for address, creation in creations.items()},
    }
    (workspace.private / JOURNAL).unlink(missing_ok=True)
    write_private(workspace.private / RECORD, json.dumps(record).encode())
    return workspace.private / JOURNAL


def end(workspace: Workspace) -> None:
    """Forget it: the apply came to its own end, and its state is written."""
    for name in (RECORD, JOURNAL):
        (workspace.private / name).unlink(missing_ok=True)


def unfinished(workspace: Workspace) -> Unfinished | None:
    """The apply of this stack that was cut off; None when the last one came to its own end."""
    try:
        record = json.loads((workspace.private / RECORD).read_text("utf-8"))
        since = datetime.fromisoformat(record["since"])
        creations = {address: Creation(**each) for address, each in record["creations"].items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        # Damaged, and still a sign: what it held is then unknown.
        return Unfinished(datetime.fromtimestamp((workspace.private / RECORD).stat().st_mtime, UTC), {})
    said = ""
    with suppress(OSError):
        said = (workspace.private / JOURNAL).read_text("utf-8", "replace")
    for step in steps(said):
        known = creations.get(step.address)
        if known and step.action in ("create", "replace"):
            creations[step.address] = Creation(known.type, known.attributes, step.id or known.id, began=True)
    return Unfinished(since, creations)


def _plain(shown: str | None) -> str | None:
    """The identifier of what is imported, from how it is shown."""
    try:
        return str(json.loads(shown)) if shown else None
    except ValueError:
        return None
