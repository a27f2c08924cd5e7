"""Outcomes of planning, made from plan documents. `outcome("global", change("aws_x.y", ["update"], {...}, {...}))`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xyztf.errors import XyztfError
from xyztf.operations.plan import Judged
from xyztf.terraform.binding import Binding, StateVersion
from xyztf.terraform.guard import judge
from xyztf.terraform.order import Outcome
from xyztf.terraform.planned import from_document
from xyztf.terraform.saved import SavedPlan
from xyztf.terraform.workspace import Workspace


def make_change(address: str, actions: list[str], before: Any = None, after: Any = None, **more: Any) -> dict[str, Any]:
    """One entry of a plan's resource_changes."""
    kind, name = address.split("[", maxsplit=1)[0].split(".")[-2:]
    inner = {"actions": actions, "before": before, "after": after}
    for key in ("after_unknown", "before_sensitive", "after_sensitive", "replace_paths"):
        if key in more:
            inner[key] = more.pop(key)
    return {"address": address, "mode": "managed", "type": kind, "name": name, "change": inner, **more}


def make_outcome(
    stack: str,
    *changes: dict[str, Any],
    protected: bool = False,
    error: XyztfError | None = None,
    document: dict[str, Any] | None = None,
    **more: Any,
) -> Outcome[Judged]:
    """A stack that was planned and judged, or was not."""
    if error:
        return Outcome(stack, error=error)
    planned = from_document(document or {"format_version": "1.2", "resource_changes": list(changes), **more})
    binding = Binding(f"dev/{stack}", "aws", "123456789012", "", "1.11.4", {}, StateVersion(), False, True, "")
    plan = SavedPlan(
        Workspace("dev", stack, Path(), Path(), Path("terraform"), {}), Path("plan"), planned, bool(changes), binding
    )
    return Outcome(stack, Judged(plan, judge(planned, protected=protected, allowed=frozenset())))


@pytest.fixture(scope="session")
def change() -> Callable[..., dict[str, Any]]:
    return make_change


@pytest.fixture(scope="session")
def outcome() -> Callable[..., Outcome[Judged]]:
    return make_outcome
