"""What is known of checkov's checks beyond what it tells: how bad a failure is, and what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from xyztf.findings.finding import Severity
from xyztf.findings.rule_info import RuleInfo

_TABLE: dict[str, Any] = json.loads(Path(__file__).with_name("checks.json").read_text("utf-8"))
TRIED: tuple[str, ...] = tuple(_TABLE["tried"])
"""The versions of checkov whose verdicts were held against those of its own command."""
ANY = "CKV_ANY"
_CODE = "https://github.com/bridgecrewio/checkov/blob"


def severity(check: str) -> Severity:
    """How bad it is when a check fails; a warning for one that the table does not have."""
    return _severities().get(check, Severity.WARNING)


@cache
def _severities() -> dict[str, Severity]:
    return {check: each for each in Severity for check in _TABLE[str(each)]}


def hint(check: str, keys: Sequence[str], told: Mapping[str, Any]) -> str | None:
    """What to do about a failed check. `keys` are the attributes it looked at, `told` what the driver says of it."""
    if check in _TABLE["hints"]:
        return str(_TABLE["hints"][check])
    if not keys:
        return None
    name = ".".join(steps(keys[0]))
    if wanted := told.get("wanted"):
        return f"give {name} a value" if ANY in wanted else f"set {name} to {_either(wanted)}"
    if barred := told.get("barred"):
        return f"take {name} out" if ANY in barred else f"{name} must not be {_either(barred)}"
    return None


def looked_at(check: str, keys: Sequence[str]) -> Sequence[str]:
    """The attributes that a failure is about: ours, where checkov names none, or also those that are as they should."""
    return _TABLE["looks_at"].get(check, keys) or ()


def _either(values: Sequence[Any]) -> str:
    *others, last = dict.fromkeys(json.dumps(value) for value in values)
    return f"{', '.join(others)} or {last}" if others else last


def steps(key: str) -> list[str]:
    """The names on the way to an attribute, from checkov's path: "ingress/[0]/cidr_blocks" is two."""
    return [part for part in key.split("/") if part and not part.strip("[]*").isdigit() and part.strip("[]*")]


def info(check: str, told: Mapping[str, Any], version: str) -> RuleInfo:
    """The check as a rule of a report."""
    name = str(told.get("name") or check)
    path = told.get("path")
    return RuleInfo(
        check,
        name,
        name,
        f"{_CODE}/{version}/checkov/{path}" if path else "https://www.checkov.io/5.Policy%20Index/terraform.html",
        severity(check),
        tool="checkov",
    )
