"""A suppression: who says, for which reason and until when, that a finding is not to be told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from xyztf.errors import Location
from xyztf.findings.finding import Finding

_INDEX = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')


@dataclass(frozen=True, slots=True)
class Suppression:
    """One suppression, complete as written. Whether it convinces, and whether it is still valid, is for a review.

    `kind` says where it was written, `place` the line there. A comment covers `lines` of its own file, the first and
    the last; None where nothing follows that it could cover. In the project's file `addresses`, `files` and
    `environments` are what it is limited to: nothing named means all. `until` is its last day.
    """

    rules: tuple[str, ...]
    reason: str
    owner: str
    until: date
    place: Location
    kind: Literal["comment", "file"]
    lines: tuple[int, int] | None = None
    addresses: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this finding, be it valid still or not."""
        if finding.rule not in self.rules:
            return False
        if self.kind == "comment":
            if self.lines is None or finding.location.file != self.place.file:
                return False
            first, last = self.lines
            return first <= finding.location.line <= last
        return (
            (not self.environments or finding.environment in self.environments)
            and (not self.files or any(file_fits(glob, finding.location.file) for glob in self.files))
            and (not self.addresses or any(address_fits(glob, finding.address) for glob in self.addresses))
        )


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding, and the suppression because of which it is not told."""

    finding: Finding
    suppression: Suppression


def address_fits(glob: str, address: str | None) -> bool:
    """Whether an address fits: `*` stands for anything, `?` for one character.

    A glob without an index is about every instance: `aws_subnet.this` fits `aws_subnet.this["a"]`.
    """
    if address is None:
        return False
    pattern = _address_pattern(glob)
    return bool(pattern.fullmatch(address) or ("[" not in glob and pattern.fullmatch(_INDEX.sub("", address))))


def file_fits(glob: str, file: str) -> bool:
    """Whether a file's path fits: `*` stays within a folder, `**` does not, `?` is one character.

    A glob that ends in `/` is about all that is in the folder.
    """
    return bool(_file_pattern(glob).fullmatch(file.replace("\\", "/").removeprefix("./")))


# fnmatch would read the brackets of an index as a choice of characters.
@lru_cache(maxsize=1024)
def _address_pattern(glob: str) -> re.Pattern[str]:
    words = {"*": ".*", "?": "."}
    return re.compile("".join(words.get(character, re.escape(character)) for character in glob), re.DOTALL)


@lru_cache(maxsize=1024)
def _file_pattern(glob: str) -> re.Pattern[str]:
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    whole = glob.removeprefix("./") + ("**" if glob.endswith("/") else "")
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", whole)
    return re.compile("".join(words.get(part, re.escape(part)) for part in parts), re.DOTALL)
