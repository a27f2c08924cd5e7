"""Lines at the bottom of a terminal that are drawn again and again, and leave nothing behind."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

_UP, _CLEAR_BELOW = "\x1b[{}A", "\x1b[J"


def lives(stream: TextIO) -> bool:
    """Whether lines on `stream` can be drawn again: a terminal that understands it."""
    return stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb")


def cut(text: str, width: int) -> str:
    """`text` in `width` columns, without its end if need be. Only for what does not stay."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


class Block:
    """The lines on one terminal. The cursor rests on the line below them, so that ^C is echoed where it is cleared."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._drawn: tuple[str, ...] = ()

    def size(self) -> os.terminal_size:
        """Columns and lines, now. A terminal that does not say is taken for 80 to 24."""
        try:
            size = os.get_terminal_size(self._stream.fileno())
        except OSError:
            size = os.terminal_size((0, 0))
        return os.terminal_size((size.columns or 80, size.lines or 24))

    def draw(self, lines: Sequence[str]) -> None:
        """Show these lines in the place of those shown before; cut to fit, as a line that wraps could not be undone."""
        columns, rows = self.size()
        fitting = tuple(cut(line, columns - 1) for line in lines[: max(rows - 2, 1)])
        if fitting == self._drawn:
            return
        self._write(self._undo() + "".join(f"{line}\n" for line in fitting))
        self._drawn = fitting

    def clear(self) -> None:
        """Take the lines away."""
        if self._drawn:
            self._write(self._undo())
            self._drawn = ()

    def _write(self, text: str) -> None:
        with suppress(OSError):  # the terminal has gone: no reason for an apply to end
            self._stream.write(text)
            self._stream.flush()

    def _undo(self) -> str:
        if not self._drawn:
            return ""
        # After the window was made narrower, what was one row may be several.
        columns = self.size().columns
        rows = sum(max(1, -(-len(line) // columns)) for line in self._drawn)
        return "\r" + _UP.format(rows) + _CLEAR_BELOW
