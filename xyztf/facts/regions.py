"""AWS regions: their names, their zones, and the partition they belong to."""

from __future__ import annotations

from dataclasses import dataclass

from xyztf.facts.tables import table

PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}


@dataclass(frozen=True, slots=True)
class Region:
    """One region. `zones` are those a new account can place current instances in, as full names, in order."""

    code: str
    name: str
    zones: tuple[str, ...]
    opt_in: bool
    zones_by_account: bool


def codes() -> tuple[str, ...]:
    """Every region this version of xyztf knows, sorted."""
    return tuple(table("regions")["names"]["regions"])


def region(code: str) -> Region | None:
    """The region of that code, or None when there is none."""
    facts = table("regions")
    name = facts["names"]["regions"].get(code)
    if name is None:
        return None
    return Region(
        code=code,
        name=name,
        zones=tuple(code + letter for letter in table("zones")["zones"].get(code, ())),
        opt_in=code in facts["opt_in"]["regions"],
        zones_by_account=code in facts["zones_by_account"]["regions"],
    )


def partition(code: str) -> str:
    """The partition that stands in a region's ARNs: `aws` for most, `aws-cn` and `aws-us-gov` for some."""
    return next((name for prefix, name in PARTITIONS.items() if code.startswith(prefix)), "aws")
