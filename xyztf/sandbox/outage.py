"""Regions that are out of reach, as in an outage of AWS's: no call for them is answered until it is ended.

Which ones stands in a file of the sandbox's folder. Commands write it, and the emulator's process looks at it with
every call: an outage holds whether the process runs or not, and over restarts, until it is ended or reset.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from xyztf.errors import Problem
from xyztf.private import write_private
from xyztf.sandbox.state import Place, SandboxError


def out_of_reach(place: Place) -> list[str]:
    """The regions that are out of reach, in the order of their names. Raises SandboxError for a damaged file."""
    try:
        regions = json.loads(place.outage.read_text("utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        hint = f"end all outages with: xyztf sandbox outage {place.environment} --end"
        raise SandboxError(Problem(f"{place.outage} cannot be read: {error}", hint=hint)) from error
    return [str(region) for region in regions]


def begin(place: Place, regions: Iterable[str]) -> None:
    """Put these regions out of reach, besides those that are."""
    place.prepare()
    write_private(place.outage, json.dumps(sorted({*out_of_reach(place), *regions})).encode())


def end(place: Place, regions: Iterable[str] = ()) -> None:
    """Bring these regions back, or all."""
    given = set(regions)
    left = [region for region in out_of_reach(place) if region not in given] if given else []
    if left:
        write_private(place.outage, json.dumps(left).encode())
    else:
        place.outage.unlink(missing_ok=True)


class Watch:
    """The regions that are out of reach now, for the process that is asked with every call."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._stamp: tuple[int, int] | None = None
        self._regions: frozenset[str] = frozenset()

    def __call__(self) -> frozenset[str]:
        """The regions. The file is read again when it is another one: it is written whole, under a new number."""
        try:
            found = self._place.outage.stat()
        except FileNotFoundError:
            return frozenset()
        stamp = (found.st_ino, found.st_mtime_ns)
        if stamp != self._stamp:
            self._regions = frozenset(out_of_reach(self._place))
            self._stamp = stamp
        return self._regions
