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
    """The lines of what begins on a line, or below it with nothing but comments between; None where nothing does.

    In JSON a comment stands within what it is about: the lines of the block that the line before is in.
    """
    if file.path.endswith(".json"):
        return _around(file.body, line - 1)
    begins = extents(file)
    while line <= len(lines):
        if line in begins:
            return begins[line]
        if not lines[line - 1].lstrip().startswith(("#", "//")):
            return None
        line += 1
    return None


def _around(body: Body, line: int) -> tuple[int, int] | None:
    """The first and last line of the innermost block that holds a line."""
    found = next((block for block in body.blocks if block.line <= line <= block.end_line), None)
    return (_around(found.body, line) or (found.line, found.end_line)) if found else None
