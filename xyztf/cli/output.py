"""What a command prints: data to stdout, talk to stderr; colour where someone looks."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Protocol, TextIO

from xyztf.errors import ExitCode, Problem

_STYLES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2"}

_STYLED = re.compile(r"\x1b\[[0-9;]*m")


class Follower(Protocol):
    """Follows what a command says: keeps it, and makes way for it on the terminal."""

    def make_way(self) -> None:
        """Take away what is not to stay on the terminal. Called before a line is printed, with SCREEN held."""
        ...

    def heard(self, text: str) -> None:
        """Is told of a line of talk, without its style."""
        ...

    def ended(self, code: int) -> None:
        """The command ends with this exit code."""
        ...


SCREEN = threading.RLock()
"""Held by whoever writes to the terminal, so that nothing is mixed."""
_following: list[Follower] = []
_arguments: list[str] = []


def begin(arguments: Sequence[str]) -> None:
    """A command begins: its arguments as they were typed."""
    _arguments[:] = arguments


def command_line() -> tuple[str, ...]:
    """The arguments of this command, as they were typed."""
    return tuple(_arguments)


def follow(follower: Follower) -> None:
    """Let `follower` follow all that is said until the command ends."""
    _following.append(follower)


def followers() -> tuple[Follower, ...]:
    """Who follows this command."""
    return tuple(_following)


def end(code: int) -> None:
    """The command ends: those who follow it are told, and are let go."""
    while _following:
        _following.pop().ended(code)


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
    with SCREEN:
        _make_way()
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
    show(text, style)
    for follower in _following:
        follower.heard(_STYLED.sub("", text))


def show(text: str, style: str | None = None) -> None:
    """A line of talk that is only for the terminal: who follows is not told of it.

    When it cannot be written, as the terminal has gone, it is lost: an apply must not end half done for want of a
    listener.
    """
    with SCREEN, suppress(OSError):
        _make_way()
        print(styled(text, style, sys.stderr) if style else text, file=sys.stderr)


def _make_way() -> None:
    for follower in _following:
        follower.make_way()


def ask(question: str) -> str:
    """What the person at the terminal answers; nothing when they end the input (Ctrl-D)."""
    print(question, end="", file=sys.stderr, flush=True)
    try:
        return input()
    except EOFError:
        say("")
        return ""


def problems(found: Iterable[Problem], label: str = "error", style: str = "red") -> None:
    """Problems, each with its place in front, as editors and terminals make links of, and its hint below."""
    for problem in found:
        place = f"{problem.location}: " if problem.location else ""
        shown = f"{styled(place, 'bold', sys.stderr)}{styled(label + ':', style, sys.stderr)} {problem.message}"
        hints = [f"    {line}" for line in (problem.hint or "").splitlines()]
        with SCREEN:
            show(shown)
            for line in hints:
                show(line, "dim")
        for follower in _following:
            follower.heard("\n".join([f"{place}{label}: {problem.message}", *hints]))
