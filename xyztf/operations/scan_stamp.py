"""Remembers what `xyztf scan` said, so that the same command over the same files says it again without looking.

As for `render --check` (docs/decisions/0006-stamp.md): any difference in a size, a time or an inode of what the answer
hangs on, and it is worked out anew. Only text that goes to no terminal is remembered. This module is on the fast path:
what takes time to import is imported where it is needed.
"""

from __future__ import annotations

import os
import sys
import time

from xyztf.render import stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from xyztf.findings.report import Report

_SETTINGS = ("XYZTF_CHECKOV_PYTHON", "PATH", "HOME", "PYTHONUSERBASE", "LD_LIBRARY_PATH", "FORCE_COLOR", "NO_COLOR")


def answer(arguments: Sequence[str]) -> tuple[int, str] | None:
    """The exit code and the text that were given to a command line, if that still holds; None: ask in full."""
    if sys.stdout.isatty():
        return None
    began = time.monotonic()
    try:
        here = os.getcwd()
        status = os.stat(stamp.place(here, _key(arguments)))
    except OSError:
        return None
    # Nobody else may answer for us.
    if status.st_uid != os.getuid() or status.st_mode & 0o022:
        return None
    told = stamp.answer(here, _key(arguments))
    if told is None:
        return None
    code, _, text = told.partition(" ")
    return int(code), f"{text.encode('ascii').decode('unicode_escape')} in {time.monotonic() - began:.1f} s"


def remember(
    arguments: Sequence[str], report: Report, code: int, hangs_on: Iterable[str], base: Path, began_ns: int
) -> None:
    """Keep what was said of a report. `hangs_on` are paths, absolute or below `base`."""
    if sys.stdout.isatty() or list(arguments[:1]) != ["scan"]:
        return
    from xyztf.findings.text import text

    said = "\n".join(text(report, explain="xyztf rules")).rpartition(" in ")[0]
    told = f"{int(code)} {said.encode('unicode_escape').decode('ascii')}"
    paths = {os.path.join(base, path) for path in (*hangs_on, *_around(str(base)))}
    stamp.remember(os.getcwd(), _key(arguments), paths, told, began_ns)


def _key(arguments: Sequence[str]) -> list[str]:
    """All that is not a file: the day too, as suppressions end."""
    day = time.strftime("%Y-%m-%d", time.gmtime())
    return ["scan", day, sys.executable, *(os.environ.get(name, "-") for name in _SETTINGS), *arguments]


def _around(base: str) -> Iterator[str]:
    """What decides which stacks there are, and where their lines come from; and xyztf's own code."""
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for top in (own, os.path.join(base, "templates"), os.path.join(base, "environments")):
        yield top
        for folder, below, names in os.walk(top):
            below[:] = [name for name in below if name not in ("__pycache__", ".terraform")]
            yield folder
            yield from (os.path.join(folder, name) for name in names)
