"""Lays rendered HCL out as `terraform fmt` would, so that templates need not care.

Rules, from hclwrite's formatter (github.com/hashicorp/hcl, hclwrite/format.go): two spaces for each line that left a
bracket open; the equals signs of neighbouring one-line attributes stand in one column. Ours: at most one empty line,
none after an opening or before a closing bracket. `tests/render/test_layout.py` holds the result against fmt itself.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\s*(?:#|//).*\Z")
_HEREDOC = re.compile(r"<<-?\s*([A-Za-z_][A-Za-z0-9_]*)\s*\Z")
_ATTRIBUTE = re.compile(r'("(?:[^"\\]|\\.)*"|\([^()]*\)|[A-Za-z_][\w.-]*)\s*=(?![=>])\s*(.*)\Z')


def laid_out(text: str) -> str:
    """`text` with indentation, alignment and empty lines put right. Heredocs stay as they are."""
    page = _Page()
    for line in text.split("\n"):
        page.add(line)
    return page.text()


class _Page:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.open: list[int] = []  # net brackets of each line that left some open
        self.attributes: list[tuple[str, str, str]] = []  # neighbours waiting for their column: indent, name, value
        self.heredoc: str | None = None

    def add(self, line: str) -> None:
        stripped = line.strip()
        if self.heredoc is not None:
            self.lines.append(line)
            if stripped == self.heredoc:
                self.heredoc = None
        elif not stripped:
            self._align()
            if self.lines and self.lines[-1] and not self.lines[-1].endswith(("{", "[", "(")):
                self.lines.append("")
        else:
            self._add_code(stripped)

    def _add_code(self, line: str) -> None:
        if line[0] in "#/":
            self._align()
            self.lines.append("  " * len(self.open) + line)
            return
        net = 0
        if any(bracket in line for bracket in "{}[]()"):
            code = _COMMENT.sub("", _QUOTED.sub('""', line))
            net = _count(code, "{[(") - _count(code, "}])")
        if net < 0:
            self._close(-net)
        if line[0] in "}])":
            self._align()
            if self.lines and not self.lines[-1]:
                self.lines.pop()
        attribute = _ATTRIBUTE.match(line)
        indent = "  " * len(self.open)
        if attribute and net == 0 and not _HEREDOC.search(line):
            self.attributes.append((indent, attribute[1], attribute[2]))
        else:
            self._align()
            self.lines.append(f"{indent}{attribute[1]} = {attribute[2]}" if attribute else indent + line)
        if net > 0:
            self.open.append(net)
        if heredoc := _HEREDOC.search(line):
            self.heredoc = heredoc[1]

    def _close(self, count: int) -> None:
        while count > 0 and self.open:
            if count < self.open[-1]:
                self.open[-1] -= count
                return
            count -= self.open.pop()

    def _align(self) -> None:
        if self.attributes:
            width = max(len(name) for _, name, _ in self.attributes)
            self.lines += [f"{indent}{name:<{width}} = {value}" for indent, name, value in self.attributes]
            self.attributes.clear()

    def text(self) -> str:
        self._align()
        return "\n".join(self.lines).strip("\n") + "\n"


def _count(text: str, characters: str) -> int:
    return sum(map(text.count, characters))
