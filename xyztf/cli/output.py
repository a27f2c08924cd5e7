"""What a command prints: data to stdout, talk to stderr; colour where someone looks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO

from xyztf.errors import ExitCode, Problem

_STYLES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2"}


def coloured(stream: TextIO) -> bool:
    """Whether to colour what goes to `stream`: a terminal, and nobody said no (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def styled(text: str, style: str, stream: TextIO) -> str:
    """`text` in a style ("red", "bold" ...), if `stream` is coloured."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if coloured(stream) else text


def data(text: str) -> None:
    """A line of data. When its reader (head, less) has gone, the rest goes nowhere, and the command goes on."""
    try:
        print(text)
    except BrokenPipeError as error:
        unprinted(error)


def unprinted(error: OSError) -> int:
    """Give up stdout after `error`, so that Python does not fail on it again at its end. Returns the exit code.

    It is 0 for a reader that has gone, which is no failure, and 1 for anything else, such as a full disk.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return ExitCode.OK
    say(f"the output cannot be written: {error}", "red")
    return ExitCode.FAILURE


def say(text: str, style: str | None = None) -> None:
    """A line of talk."""
    print(styled(text, style, sys.stderr) if style else text, file=sys.stderr)


def problems(found: Iterable[Problem], label: str = "error", style: str = "red") -> None:
    """Problems, each with its place in front, as editors and terminals make links of, and its hint below."""
    for problem in found:
        place = f"{problem.location}: " if problem.location else ""
        say(f"{styled(place, 'bold', sys.stderr)}{styled(label + ':', style, sys.stderr)} {problem.message}")
        for line in (problem.hint or "").splitlines():
            say(f"    {line}", "dim")
