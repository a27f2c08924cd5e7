"""What can go wrong for a user: fields, message, hint, exit code.

Every error a user can cause is an `XyztfError`. It carries its problems as data; `cli/` prints them. An exception
of any other type that reaches `cli/` is a bug of ours (exit code 3).
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit status means (docs/decisions/0010-exit-codes.md)."""

    OK = 0
    FAILURE = 1
    CHANGES = 2
    BUG = 3
    REFUSED = 4
    USAGE = 64
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file, as an editor counts: the first line is 1, the first column is 1.

    `file` is the path as a person should see it (relative to the project where it lies inside).
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, where, and what to do about it."""

    message: str
    location: Location | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        hint = f"\n    {self.hint}" if self.hint else ""
        return f"{place}{self.message}{hint}"


class XyztfError(Exception):
    """Something a user can put right. Holds one problem or many; prints one per line."""

    exit_code: ExitCode = ExitCode.FAILURE

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UsageError(XyztfError):
    """The command line asks for something that does not exist or cannot be combined."""

    exit_code = ExitCode.USAGE


class InvalidEnvironment(XyztfError):
    """An environment file cannot be read, or does not describe a system that can be built."""

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> InvalidEnvironment:
        """All problems at once, in the order of files and lines."""
        return cls(*sorted(problems, key=lambda problem: problem.location or Location("")))


class TemplateError(XyztfError):
    """A template cannot be rendered."""


class UnsafeWrite(XyztfError):
    """Writing would touch something that is not ours, or that lies outside the project."""


_REFUSALS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


def refused_by_system(error: OSError) -> Problem | None:
    """The problem, when the system refuses to write a file: a full disk, no leave. None for all other errors."""
    if error.errno not in _REFUSALS or error.filename is None:
        return None
    hint = "make room, or give this user leave to write there; then run the same command again"
    return Problem(f"{error.filename} cannot be written: {error.strerror}", hint=hint)
