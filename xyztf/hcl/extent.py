"""Which lines belong to what begins on a line."""

from __future__ import annotations

from xyztf.hcl.syntax import Attribute, Block, Body, File


def extents(file: File) -> dict[int, tuple[int, int]]:
    """The first line of every block and attribute, with its first and last. Of two on a line, the outer one."""
    found: dict[int, tuple[int, int]] = {}
    waiting = [file.body]
    while waiting:
        body: Body = waiting.pop()
        nodes: tuple[Attribute | Block, ...] = (*body.attributes.values(), *body.repeated, *body.blocks)
        for node in nodes:
            first, last = found.get(node.line, (node.line, node.line))
            found[node.line] = (first, max(last, node.end_line))
        waiting.extend(block.body for block in body.blocks)
    return found


def extent_at(file: File, lines: list[str], line: int) -> tuple[int, int] | None:
    """The lines of what begins on a line, or below it with nothing but comments between; None where nothing does."""
    begins = extents(file)
    while line <= len(lines):
        if line in begins:
            return begins[line]
        if not lines[line - 1].lstrip().startswith(("#", "//")):
            return None
        line += 1
    return None
