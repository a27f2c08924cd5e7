"""What was changed outside of Terraform: a plan that is looked at and thrown away.

Terraform reports as drift whatever is not as in the state, also what a service fills in after the first apply. Here
drift is what the next apply would put back: `resource_drift` where `resource_changes` leads away from what is there.
So the provider's own sense of what is equal decides (JSON, order, defaults), and so does `ignore_changes`.
docs/drift.md says why it is not a refresh-only plan.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from python_terraform import IsFlagged

from xyztf.terraform.additions import COLLECTIONS, Addition, additions
from xyztf.terraform.configuration import Written
from xyztf.terraform.differences import Attribute, Json, Secrets, attributes
from xyztf.terraform.hold import held
from xyztf.terraform.planned import Change, Kind, from_document
from xyztf.terraform.saved import shown
from xyztf.terraform.scratch import scratch
from xyztf.terraform.workspace import Workspace

TAGS, ALL_TAGS = "tags", "tags_all"


@dataclass(frozen=True, slots=True)
class Drifted:
    """A resource that is `gone`, or of which `attributes` changed from what was applied (old) to what is there (new).

    `replaces` says that the plan would make it anew.
    """

    address: str
    type: str
    gone: bool = False
    attributes: tuple[Attribute, ...] = ()
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Drift:
    """What became of a stack since it was applied.

    `resources` would be put back by the next apply. `added` would stay, though no resource of the stack has made it.
    `left` has changed too, but the configuration does not say how it should be: mostly what the service fills in.
    """

    resources: tuple[Drifted, ...] = ()
    added: tuple[Addition, ...] = ()
    left: tuple[Drifted, ...] = ()

    @property
    def any(self) -> bool:
        """Whether something is not as it was applied, and should be."""
        return bool(self.resources or self.added)


def find_drift(workspace: Workspace) -> Drift:
    """Compare a stack with what is there; changes nothing and keeps nothing. Raises TerraformFailed."""
    if not workspace.is_initialised():
        with held(workspace) as ours:
            ours.init()
    with scratch(workspace.private, "drift-") as folder:  # a plan holds secrets
        path = folder / "plan"
        # Without a lock, as nothing is written: a nightly check neither stops an apply nor needs leave to write a lock.
        # The price is that what an apply is changing meanwhile can be reported.
        options = {"out": str(path), "input": False, "json": IsFlagged, "no_color": IsFlagged, "lock": False}
        code, out, _ = workspace.run("plan", **options)
        if code:
            raise workspace.failed("plan", out)
        return drift_of(shown(workspace, path))


def drift_of(document: Mapping[str, Any]) -> Drift:
    """What a plan, as JSON, says of drift; redacted. The plan must be an ordinary one. Raises NotAPlan."""
    planned = from_document(document)
    ways_back = {change.address: change for change in planned.changes if change.deposed is None}
    written = Written(document)
    resources, left = [], []
    for found in planned.drift:
        if found.kind not in (Kind.UPDATE, Kind.DELETE):
            continue  # moved within the state, by a `moved` block
        way_back = ways_back.get(found.address)
        back, rest = _parted(found, way_back, written.of(found.address))
        if back is not None:
            resources.append(back)
        if rest is not None:
            left.append(rest)
    entries = [*document.get("resource_drift", ()), *document.get("resource_changes", ())]
    secrets = Secrets(entry["change"] for entry in entries)
    return Drift(tuple(resources), tuple(additions(document, written, secrets)), tuple(left))


def _parted(found: Change, way_back: Change | None, written: frozenset[str]) -> tuple[Drifted | None, Drifted | None]:
    """What of a drifted resource would be put back, and what would be left."""
    if found.kind is Kind.DELETE:
        gone = Drifted(found.address, found.type, gone=True)
        return (gone, None) if way_back and way_back.kind is Kind.CREATE else (None, gone)
    wanted = [_place(each.path) for each in _leading_away(way_back) if _decided(each, written)]
    told = COLLECTIONS.get(found.type, ())  # by `additions`
    back = [each for each in found.attributes if any(_meet(_place(each.path), place) for place in wanted)]
    rest = [each for each in found.attributes if each not in back and _top(each.path) not in told]
    replaces = way_back is not None and way_back.kind is Kind.REPLACE
    return _drifted(found, back, replaces=replaces), _drifted(found, rest)


def _leading_away(way_back: Change | None) -> tuple[Attribute, ...]:
    """What the plan changes of a resource that stays. One whose block is no longer there is not put back."""
    return way_back.attributes if way_back and way_back.kind in (Kind.UPDATE, Kind.REPLACE) else ()


def _drifted(found: Change, changed: list[Attribute], *, replaces: bool = False) -> Drifted | None:
    opened = [part for each in _tags_once(changed) for part in _opened(each)]
    return Drifted(found.address, found.type, attributes=tuple(opened), replaces=replaces) if opened else None


def _decided(attribute: Attribute, written: frozenset[str]) -> bool:
    """Whether the configuration decides the planned value.

    What a provider computes anew with each update is planned as unknown. So is what refers to something that is yet to
    be made, but that is written in the configuration.
    """
    return attribute.known or _top(attribute.path) in {*written, ALL_TAGS}


def _top(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _place(path: str) -> str:
    """The path as far as it means the same in two comparisons: elements that only their place identifies may move."""
    return re.split(r"\[\d+\]", path, maxsplit=1)[0]


def _meet(one: str, other: str) -> bool:
    """Whether the paths are the same, or one holds the other."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short) : len(short) + 1] in ("", ".", "[")


def _tags_once(changed: list[Attribute]) -> list[Attribute]:
    """`tags_all` holds all tags, also those of the provider's default_tags: where it changed, it stands for `tags`."""
    everything = [each for each in changed if _top(each.path) == ALL_TAGS]
    if not everything:
        return changed
    others = [each for each in changed if _top(each.path) not in (TAGS, ALL_TAGS)]
    return [*others, *(replace(each, path=each.path.replace(ALL_TAGS, TAGS, 1)) for each in everything)]


def _opened(attribute: Attribute) -> Iterator[Attribute]:
    """The parts that changed, where the value is JSON in a text: a policy, the body of a dashboard."""
    old, new = _document(attribute.old), _document(attribute.new)
    if old is None or new is None:
        yield attribute
        return
    for part in attributes({"before": old, "after": new}, Secrets(())):
        yield replace(part, path=f"{attribute.path}: {part.path}", schema_path=attribute.schema_path)


def _document(value: Json) -> dict[str, Json] | None:
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
