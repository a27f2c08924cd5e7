"""Changes as a unified diff, as a reviewer reads them: without the headers, whose digests follow from the rest."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from xyztf.render.change import Change
from xyztf.render.header import without_header


def unified(changes: Iterable[Change]) -> Iterator[str]:
    """The lines of the diff, without line ends, in the order of `changes`."""
    for change in changes:
        old, new = _lines(change.old), _lines(change.new)
        before = f"a/{change.path}" if change.old is not None else "/dev/null"
        after = f"b/{change.path}" if change.new is not None else "/dev/null"
        if old is None or new is None:
            yield f"Binary files {before} and {after} differ"
        elif old != new:
            yield from difflib.unified_diff(old, new, before, after, lineterm="")


def _lines(content: bytes | None) -> list[str] | None:
    """The text's lines; none for a file that is not there; None for what is not text."""
    if content is None:
        return []
    try:
        return _split(without_header(content).decode("utf-8"))
    except UnicodeDecodeError:
        return None if b"\0" in content else _split(content.decode("latin-1"))


def _split(text: str) -> list[str]:
    """At line feeds only: str.splitlines also splits at characters that are part of a line."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]
