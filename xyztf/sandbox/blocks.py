"""The blocks of a Terraform file: their types, labels and attributes, for telling what a stack is made of.

It reads structure and no expressions, and gives up on whatever it does not understand: it serves `preflight`, where a
file in doubt is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\#[^\n]*|//[^\n]*|/\*.*?\*/)
    |(?P<newline>\n)
    |(?P<word>[^\W\d][\w-]*)
    |(?P<heredoc><<-?[^\W\d][\w-]*\r?\n)
    |(?P<quote>")
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
OPENING, CLOSING = "{[(", "}])"
ONE_LINE_TEMPLATE = re.compile(r'[$%]\{[^{}"]*\}')


class Doubt(Exception):
    """A place in a file that was not understood."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name = text`, where `text` is the expression as it stands."""

    name: str
    text: str
    line: int

    @property
    def literal(self) -> str | None:
        """The value, when it is a plain string."""
        plain = re.fullmatch(r'"([^"\\$%]*)"', self.text)
        return plain[1] if plain else None


@dataclass(slots=True)
class Block:
    """`kind "label" ... { ... }`; a file is a block without kind."""

    kind: str
    labels: tuple[str, ...]
    line: int
    attributes: list[Attribute] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def everywhere(self) -> Iterator[Block]:
        """The block and all that lie within it."""
        yield self
        for block in self.blocks:
            yield from block.everywhere()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    line: int


def read_blocks(text: str) -> Block:
    """What the file with this text holds. Raises Doubt for what is not understood."""
    tokens = [*_tokens(text), _Token("end", "", len(text), text.count("\n") + 1)]
    file = Block("", (), 1)
    position = _body(text, tokens, 0, file)
    if tokens[position].kind != "end":
        raise Doubt(tokens[position].line, "a bracket closes that was not opened")
    return file


def _tokens(text: str) -> Iterator[_Token]:
    position, line = 0, 1
    while position < len(text):
        match = TOKEN.match(text, position)
        assert match is not None
        kind, end = str(match.lastgroup), match.end()
        if kind == "quote":
            end = _end_of_string(text, end, line)
        elif kind == "heredoc":
            end = _end_of_heredoc(text, match[0], end, line)
        if kind != "space":
            yield _Token(kind, text[position:end], position, line)
        line += text.count("\n", position, end)
        position = end


def _end_of_string(text: str, position: int, line: int) -> int:
    while position < len(text):
        if text[position] == '"':
            return position + 1
        if text[position] == "\n":
            break
        if text[position] == "\\":
            position += 2
        elif text.startswith(("$${", "%%{"), position):
            position += 3
        elif text.startswith(("${", "%{"), position):
            position = _end_of_template(text, position + 2, line)
        else:
            position += 1
    raise Doubt(line, "a string does not end in its line")


def _end_of_template(text: str, position: int, line: int) -> int:
    depth = 1
    while position < len(text):
        character = text[position]
        position += 1
        if character == '"':
            position = _end_of_string(text, position, line)
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if depth == 0:
                return position
        elif character == "\n" or text.startswith(("/*", "//", "#"), position - 1):
            break
    raise Doubt(line, "a template does not end in its line")


def _end_of_heredoc(text: str, opening: str, position: int, line: int) -> int:
    word = opening.strip().lstrip("<-")
    closing = re.compile(rf"^[ \t]*{re.escape(word)}[ \t]*\r?$", re.MULTILINE).search(text, position)
    if closing is None:
        raise Doubt(line, f"the text that begins with <<{word} does not end")
    left = ONE_LINE_TEMPLATE.sub("", text[position : closing.start()].replace("$${", "").replace("%%{", ""))
    if "${" in left or "%{" in left:
        raise Doubt(line, f"the text that begins with <<{word} holds a template of several lines or levels")
    return closing.end()


def _body(text: str, tokens: list[_Token], position: int, into: Block) -> int:
    """Read attributes and blocks up to what closes the body; gives the position of that."""
    while True:
        token = tokens[position]
        if token.kind == "newline":
            position += 1
        elif token.kind == "end" or token.text == "}":
            return position
        elif token.kind != "word":
            raise Doubt(token.line, f"{token.text!r} begins neither an attribute nor a block")
        elif tokens[position + 1].text == "=":
            position = _attribute(text, tokens, position, into)
        else:
            position = _block(text, tokens, position, into)


def _attribute(text: str, tokens: list[_Token], position: int, into: Block) -> int:
    name = tokens[position]
    position += 2
    start, depth = tokens[position].start, 0
    while True:
        token = tokens[position]
        if token.kind == "mark" and token.text in OPENING:
            depth += 1
        elif depth == 0 and (token.kind in ("newline", "end") or token.text == "}"):
            break
        elif token.kind == "mark" and token.text in CLOSING:
            depth -= 1
        elif token.kind == "end":
            raise Doubt(name.line, f"the value of {name.text} does not end")
        position += 1
    into.attributes.append(Attribute(name.text, text[start : tokens[position].start].strip(), name.line))
    return position


def _block(text: str, tokens: list[_Token], position: int, into: Block) -> int:
    kind = tokens[position]
    labels: list[str] = []
    position += 1
    while tokens[position].text != "{":
        label = tokens[position]
        if label.kind not in ("word", "quote") or "\\" in label.text or "${" in label.text:
            raise Doubt(label.line, f"{label.text!r} is no label of {kind.text}")
        labels.append(label.text.strip('"'))
        position += 1
    block = Block(kind.text, tuple(labels), kind.line)
    position = _body(text, tokens, position + 1, block)
    if tokens[position].text != "}":
        raise Doubt(kind.line, f"the block {kind.text} does not end")
    into.blocks.append(block)
    return position + 1
