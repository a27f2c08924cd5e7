"""MySQL 8.4's parameters on RDS: which are known, how they take effect, which have another name by now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from xyztf.facts.answers import Refusal, Superseded
from xyztf.facts.tables import table

UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
DEFAULT_LOG_FILE_SIZE = "48M"
DEFAULT_LOG_FILES = "2"


@cache
def known() -> frozenset[str]:
    """The parameters an operator may set that are known by name. Others may exist: use it to suggest, not to refuse."""
    facts = table("mysql_parameters")
    listed = {*facts["apply"]["dynamic"], *facts["apply"]["static"], *facts["wait_for_reboot"]["names"]}
    return frozenset(listed - {entry["name"] for entry in facts["ours"]})


def apply_method(parameter: str) -> Literal["immediate", "pending-reboot"]:
    """How a change of the parameter is applied: `immediate` only where it is known to be dynamic.

    RDS refuses `immediate` on a static parameter and takes `pending-reboot` on any.
    """
    return "immediate" if parameter in table("mysql_parameters")["apply"]["dynamic"] else "pending-reboot"


def fixed_at_creation(parameter: str) -> bool:
    """Whether the parameter can only be set before the first instance is created with its group."""
    return parameter in table("mysql_parameters")["fixed_at_creation"]["names"]


def ours(parameter: str) -> Refusal | None:
    """Why an operator may not set this parameter, when xyztf or RDS sets it."""
    for entry in table("mysql_parameters")["ours"]:
        if entry["name"] == parameter:
            return Refusal(entry["reason"], entry["way_out"], entry["source"])
    return None


def superseded(parameter: str) -> Superseded | None:
    """What has become of a parameter that MySQL 8.4 on RDS no longer has. None when it is not known to be gone."""
    entry = _entry(parameter)
    if entry is None:
        return None
    becomes = entry["becomes"]
    if entry["how"] == "prefix":
        becomes = becomes + parameter.removeprefix(entry["name"])
    return Superseded(parameter, entry["action"], becomes, entry["reason"], entry["way_out"], entry["source"])


def translate(parameters: Mapping[str, str]) -> tuple[dict[str, str], tuple[Superseded, ...]]:
    """The parameters under the names and values of MySQL 8.4, and what was translated.

    What has to be refused stays as it is (ask `superseded`), and so does a parameter whose new name is set as well.
    Raises ValueError for a size that cannot be read.
    """
    translated = {name: value for name, value in parameters.items() if not _translates(name)}
    applied: list[Superseded] = []
    for name in parameters:
        what = superseded(name)
        if what is not None and what.action == "translate" and what.becomes is not None:
            translated.setdefault(what.becomes, _value(name, parameters))
            applied.append(what)
    return translated, tuple(applied)


def in_bytes(size: str) -> int:
    """A size as my.cnf writes it, in the bytes a parameter group wants: `512M` -> 536870912. Raises ValueError."""
    match = re.fullmatch(r"\s*(\d+)\s*([KMGT]?)(?:i?B)?\s*", size, re.IGNORECASE)
    if match is None:
        raise ValueError(f"{size!r} is not a size such as 536870912 or 512M")
    return int(match[1]) * UNITS[match[2].upper()]


def share_of_memory(percent: int) -> str:
    """A share of the instance's memory as RDS writes it: 75 -> `{DBInstanceClassMemory*75/100}`."""
    return f"{{DBInstanceClassMemory*{percent}/100}}"


def sized_by_rds(parameter: str) -> bool:
    """Whether RDS for MySQL 8.4 computes this parameter from the instance class when it is not set."""
    return parameter in table("mysql_parameters")["sized_by_rds"]["names"]


def _entry(parameter: str) -> Mapping[str, Any] | None:
    facts = table("mysql_parameters")
    for entry in facts["superseded"]:
        if parameter == entry["name"]:
            return dict(entry)
    for entry in facts["superseded_prefixes"]:
        if parameter.startswith(entry["name"]):
            return dict(entry)
    return None


def _translates(parameter: str) -> bool:
    entry = _entry(parameter)
    return entry is not None and entry["action"] == "translate"


def _value(name: str, parameters: Mapping[str, str]) -> str:
    entry = _entry(name)
    how = entry["how"] if entry else "same"
    if how == "times_log_files":
        size = parameters.get("innodb_log_file_size", DEFAULT_LOG_FILE_SIZE)
        return str(in_bytes(size) * int(parameters.get("innodb_log_files_in_group", DEFAULT_LOG_FILES)))
    if how == "first_factor":
        return f"*:{parameters[name]}"
    return parameters[name]
