"""Sections of labelled values, laid out for the width there is. A value is never cut: people copy it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

from xyztf.cli.output import styled
from xyztf.operations.inventory import Section

INDENT = 4
"""Where a value begins that does not fit beside its label."""


def width_of(stream: TextIO) -> int | None:
    """The columns there are; None where nobody looks and lines may be as long as they like."""
    if not stream.isatty():
        return None
    try:
        return int(os.environ.get("COLUMNS", "")) or None
    except ValueError:
        pass
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return 80


def lines(sections: Sequence[Section], width: int | None, stream: TextIO | None = None) -> Iterator[str]:
    """The sections in lines. Values stand one after the other, and break only between two of them."""
    labels = [label for section in sections for label, _ in section.rows]
    first = max(map(len, labels), default=0) + 4
    for section in sections:
        yield styled(section.title, "bold", stream or sys.stdout)
        for label, items in section.rows:
            beside = f"  {label}".ljust(first)
            if width is not None and any(first + len(item) > width for item in items):
                yield f"  {label}"
                yield from _flow(" " * INDENT, items, width)
            else:
                flowed = _flow(" " * first, items, width)
                yield beside + next(flowed)[first:]
                yield from flowed


def _flow(indent: str, items: Sequence[str], width: int | None) -> Iterator[str]:
    """Items with commas between them, as many in a line as it takes."""
    line = ""
    for number, item in enumerate(items):
        text = item if number == len(items) - 1 else f"{item},"
        if line and width is not None and len(indent) + len(line) + 1 + len(text) > width:
            yield indent + line
            line = ""
        line = f"{line} {text}" if line else text
    yield indent + line
