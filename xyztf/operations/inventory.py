"""What now exists in each stack of an environment, as its outputs and its state tell: what one connects to, by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from xyztf.environment.model import Environment
from xyztf.operations.scope import Scope
from xyztf.stacks.names import Names
from xyztf.stacks.stack import Stack
from xyztf.terraform.apply import outputs, resources
from xyztf.terraform.order import in_order

Result = TypeVar("Result")
_TYPE = re.compile(r"(?:^|\.)(aws_\w+)\.[^.]+$")
_KEY = re.compile(r"\[[^]]*\]")


@dataclass(frozen=True, slots=True)
class Section:
    """A titled list: what there is, and under which name or address."""

    title: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def inventory(scope: Scope, parallel: int = 2) -> list[Section]:
    """What exists in each stack of the scope. Raises XyztfError when a stack's state cannot be read."""

    def read(name: str) -> Section:
        workspace = scope.workspace(name)
        stack = next(stack for stack in scope.stacks if stack.name == name)
        return section(scope.environment, stack, outputs(workspace), resources(workspace))

    return _all(scope, read, parallel)


def values(scope: Scope, parallel: int = 2) -> dict[str, dict[str, Any]]:
    """The outputs of each stack of the scope. Raises XyztfError when a stack's state cannot be read."""
    found = _all(scope, lambda name: outputs(scope.workspace(name)), parallel)
    return dict(zip((stack.name for stack in scope.stacks), found, strict=True))


def section(env: Environment, stack: Stack, given: dict[str, Any], addresses: Sequence[str]) -> Section:
    """What exists in one stack, by its outputs and the addresses in its state."""
    own = [address for address in (_KEY.sub("", each) for each in addresses) if ".data." not in f".{address}"]
    counts = Counter(found.group(1) for found in map(_TYPE.search, own) if found)
    streaming = given.get("function_names", {})
    rows: list[tuple[str, list[str]]] = [
        (_database(env, stack), [_address(given, "database_endpoint", "database_port")]),
        ("cache", [_address(given, "cache_endpoint", "cache_port")]),
        ("cache, reading", [_address(given, "cache_reader_endpoint", "cache_port")]),
        ("streams", list(given.get("stream_names", {}).values())),
        (
            "tables",
            [
                f"{full} (streamed)" if name in streaming else full
                for name, full in given.get("table_names", {}).items()
            ],
        ),
        ("functions", list(streaming.values())),
        ("alarms", _alarms(counts)),
        ("alarms go to", [given.get("alarm_topic_arn", "")]),
        ("dashboard", [given.get("dashboard_name", "")]),
        ("roles", _number(counts["aws_iam_role"])),
        ("for applications", [given.get("application_role_arn", "")]),
        ("budgets", _number(counts["aws_budgets_budget"])),
        ("resources", _number(len(own)) or ["none"]),
        ("state bucket", [Names.of(env).state_bucket(stack.region)]),
    ]
    shown = ((label, tuple(item for item in items if item)) for label, items in rows)
    return Section(stack.name, tuple((label, items) for label, items in shown if items))


def _all(scope: Scope, read: Callable[[str], Result], parallel: int) -> list[Result]:
    outcomes = in_order({stack.name: () for stack in scope.stacks}, read, parallel)
    for outcome in outcomes:
        if outcome.error:
            raise outcome.error
    return [outcome.result for outcome in outcomes if outcome.result is not None]


def _database(env: Environment, stack: Stack) -> str:
    if stack.region == env.primary_region:
        return "primary database"
    replica = env.database.replicas.get(stack.region) if env.database else None
    return "promoted database" if replica and replica.role == "promoted" else "replica database"


def _address(given: dict[str, Any], host: str, port: str) -> str:
    return f"{given[host]}:{given[port]}" if given.get(host) and given.get(port) else str(given.get(host) or "")


def _alarms(counts: Counter[str]) -> list[str]:
    composite = counts["aws_cloudwatch_composite_alarm"]
    return [*_number(counts["aws_cloudwatch_metric_alarm"]), *([f"{composite} composite"] if composite else [])]


def _number(count: int) -> list[str]:
    return [str(count)] if count else []
