"""What a plan would do, as plain data: Terraform's plan JSON (`terraform show -json PLANFILE`) read and redacted.

Nothing that Terraform marks as sensitive is carried, and neither is the same text where Terraform does not mark it:
what a resource computes from a sensitive input stands in a plan in clear.
Format: https://developer.hashicorp.com/terraform/internals/json-format and internal/command/jsonplan in Terraform.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from xyztf.errors import Problem, XyztfError
from xyztf.terraform.differences import (
    Attribute,
    Json,
    Secrets,
    attributes,
    in_words,
    marks_of,
    output,
    replace_paths,
    settings,
    written,
)

FORMAT = 1
"""The major version of the format that is understood; minor versions only add to it."""

KNOWN = frozenset(
    {
        *("action_invocations", "applyable", "checks", "complete", "configuration", "deferred_action_invocations"),
        *("deferred_changes", "errored", "format_version", "output_changes", "planned_values", "prior_state"),
        *("relevant_attributes", "resource_changes", "resource_drift", "terraform_version", "timestamp", "variables"),
    }
)
"""All that a plan consists of, up to Terraform 1.17 and OpenTofu 1.11. What comes later may change things too."""


class NotAPlan(XyztfError):
    """There is no plan in what should be one, or none that may be applied."""


class Kind(Enum):
    """What happens to one resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    READ = "read"
    NO_OP = "no-op"
    FORGET = "forget"


KINDS = {
    ("no-op",): Kind.NO_OP,
    ("create",): Kind.CREATE,
    ("read",): Kind.READ,
    ("update",): Kind.UPDATE,
    ("delete",): Kind.DELETE,
    ("delete", "create"): Kind.REPLACE,
    ("create", "delete"): Kind.REPLACE,
    # The old one stays, but what relied on it gets a new and empty one: to the guard that is a replacement.
    ("create", "forget"): Kind.REPLACE,
    ("forget",): Kind.FORGET,
    # OpenTofu, ephemeral resources.
    ("open",): Kind.READ,
}

REASONS = {
    "replace_because_cannot_update": "it cannot be changed in place",
    "replace_because_tainted": "it is tainted: its creation failed halfway, or somebody marked it",
    "replace_by_request": "-replace asks for it",
    "replace_by_triggers": "replace_triggered_by names something that changes",
    "delete_because_no_resource_config": "its block is no longer there",
    "delete_because_wrong_repetition": "its block now has another count or for_each",
    "delete_because_count_index": "its count no longer reaches it",
    "delete_because_each_key": "its for_each no longer has the key",
    "delete_because_no_module": "its module is no longer called",
    "delete_because_no_move_target": "a moved block leads to nothing",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one resource, or to an object of it that an earlier run left behind (`deposed`).

    `settings` are the top-level attributes that hold one plain value: as they will be, or as they are when the object
    goes. `replace_paths` are the attributes that Terraform names as the reason of a replacement.
    """

    address: str
    type: str
    name: str
    module: str
    managed: bool
    kind: Kind
    create_first: bool = False
    attributes: tuple[Attribute, ...] = ()
    settings: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    replace_paths: tuple[str, ...] = ()
    action_reason: str | None = None
    deposed: str | None = None
    moved_from: str | None = None
    imported: str | None = None

    @property
    def label(self) -> str:
        """The address, as Terraform writes it also for a deposed object."""
        return f"{self.address} (deposed object {self.deposed})" if self.deposed else self.address

    @property
    def destroys(self) -> bool:
        """Whether an object that exists is gone afterwards, or is no longer the one in use."""
        return self.kind in (Kind.DELETE, Kind.REPLACE)

    @property
    def because(self) -> str | None:
        """Why Terraform replaces or deletes it, in words. None when it does not say."""
        if self.replace_paths and self.action_reason == "replace_because_cannot_update":
            return f"{', '.join(self.replace_paths)} cannot be changed in place"
        return REASONS.get(self.action_reason or "")


@dataclass(frozen=True, slots=True)
class Action:
    """A provider's action that is carried out beside the changes (Terraform 1.14). What it does stands in no plan.

    `event` is when, such as "AfterUpdate", `resource` of what; None for one that is invoked by itself.
    """

    address: str
    type: str
    event: str | None = None
    resource: str | None = None

    @property
    def occasion(self) -> str:
        """When it is carried out, in words."""
        if self.event is None:
            return "by itself"
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.event).lower()
        return f"{words} of {self.resource}"


@dataclass(frozen=True, slots=True)
class Deferred:
    """A change or an action that Terraform cannot plan yet, and its word for the reason."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many resources; each is counted once. Terraform counts a replacement as added and as destroyed.

    `forgotten` ones leave the state and live on; `invoked` are actions.
    """

    added: int = 0
    changed: int = 0
    replaced: int = 0
    destroyed: int = 0
    forgotten: int = 0
    invoked: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that may be applied. `drift` is what differs from the state already, before anything is done.

    `complete` is false when Terraform put off a part of the work: apply, then plan again. `unread` are parts of the
    plan that this version of xyztf does not know.
    """

    changes: tuple[Change, ...]
    outputs_changed: tuple[Attribute, ...] = ()
    drift: tuple[Change, ...] = ()
    complete: bool = True
    actions: tuple[Action, ...] = ()
    deferred: tuple[Deferred, ...] = ()
    unread: tuple[str, ...] = ()

    def counts(self) -> Counts:
        """How many managed resources are added, changed, replaced, destroyed and forgotten; how many actions."""
        kinds = [change.kind for change in self.changes if change.managed]
        counted = (Kind.CREATE, Kind.UPDATE, Kind.REPLACE, Kind.DELETE, Kind.FORGET)
        return Counts(*[*(kinds.count(kind) for kind in counted), len(self.actions)])


def from_json(text: str) -> Planned:
    """What `terraform show -json PLANFILE` printed, read. Raises NotAPlan."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_a_plan("it is not JSON") from error
    return from_document(document)


def from_document(document: object) -> Planned:
    """The parsed plan JSON as data. Raises NotAPlan when it is something else, of a format not known, or errored."""
    try:
        return _planned(_object(document, "the plan"))
    except RecursionError as error:
        raise _not_a_plan("it is nested too deeply") from error


def _planned(plan: dict[str, Json]) -> Planned:
    version = plan.get("format_version")
    if not isinstance(version, str) or not ("resource_changes" in plan or "planned_values" in plan):
        raise _not_a_plan("it has no format_version and no changes")
    if not re.fullmatch(rf"{FORMAT}\.\d+", version):
        raise _not_a_plan(f"its format is {version}, and only {FORMAT}.x is known: is this Terraform too new?")
    if plan.get("errored"):
        raise NotAPlan(Problem("Terraform failed while it planned", hint="what it has saved must not be applied"))
    resources, drifted = (_objects(plan, key) for key in ("resource_changes", "resource_drift"))
    outputs = {name: _object(each, name) for name, each in _object(plan.get("output_changes") or {}, "outputs").items()}
    invoked, put_off = (_objects(plan, key) for key in ("action_invocations", "deferred_changes"))
    configured = [
        {"after": each.get("config_values"), "after_sensitive": each.get("config_sensitive")} for each in invoked
    ]
    secrets = Secrets([*(_change_of(each) for each in (*resources, *drifted)), *outputs.values(), *configured])
    return Planned(
        tuple(_change(each, secrets) for each in resources),
        tuple(
            output(name, each, secrets) for name, each in outputs.items() if _kind(each, name) != (Kind.NO_OP, False)
        ),
        tuple(_change(each, secrets) for each in drifted),
        plan.get("complete") is not False,
        tuple(_action(each) for each in invoked),
        (
            *(_deferred(each, "resource_change") for each in put_off),
            *(_deferred(each, "action_invocation") for each in _objects(plan, "deferred_action_invocations")),
        ),
        tuple(sorted(key for key, value in plan.items() if key not in KNOWN and value not in (None, False, [], {}))),
    )


def _action(entry: dict[str, Json]) -> Action:
    trigger = entry.get("lifecycle_action_trigger")
    found = trigger if isinstance(trigger, dict) else {}
    return Action(
        _string(entry, "address"),
        _string(entry, "type"),
        _optional(found, "action_trigger_event"),
        _optional(found, "triggering_resource_address"),
    )


def _deferred(entry: dict[str, Json], key: str) -> Deferred:
    return Deferred(_string(_object(entry.get(key), key), "address"), _optional(entry, "reason") or "unknown")


def _change(entry: dict[str, Json], secrets: Secrets) -> Change:
    address = _string(entry, "address")
    change = _change_of(entry)
    kind, create_first = _kind(change, address)
    before, after = change.get("before"), change.get("after")
    gone = kind in (Kind.DELETE, Kind.REPLACE, Kind.FORGET)
    importing = change.get("importing")
    return Change(
        address=address,
        type=_string(entry, "type"),
        name=_string(entry, "name"),
        module=_optional(entry, "module_address") or "",
        managed=_string(entry, "mode") == "managed",
        kind=kind,
        create_first=create_first,
        attributes=() if kind is Kind.NO_OP else tuple(attributes(change, secrets)),
        settings=settings(before if gone else after, marks_of(change), secrets),
        replace_paths=tuple(dict.fromkeys(secrets.hide(written(path)) for path in replace_paths(change))),
        action_reason=_optional(entry, "action_reason"),
        deposed=_optional(entry, "deposed"),
        moved_from=_optional(entry, "previous_address"),
        imported=secrets.hide(in_words(importing.get("id"))) if isinstance(importing, dict) else None,
    )


def _kind(change: dict[str, Json], address: str) -> tuple[Kind, bool]:
    """What happens, and whether the new one comes before the old one goes. Raises NotAPlan for words not known."""
    actions = change.get("actions")
    words = tuple(str(action) for action in actions) if isinstance(actions, list) else ()
    if words not in KINDS:
        raise _not_a_plan(f"what it does to {address} is not known: {', '.join(words) or 'nothing'}")
    return KINDS[words], len(words) > 1 and words[0] == "create"


def _change_of(entry: dict[str, Json]) -> dict[str, Json]:
    return _object(entry.get("change"), "a change")


def _object(value: object, what: str) -> dict[str, Json]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise _not_a_plan(f"{what} is not an object")
    return value


def _objects(plan: dict[str, Json], key: str) -> list[dict[str, Json]]:
    values = plan.get(key) or []
    if not isinstance(values, list):
        raise _not_a_plan(f"{key} is not a list")
    return [_object(value, f"an entry of {key}") for value in values]


def _string(entry: dict[str, Json], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise _not_a_plan(f"a change has no {key}")
    return value


def _optional(entry: dict[str, Json], key: str) -> str | None:
    value = entry.get(key)
    return value if isinstance(value, str) and value else None


def _not_a_plan(why: str) -> NotAPlan:
    return NotAPlan(Problem(f"this is not a plan of Terraform's: {why}", hint="terraform show -json PLANFILE makes it"))
