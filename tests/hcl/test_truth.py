"""What we read and evaluate of the rendered stacks is what Terraform plans for them, resource by resource."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from xyztf.hcl.configuration import configuration
from xyztf.hcl.convert import ConversionError, to_string
from xyztf.hcl.resource import Resource
from xyztf.hcl.sources import Sources
from xyztf.hcl.syntax import Body
from xyztf.hcl.values import UNKNOWN
from xyztf.hcl.walk import calls, traversals
from xyztf.operations.plan import plan_stacks
from xyztf.operations.scope import begin
from xyztf.terraform.saved import shown

pytestmark = pytest.mark.terraform

REPOSITORY = Path(__file__).parents[2]
STACKS = {"prod": ["us-east-1", "us-west-2", "global"], "dev": ["us-east-1"]}
META = {"count", "for_each", "provider", "depends_on", "lifecycle", "connection", "provisioner"}


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str], dict[str, Any]]]:
    """Each stack's plan, for a green field in the sandbox, as `terraform show -json` gives it."""
    root = tmp_path_factory.mktemp("truth")
    for name in ("environments", "modules"):
        shutil.copytree(REPOSITORY / name, root / name)
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(root / "cache"))
        try:
            for environment, names in STACKS.items():
                scope = begin(root, environment, names, sandbox=True)
                for outcome in plan_stacks(scope):
                    assert outcome.result, outcome.error
                    workspace = scope.workspace(outcome.stack)
                    found[environment, outcome.stack] = shown(workspace, outcome.result.plan.path, "sandbox")
            yield found
        finally:
            for environment in STACKS:
                command = [sys.executable, "-m", "xyztf", "sandbox", "reset", environment, "--project", str(root)]
                subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, env=os.environ)


@dataclass
class Compared:
    """What came of a comparison. Paths are `address.attribute...`."""

    equal: int = 0
    wrong: list[str] = field(default_factory=list)
    left_unknown: list[str] = field(default_factory=list)
    guessed: list[str] = field(default_factory=list)


@pytest.mark.parametrize(("environment", "stack"), [(each, name) for each in STACKS for name in STACKS[each]])
def test_what_is_read_is_what_terraform_plans(plans, environment, stack):
    document = plans[environment, stack]
    read = configuration(Sources(REPOSITORY), f"environments/{environment}/{stack}")
    ours = {each.address: each for each in read.resources if each.mode == "resource"}
    planned = {each["address"]: each.get("values", {}) for each in managed(document["planned_values"]["root_module"])}
    unknown = {each["address"]: each["change"]["after_unknown"] for each in document["resource_changes"]}
    assert sorted(ours) == sorted(planned)

    compared = Compared()
    from_data = []
    for address, resource in ours.items():
        before = len(compared.left_unknown)
        compare_body(resource.body, resource.values, planned[address], unknown[address], address, compared)
        new = compared.left_unknown[before:]
        hanging = [each for each in new if hangs_on_data(resource, each.removeprefix(f"{address}."))]
        from_data += hanging
        compared.left_unknown[before:] = [each for each in new if each not in hanging]
    print(
        f"\n{environment}/{stack}: resources: {len(ours)}, equal: {compared.equal}, wrong: {len(compared.wrong)},"
        f" unknown to us alone: {len(compared.left_unknown)}, from data sources or files: {len(from_data)}"
    )
    for path in from_data:
        print(f"  from a data source or a file: {path}")
    assert compared.wrong == []
    assert compared.guessed == []
    assert compared.left_unknown == []
    assert compared.equal > 3 * len(ours)


def managed(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (each for each in module.get("resources", ()) if each["mode"] == "managed")
    for child in module.get("child_modules", ()):
        yield from managed(child)


def compare_body(
    body: Body | None, ours: dict[str, Any], planned: dict[str, Any], unknown: Any, path: str, compared: Compared
) -> None:
    """A body's arguments and blocks; what the provider adds to them is not looked at."""
    for name, value in ours.items():
        if body is not None and name in META:
            continue
        if name.endswith("_wo"):  # write-only: null in every plan
            assert planned.get(name) is None
            continue
        below = unknown.get(name, False) if isinstance(unknown, dict) else unknown
        is_block = name not in body.attributes if body else isinstance(value, list) and are_objects(value)
        compare(value, planned.get(name), below, f"{path}.{name}", compared, is_block)


def compare(ours: Any, planned: Any, unknown: Any, path: str, compared: Compared, block: bool = False) -> None:
    """One value of ours with that of the plan, where `unknown` is what the plan does not know."""
    if ours is UNKNOWN:
        if not has_unknown(unknown) and planned is not None:
            compared.left_unknown.append(path)
        return
    if unknown is True:
        if ours is not None and not holds_unknown(ours):
            compared.guessed.append(path)
        return
    if ours is None:  # the provider's default
        return
    if block:
        compare_blocks(ours, planned, unknown, path, compared)
    elif isinstance(ours, dict) and isinstance(planned, dict):
        inner = unknown if isinstance(unknown, dict) else {}
        for key in ours.keys() | planned.keys():
            if key not in ours and planned[key] is not None:
                compared.wrong.append(f"{path}.{key}: only in the plan")
            elif key in ours:
                compare(ours[key], planned.get(key), inner.get(key, False), f"{path}.{key}", compared)
    elif isinstance(ours, list) and isinstance(planned, list):
        if has_unknown(unknown) or holds_unknown(ours):
            if isinstance(unknown, list) and len(ours) == len(planned) == len(unknown):
                for at, (mine, theirs, open_) in enumerate(zip(ours, planned, unknown, strict=True)):
                    compare(mine, theirs, open_, f"{path}[{at}]", compared)
            elif not has_unknown(unknown):
                compared.left_unknown.append(path)
        elif [normal(each) for each in ours] == [normal(each) for each in planned] or (
            sorted(map(text, ours)) == sorted(map(text, planned))
        ):
            compared.equal += 1
        else:
            compared.wrong.append(f"{path}: {ours!r} is {planned!r}")
    elif is_path(ours, planned) or normal(ours) == normal(planned) or (ours in ([], {}, "") and planned is None):
        compared.equal += 1
    else:
        compared.wrong.append(f"{path}: {ours!r} is {planned!r}")


def compare_blocks(ours: list[Any], planned: Any, unknown: Any, path: str, compared: Compared) -> None:
    """Blocks of one type. A set of them comes in another order: each is held against the one it fits best."""
    theirs = planned if isinstance(planned, list) else [planned] if planned is not None else []
    opens = unknown if isinstance(unknown, list) else [unknown] * len(theirs)
    if len(ours) != len(theirs):
        if not has_unknown(unknown):
            compared.wrong.append(f"{path}: {len(ours)} blocks, {len(theirs)} in the plan")
        return
    left = list(zip(theirs, opens, strict=True)) if len(opens) == len(theirs) else [(each, False) for each in theirs]
    for at, mine in enumerate(ours):
        tries = []
        for place, (other, open_) in enumerate(left):
            tried = Compared()
            compare_body(None, mine, other or {}, open_, f"{path}[{at}]", tried)
            tries.append((len(tried.wrong) + len(tried.guessed) + len(tried.left_unknown), place, tried))
        _, place, best = min(tries, key=lambda each: each[:2])
        del left[place]
        compared.equal += best.equal
        compared.wrong += best.wrong
        compared.guessed += best.guessed
        compared.left_unknown += best.left_unknown


def are_objects(values: list[Any]) -> bool:
    return all(isinstance(each, dict) for each in values)


def is_path(ours: Any, planned: Any) -> bool:
    """Terraform tells a module's folder from the root module's, we from the project's."""
    return isinstance(ours, str) and ours.startswith("modules/") and planned == f"../../../{ours}"


def has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    return any(map(has_unknown, value)) if isinstance(value, list) else bool(value)


def holds_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(holds_unknown, value.values()))
    return any(map(holds_unknown, value)) if isinstance(value, list) else value is UNKNOWN


def normal(value: Any) -> Any:
    """Numbers and true or false as texts, as the provider takes either; a JSON document as what it says."""
    if isinstance(value, str):
        if value.strip()[:1] in ("{", "["):
            try:
                return json.loads(value)
            except ValueError:
                return value
        return value
    if isinstance(value, dict):
        return {key: normal(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [normal(each) for each in value]
    try:
        return to_string(value)
    except ConversionError:
        return value


def text(value: Any) -> str:
    return json.dumps(normal(value), sort_keys=True)


# Where a value that only Terraform knows comes from ------------------------------------------------------------------


def hangs_on_data(resource: Resource, path: str) -> bool:
    """Whether an argument of the resource comes from a data source, or from a file, which is not read."""
    attribute = resource.body.attributes.get(path.partition(".")[0].partition("[")[0])
    return attribute is not None and (
        any(each.root == "data" for each in traversals(attribute.value))
        or any(each.name.startswith("file") for each in calls(attribute.value))
    )
