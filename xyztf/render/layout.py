"""Lays rendered HCL out as `terraform fmt` would, so that templates need not care.

Rules, from hclwrite's formatter (github.com/hashicorp/hcl, hclwrite/format.go): two spaces for each line that left a
bracket open; the equals signs of neighbouring one-line attributes stand in one column, and so do the comments at the
ends of neighbouring lines. Ours: at most one empty line, none after an opening or before a closing bracket.
`tests/render/test_layout.py` holds the result against fmt itself.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import NamedTuple

# Quotes may stand inside the braces of an interpolation: "${split("{", var.x)}".
_QUOTED = re.compile(r'"(?>[^"\\$]|\\.|\$\{(?>[^"{}]|"(?>[^"\\]|\\.)*+")*+\}|\$)*+"')
_COUNTS = re.compile(r"[{}\[\]()#]|//")
_COMMENT = re.compile(r"#|//")
_BEFORE_COMMENT = "\0"
"""Stands for the spaces before a comment at the end of a line until its column is known."""
_HEREDOC = re.compile(r"<<-?\s*([A-Za-z_][A-Za-z0-9_]*)\s*\Z")
_ATTRIBUTE = re.compile(r'("(?:[^"\\]|\\.)*"|\([^()]*\)|[A-Za-z_][\w.-]*)\s*=(?![=>])\s*(.*)\Z')


def laid_out(text: str) -> str:
    """`text` with indentation, alignment and empty lines put right. Heredocs stay as they are."""
    page = _Page()
    for line in text.split("\n"):
        page.add(line)
    return page.text()


class _Attribute(NamedTuple):
    """An attribute that fits on one line; `below` holds the lines of its heredoc, if its value is one."""

    indent: str
    name: str
    value: str
    below: list[str]


class _Page:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.open: list[int] = []  # net brackets of each line that left some open
        self.attributes: list[_Attribute] = []  # neighbours waiting for their column
        self.just_opened = False  # whether the last line left a bracket open
        self.heredoc: str | None = None
        self.heredoc_lines: list[str] = []  # where its lines go: to the page, or to an attribute that still waits

    def add(self, line: str) -> None:
        stripped = line.strip()
        if self.heredoc is not None:
            self.heredoc_lines.append(line)
            if stripped == self.heredoc:
                self.heredoc = None
        elif not stripped:
            self._align()
            if self.lines and self.lines[-1] and not self.just_opened:
                self.lines.append("")
        else:
            self._add_code(stripped)

    def _add_code(self, line: str) -> None:
        if line[0] in "#/":
            self.just_opened = False
            self._align()
            self.lines.append("  " * len(self.open) + line)
            return
        net = 0
        if _COUNTS.search(line):
            code = _QUOTED.sub(_blank, line) if '"' in line else line
            if comment := _COMMENT.search(code):
                code = code[: comment.start()].rstrip()
                line = line[: len(code)] + _BEFORE_COMMENT + line[comment.start() :]
            net = _count(code, "{[(") - _count(code, "}])")
        if net < 0:
            self._close(-net)
        if line[0] in "}])":
            self._align()
            if self.lines and not self.lines[-1]:
                self.lines.pop()
        attribute = _ATTRIBUTE.match(line)
        indent = "  " * len(self.open)
        heredoc = _HEREDOC.search(line) if "<<" in line else None
        if attribute and net == 0:
            self.attributes.append(_Attribute(indent, attribute[1], attribute[2], []))
            self.heredoc_lines = self.attributes[-1].below
        else:
            self._align()
            self.heredoc_lines = self.lines
            self.lines.append(f"{indent}{attribute[1]} = {attribute[2]}" if attribute else indent + line)
        self.just_opened = net > 0
        if net > 0:
            self.open.append(net)
        if heredoc:
            self.heredoc = heredoc[1]

    def _close(self, count: int) -> None:
        while count > 0 and self.open:
            if count < self.open[-1]:
                self.open[-1] -= count
                return
            count -= self.open.pop()

    def _align(self) -> None:
        if self.attributes:
            width = max(len(attribute.name) for attribute in self.attributes)
            for attribute in self.attributes:
                self.lines.append(f"{attribute.indent}{attribute.name:<{width}} = {attribute.value}")
                self.lines += attribute.below
            self.attributes.clear()

    def text(self) -> str:
        self._align()
        text = "\n".join(self.lines).strip("\n") + "\n"
        return _with_comments(text) if _BEFORE_COMMENT in text else text


def _with_comments(text: str) -> str:
    """`text` with the comments at the ends of neighbouring lines in one column."""
    lines: list[str] = []
    for commented, neighbours in groupby(text.split("\n"), lambda line: _BEFORE_COMMENT in line):
        if commented:
            parts = [line.split(_BEFORE_COMMENT, 1) for line in neighbours]
            width = max(len(code) for code, _ in parts)
            lines += [f"{code:<{width}} {comment}" for code, comment in parts]
        else:
            lines += neighbours
    return "\n".join(lines)


def _blank(quoted: re.Match[str]) -> str:
    """As long as the string, and with nothing in it that counts."""
    return '"' * len(quoted[0])


def _count(text: str, characters: str) -> int:
    return sum(map(text.count, characters))
