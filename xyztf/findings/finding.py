"""One thing found, and how bad it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from xyztf.errors import Location


class Severity(IntEnum):
    """How bad a finding is: an error will not work or is dangerous, a warning will hurt, a note is worth knowing."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. `rule` is its id, `title` its title; `message` says what is wrong here, `hint` what to do.

    `location.file` is relative to where the user stands, or to the project. `address` is the block's in Terraform's
    words, such as `module.vpc.aws_vpc.this`; `stack` the stack or folder it was seen from, where that is not the
    file's own; `environment` the one it was found in, if any. `tool` made it: "xyztf", or "checkov". `origin` is where
    a rendered line comes from, for people: the template's line, and the value behind it with its own.
    """

    rule: str
    severity: Severity
    message: str
    location: Location
    title: str = ""
    hint: str | None = None
    address: str | None = None
    stack: str | None = None
    source: str | None = None
    tool: str = "xyztf"
    environment: str | None = None
    origin: str | None = None
