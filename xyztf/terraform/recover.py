"""Going on after an apply that was cut off: the lock that a dead run left, and what exists and is in no state.

Before the next plan of the stack, its lock is released, if it is the dead run's; a state that could not be written is
written; what was tainted because its creation was interrupted is taken as it is, as the plan finds and completes what
it lacks; and what was created and is in no state is taken in by `import` blocks, which become part of that plan, and
are shown and guarded with it. Without that, a second VPC would stand beside the first, and whatever has a name of ours
would fail as it is there already.
"""

from __future__ import annotations

import getpass
import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from python_terraform import IsFlagged

from xyztf.facts.adoption import ACCOUNT, import_id, is_completed_in_place
from xyztf.facts.interruptions import loss
from xyztf.terraform import lock
from xyztf.terraform.lookup import Wanted, can_look_up, look_up, module_of
from xyztf.terraform.unfinished import Creation, Unfinished, end, unfinished
from xyztf.terraform.workspace import ERRORED_STATE, RECOVERED, TerraformFailed, Workspace

CLOCKS = timedelta(seconds=5)
"""By how much the clock of a lock may be behind ours."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _InState:
    id: str | None
    tainted: bool


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found: the addresses to be taken in, with the identifiers, and those of which that is a guess."""

    imports: Mapping[str, str]
    guessed: frozenset[str] = frozenset()

    def without(self, addresses: set[str]) -> Recovery:
        """Less these, which are not there."""
        left = {address: each for address, each in self.imports.items() if address not in addresses}
        return Recovery(left, self.guessed - addresses)


NOTHING = Recovery({})


def recover(workspace: Workspace, account: str, say: Say) -> Recovery:
    """Put right what a run that was cut off has left. The workspace must be initialised and held.

    `say` is told of everything that is done. Writes the import blocks. Raises TerraformFailed.
    """
    (workspace.folder / RECOVERED).unlink(missing_ok=True)
    left = unfinished(workspace)
    _push_errored_state(workspace, say)
    if left is None:
        return NOTHING
    say("the last run was cut off: looking at what it left")
    _release(workspace, left, say)
    state = _state(workspace)
    tainted = [
        address
        for address, there in state.items()
        if there.tainted and address in left.creations and _keeps(left.creations[address].type)
    ]
    for address in tainted:
        code, _, err = workspace.run("untaint", address, no_color=IsFlagged, lock_timeout="60s")
        if code:
            raise workspace.failed("untaint", err)
        say(f"{address}: its creation was interrupted; it is kept, and what it lacks is in the plan")
    lost = {address: each for address, each in left.creations.items() if address not in state and each.began}
    known = {address: there.id for address, there in state.items() if there.id}
    known |= {address: each.id for address, each in lost.items() if each.id}
    recovery = _recovery(workspace, lost, known, account)
    for address, creation in lost.items():
        if address not in recovery.imports and not can_look_up(creation.type):
            say(f"{address}: it may have been created, which cannot be told: look for a second one")
    write_imports(workspace, recovery)
    return recovery


def settled(workspace: Workspace) -> None:
    """Forget the run that was cut off: nothing of it is missing any more."""
    (workspace.folder / RECOVERED).unlink(missing_ok=True)
    end(workspace)


def write_imports(workspace: Workspace, recovery: Recovery) -> None:
    """The import blocks, in the copy of the stack that Terraform runs in."""
    blocks = [
        f"import {{\n  to = {address}\n  id = {_quoted(each)}\n}}\n" for address, each in recovery.imports.items()
    ]
    file = workspace.folder / RECOVERED
    if blocks:
        file.write_text("# What an apply that was cut off has created.\n\n" + "\n".join(blocks), "utf-8")
    else:
        file.unlink(missing_ok=True)


def not_there(failure: TerraformFailed, recovery: Recovery) -> set[str]:
    """Which of the addresses to be taken in are in the way of a plan that failed: those that it names, by address or
    identifier; else those that were guessed; else all, so that nothing that was to help ever stands in the way."""
    said = " ".join(f"{problem.message} {problem.hint or ''}" for problem in failure.problems).replace('\\"', '"')
    named = {
        address
        for address, each in recovery.imports.items()
        if f'"{address}"' in said or f"{address}:" in said or f"import: {each}." in said
    }
    return named or set(recovery.guessed) or set(recovery.imports)


def _recovery(workspace: Workspace, lost: Mapping[str, Creation], known: Mapping[str, str], account: str) -> Recovery:
    imports: dict[str, str] = {}
    wanted: list[Wanted] = []
    for address, creation in lost.items():
        found = import_id(creation.type, creation.id, {**creation.attributes, ACCOUNT: account})
        if found:
            imports[address] = found
        elif can_look_up(creation.type):
            module = module_of(address)
            beside = {other: each for other, each in known.items() if module_of(other) == module}
            wanted.append(Wanted(address, creation.type, creation.attributes, creation.id, beside))
    guessed = frozenset(address for address in imports if lost[address].id is None)
    return Recovery(imports | look_up(wanted, workspace.region, workspace.variables), guessed)


def _release(workspace: Workspace, left: Unfinished, say: Say) -> None:
    """The lock of the run that was cut off. We hold the stack, so nothing of it lives; others' locks stay."""
    try:
        found = lock.holder(workspace)
    except TerraformFailed:
        return  # what stands in the way, the plan says in full
    if found is None:
        return
    ours = f"{getpass.getuser()}@{socket.gethostname()}"
    if found.who == ours and found.created >= left.since - CLOCKS:
        lock.release(workspace, found.id)
        say("its lock on the state is released")


def _push_errored_state(workspace: Workspace, say: Say) -> None:
    """What Terraform puts beside the files when it cannot write the state to its backend."""
    file = workspace.folder / ERRORED_STATE
    if not file.is_file():
        return
    code, _, err = workspace.run("state push", str(file), lock_timeout="60s")
    if code:
        raise workspace.failed("state push", err)
    file.unlink()
    say("the state that could not be written at the end of the last run is written")


def _state(workspace: Workspace) -> dict[str, _InState]:
    """The addresses in the state. Nothing else of it is kept: it holds secrets."""
    code, out, err = workspace.run("state pull")
    if code:
        raise workspace.failed("state pull", err)
    resources = json.loads(out)["resources"] if out.strip() else []
    return {
        _address(resource, instance): _InState(
            (instance.get("attributes") or {}).get("id"), instance.get("status") == "tainted"
        )
        for resource in resources
        if resource["mode"] == "managed"
        for instance in resource["instances"]
        if not instance.get("deposed")
    }


def _address(resource: dict[str, Any], instance: dict[str, Any]) -> str:
    prefix = f"{resource['module']}." if resource.get("module") else ""
    key = instance.get("index_key")
    index = "" if key is None else f"[{_quoted(key) if isinstance(key, str) else key}]"
    return f"{prefix}{resource['type']}.{resource['name']}{index}"


def _keeps(kind: str) -> bool:
    return is_completed_in_place(kind) or loss(kind) is not None


def _quoted(text: str) -> str:
    """A string as HCL writes it; no value is a template."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
