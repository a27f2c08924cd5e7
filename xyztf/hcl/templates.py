"""Quoted texts and heredocs: escapes resolved, interpolations and directives parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xyztf.errors import Location, Problem, XyztfError
from xyztf.hcl.syntax import Expression, Literal, Template, TemplateFor, TemplateIf, Traversal

Parse = Callable[[str, int, int], Expression]

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
SPECIAL = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|[$%]{2}\{|[$%]\{")
IN_HEREDOC = re.compile(r"[$%]{2}\{|[$%]\{")
PATH = re.compile(r"[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)+", re.ASCII)
FOR = re.compile(r"for\s+([\w-]+)\s*(?:,\s*([\w-]+)\s*)?in\b(.*)", re.DOTALL)


class UnreadableTemplate(XyztfError):
    """A text whose interpolations cannot be read."""


def quoted(token: str, line: int, column: int, parse: Parse, path: str) -> Expression:
    """The text between quotes, quotes included. Raises UnreadableTemplate, and what `parse` raises."""
    text = token[1:-1]
    if "\\" not in text and "{" not in text:
        return Literal(line, column, text)
    return _template(text, line, column, parse, path, SPECIAL, column + 1, alone=True)


def heredoc(token: str, line: int, column: int, parse: Parse, path: str) -> Expression:
    """`<<NAME` to `NAME`. In it backslashes mean themselves; `<<-` takes the common indent away."""
    first, _, rest = token.replace("\r\n", "\n").partition("\n")
    lines = rest.split("\n")[:-1]
    if first.startswith("<<-"):
        indents = [len(each) - len(each.lstrip(" ")) for each in lines if each]
        indent = min(indents, default=0)
        lines = [each[indent:] for each in lines]
    text = "".join(f"{each}\n" for each in lines)
    if "{" not in text:
        return Literal(line, column, text)
    return _template(text, line + 1, column, parse, path, IN_HEREDOC, 1)


def text_of_json(text: str, line: int, column: int, parse: Parse, path: str) -> Expression:
    """A text of a `.tf.json` file, its escapes resolved, that begins with its quote at this place."""
    if "{" not in text:
        return Literal(line, column, text)
    return _template(text, line, column, parse, path, IN_HEREDOC, column + 1, alone=True)


# Tokens --------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Token:
    """A literal part ("text"), an interpolation ("$") or a directive ("%"); `text` without markers."""

    kind: str
    text: str
    line: int
    column: int


def _template(
    text: str,
    line: int,
    column: int,
    parse: Parse,
    path: str,
    special: re.Pattern[str],
    starts: int,
    *,
    alone: bool = False,
) -> Expression:
    """`starts` is the column of its first character. `alone`: an interpolation that is all of it is its value."""
    tokens = _trimmed(_tokens(text, line, starts, path, special))
    reader = _Reader(tokens, parse, path)
    parts = reader.parts(())
    if not parts:
        return Literal(line, column, "")
    if all(isinstance(part, str) for part in parts):
        return Literal(line, column, "".join(map(str, parts)))
    if alone and len(parts) == 1 and not isinstance(parts[0], (str, TemplateIf, TemplateFor)):
        return parts[0]  # "${x}" is x, with its type
    return Template(line, column, parts)


def _tokens(text: str, line: int, column: int, path: str, special: re.Pattern[str]) -> list[tuple[_Token, bool, bool]]:
    """Tokens with whether each takes the space away before and behind it (`~`)."""
    found: list[tuple[_Token, bool, bool]] = []
    literal: list[str] = []
    at = 0

    def place(position: int) -> tuple[int, int]:
        before = text.count("\n", 0, position)
        start = text.rfind("\n", 0, position) + 1
        return line + before, position - start + (column if before == 0 else 1)

    def flush() -> None:
        if literal:
            found.append((_Token("text", "".join(literal), *place(at)), False, False))
            literal.clear()

    while match := special.search(text, at):
        literal.append(text[at : match.start()])
        mark = match.group()
        at = match.end()
        if mark.startswith("\\"):
            literal.append(_unescaped(mark, Location(path, *place(match.start()))))
        elif len(mark) == 3:
            literal.append(mark[1:])
        else:
            flush()
            end = _closing(text, at)
            if end < 0:
                problem = Problem("an interpolation is not closed", Location(path, *place(match.start())))
                raise UnreadableTemplate(problem)
            inner = text[at:end]
            before, behind = inner.startswith("~"), inner.endswith("~")
            at += before
            token = _Token(mark[0], text[at : end - behind], *place(at))
            found.append((token, before, behind))
            at = end + 1
    literal.append(text[at:])
    if literal != [""]:
        flush()
    return found


def _unescaped(mark: str, place: Location) -> str:
    if mark[1] in "uU" and len(mark) > 2:
        code = int(mark[2:], 16)
        if code <= 0x10FFFF:
            return chr(code)
    elif mark[1] in ESCAPES:
        return ESCAPES[mark[1]]
    raise UnreadableTemplate(Problem(f"there is no escape {mark}", place, "a backslash is written as \\\\"))


def _closing(text: str, at: int) -> int:
    """Where the brace that was opened before `at` is closed; -1 when it is not."""
    depth = 1
    while at < len(text):
        character = text[at]
        if character == '"':
            at = _end_of_text(text, at + 1)
            if at < 0:
                return -1
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if not depth:
                return at
        at += 1
    return -1


def _end_of_text(text: str, at: int) -> int:
    """The place of the quote that ends the text which begins at `at`; -1 when there is none."""
    while at < len(text):
        character = text[at]
        if character == "\\":
            at += 1
        elif character == '"':
            return at
        elif character in "$%" and text[at + 1 : at + 2] == "{" and text[at - 1] != character:
            at = _closing(text, at + 2)
            if at < 0:
                return -1
        at += 1
    return -1


def _trimmed(found: Sequence[tuple[_Token, bool, bool]]) -> list[_Token]:
    tokens: list[_Token] = []
    eat = False
    for token, before, behind in found:
        if token.kind == "text" and eat:
            token.text = _without_leading(token.text)
        if before and tokens and tokens[-1].kind == "text":
            tokens[-1].text = tokens[-1].text.rstrip(" \t\r\n")
        eat = behind
        tokens.append(token)
    return [token for token in tokens if token.kind != "text" or token.text]


def _without_leading(text: str) -> str:
    return text.lstrip(" \t\r\n")


# Parts ---------------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads tokens into parts; directives nest."""

    def __init__(self, tokens: list[_Token], parse: Parse, path: str) -> None:
        self.tokens = tokens
        self.parse = parse
        self.path = path
        self.at = 0

    def parts(self, ends: tuple[str, ...]) -> tuple[str | Expression, ...]:
        """All up to a directive in `ends`, which is left to the caller."""
        parts: list[str | Expression] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind == "text":
                parts.append(token.text)
            elif token.kind == "$":
                parts.append(self._expression(token.text, token))
            else:
                word = (token.text.split() or [""])[0]
                if word in ends:
                    return tuple(parts)
                parts.append(self._directive(word, token))
            self.at += 1
        if ends:
            last = self.tokens[-1]
            raise UnreadableTemplate(Problem(f"there is no {ends[-1]}", Location(self.path, last.line, last.column)))
        return tuple(parts)

    def _directive(self, word: str, token: _Token) -> Expression:
        place = (token.line, token.column)
        if word == "if":
            condition = self._expression(token.text.strip()[2:], token)
            self.at += 1
            yes = Template(*place, self.parts(("else", "endif")))
            no = Template(*place, ())
            if self.tokens[self.at].text.split()[0] == "else":
                self.at += 1
                no = Template(*place, self.parts(("endif",)))
            return TemplateIf(*place, condition, yes, no)
        match = FOR.fullmatch(token.text.strip())
        if not match:
            raise UnreadableTemplate(Problem(f"there is no directive {word or '%{}'}", Location(self.path, *place)))
        first, second, collection = match.groups()
        over = self._expression(collection, token)
        self.at += 1
        body = Template(*place, self.parts(("endfor",)))
        return TemplateFor(*place, first if second else "", second or first, over, body)

    def _expression(self, text: str, token: _Token) -> Expression:
        start = len(token.text) - len(text.lstrip()) if token.text.endswith(text) else 0
        before = token.text[:start]
        line = token.line + before.count("\n")
        column = start - before.rfind("\n") if "\n" in before else token.column + start
        text = text.strip()
        if PATH.fullmatch(text):
            root, *steps = text.split(".")
            return Traversal(line, column, root, tuple(steps))
        return self.parse(text, line, column)
