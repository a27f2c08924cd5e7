"""Remembers what `scan` or `check` said, so that the same command over the same files says it again without looking.

As for `render --check` (docs/decisions/0006-stamp.md): any difference in a size, a time or an inode of what the answer
hangs on, and it is worked out anew. On a terminal, such as the one that pre-commit makes for its hooks, the width
counts too. This module is on the fast path: it may import nothing that takes time.
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

_SETTINGS = ("XYZTF_CHECKOV_PYTHON", "PATH", "HOME", "PYTHONUSERBASE", "LD_LIBRARY_PATH")
_LOOKS = ("FORCE_COLOR", "NO_COLOR", "TERM", "COLUMNS")
_PLAIN = "\x1b[0m"


def answer(arguments: Sequence[str]) -> tuple[int, str] | None:
    """The exit code and the text that were given to a command line, if that still holds; None: ask in full."""
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
    said = text.encode("ascii").decode("unicode_escape")
    # Where the last line has a style, it ends behind the seconds.
    end = _PLAIN if said.rpartition("\n")[2].startswith("\x1b[") else ""
    return int(code), f"{said} in {time.monotonic() - began:.1f} s{end}"


def remember(arguments: list[str], text: str, code: int, hangs_on: Iterable[str], base: Path, began_ns: int) -> None:
    """Keep the text that was printed of a report. `hangs_on` are paths, absolute or below `base`."""
    if arguments[:1] not in (["scan"], ["check"]):
        return
    said = text.rpartition(" in ")[0]
    told = f"{int(code)} {said.encode('unicode_escape').decode('ascii')}"
    paths = {os.path.join(base, path) for path in (*hangs_on, *_around(str(base)))}
    stamp.remember(os.getcwd(), _key(arguments), paths, told, began_ns)


def _key(arguments: Sequence[str]) -> list[str]:
    """All that is not a file: the day too, as suppressions end."""
    day = time.strftime("%Y-%m-%d", time.gmtime())
    settings = [os.environ.get(name, "-") for name in (*_SETTINGS, *_LOOKS)]
    return ["report", day, sys.executable, _width(), *settings, *arguments]


def _width() -> str:
    """Of the terminal that stdout is; "-" for another stdout."""
    try:
        return str(os.get_terminal_size(sys.stdout.fileno()).columns) if sys.stdout.isatty() else "-"
    except (OSError, ValueError):
        return "-"


def _around(base: str) -> Iterator[str]:
    """What decides which stacks there are, and where their lines come from; and xyztf's own code."""
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for top in (own, os.path.join(base, "templates"), os.path.join(base, "environments")):
        if top is not own:
            yield top  # also where it is not there yet
        for folder, below, names in os.walk(top):
            below[:] = [name for name in below if name not in ("__pycache__", ".terraform")]
            if top is not own:  # Python writes its __pycache__ there while we look
                yield folder
            yield from (os.path.join(folder, name) for name in names)
