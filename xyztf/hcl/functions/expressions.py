"""Regular expressions of RE2, which Terraform has, translated to Python's.

Source: the syntax that Go's `regexp/syntax` documents. What is legal there and has no sure counterpart here raises
`NotTranslated`; what RE2 refuses raises FunctionError.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from xyztf.hcl.functions.errors import FunctionError

_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7F",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1F\x7F",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
}
_CLASSES = {"d": "0-9", "s": r"\t\n\f\r ", "w": "0-9A-Za-z_"}
_GROUP = re.compile(r"\(\?(?:P?<(?P<name>\w+)>|(?P<flags>[imsU]*(?:-[imsU]+)?)(?P<end>[:)]))")
_REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}|[*+?]")
_HEX = re.compile(r"\\x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))")
_OCTAL = re.compile(r"\\(0[0-7]{0,2}|[1-7][0-7]{1,2})")
_MOST_REPEATS = 1000


class NotTranslated(Exception):
    """RE2 takes this expression; what it matches there is not sure here."""


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Python's expression that matches as RE2's does. Raises FunctionError, or NotTranslated."""
    translated = "".join(_Translation(pattern).parts())
    names = re.findall(r"(?<!\\)\(\?P<(\w+)>", translated)
    if len(set(names)) != len(names):
        raise NotTranslated
    try:
        return re.compile(translated)
    except (re.error, OverflowError) as error:
        raise FunctionError(f"invalid regular expression: {error}") from None


def matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """All matches, as Go finds them: an empty one right after another match is none."""
    at, end = 0, -1
    while at <= len(text):
        match = pattern.search(text, at)
        if match is None:
            return
        if match.end() > at or match.start() != end:
            yield match
        at, end = (match.end() if match.end() > at else at + 1), match.end()


class _Translation:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.multiline = False

    def parts(self) -> Iterator[str]:
        """The translated pieces, from left to right."""
        pattern = self.pattern
        flags = re.match(r"\(\?([imsU]+)\)", pattern)
        if flags:
            self.at = flags.end()
            if "U" in flags[1]:
                raise NotTranslated
            self.multiline = "m" in flags[1]
            yield f"(?{flags[1]})"
        while self.at < len(pattern):
            character = pattern[self.at]
            if character == "\\":
                yield self._escape(in_class=False)
            elif character == "[":
                yield self._class()
            elif character == "(":
                yield self._open()
            elif character == "$":
                self.at += 1
                yield r"(?=\n|\Z)" if self.multiline else r"\Z"
            elif character in "*+?{":
                yield self._repeat()
            else:
                self.at += 1
                yield character

    def _open(self) -> str:
        if not self.pattern.startswith("(?", self.at):
            self.at += 1
            return "("
        group = _GROUP.match(self.pattern, self.at)
        if group is None:
            raise FunctionError("invalid regular expression: RE2 has no lookaround, condition or comment")
        self.at = group.end()
        if group["name"]:
            return f"(?P<{group['name']}>"
        if group["flags"] and (group["end"] == ")" or set(group["flags"]) & set("mU-")):
            raise NotTranslated
        return f"(?{group['flags']}:" if group["end"] == ":" else ""

    def _repeat(self) -> str:
        repeat = _REPEAT.match(self.pattern, self.at)
        if repeat is None:
            self.at += 1
            return r"\{"
        if max((int(each) for each in repeat.groups() if each), default=0) > _MOST_REPEATS:
            raise FunctionError("invalid regular expression: invalid repeat count")
        self.at = repeat.end()
        lazy = self.pattern.startswith("?", self.at)
        self.at += lazy
        if _REPEAT.match(self.pattern, self.at):
            raise FunctionError("invalid regular expression: invalid nested repetition operator")
        return repeat[0] + "?" * lazy

    def _escape(self, in_class: bool) -> str:
        pattern, start = self.pattern, self.at
        letter = pattern[start + 1 : start + 2]
        if not letter:
            raise FunctionError("invalid regular expression: trailing backslash")
        number = _HEX.match(pattern, start) or _OCTAL.match(pattern, start)
        if number:
            self.at = number.end()
            digits, base = (number[1] or number[2], 16) if letter == "x" else (number[1], 8)
            if int(digits, base) > 0x10FFFF:
                raise FunctionError("invalid regular expression: invalid escape sequence")
            return f"\\U{int(digits, base):08x}"
        self.at += 2
        if letter.lower() in _CLASSES:
            if letter.islower():
                return _CLASSES[letter] if in_class else f"[{_CLASSES[letter]}]"
            if in_class:
                raise NotTranslated
            return f"[^{_CLASSES[letter.lower()]}]"
        if not in_class and letter in "AbBz":
            return {"A": r"\A", "z": r"\Z", "b": r"(?a:\b)", "B": r"(?a:\B)"}[letter]
        if not in_class and letter == "Q":
            end = pattern.find("\\E", self.at)
            quoted = pattern[self.at : end if end >= 0 else None]
            self.at = end + 2 if end >= 0 else len(pattern)
            if _REPEAT.match(pattern, self.at):
                raise NotTranslated
            return re.escape(quoted)
        if letter in "pPC":
            raise NotTranslated
        if letter in "afnrtv":
            return "\\" + letter
        if letter.isalnum() or not letter.isascii():
            raise FunctionError(f"invalid regular expression: invalid escape sequence \\{letter}")
        return re.escape(letter)

    def _class(self) -> str:
        pattern = self.pattern
        start = self.at
        self.at += 1
        result = "["
        if pattern.startswith("^", self.at):
            self.at += 1
            result += "^"
        first = True
        while True:
            if self.at >= len(pattern):
                raise FunctionError(f"invalid regular expression: missing closing ]: {pattern[start:]}")
            character = pattern[self.at]
            if character == "]" and not first:
                self.at += 1
                return result + "]"
            first = False
            posix = re.compile(r"\[:(\^?)(\w+):\]").match(pattern, self.at)
            if posix:
                if posix[2] not in _POSIX:
                    raise FunctionError("invalid regular expression: invalid character class range")
                if posix[1]:
                    raise NotTranslated
                result += _POSIX[posix[2]]
                self.at = posix.end()
            elif character == "\\":
                result += self._escape(in_class=True)
            else:
                self.at += 1
                # These mean something to Python within a class, or may come to.
                result += "\\" + character if character in "[]&~|" else character


_NAME = re.compile(r"\$(?:\{(\w+)\}|(\w+))|\$\$")


def expanded(match: re.Match[str], replacement: str) -> str:
    """The replacement with `$1`, `${1}`, `$name` and `${name}` filled in, as Go does; a group there is not is empty."""

    def group(reference: re.Match[str]) -> str:
        name = reference[1] or reference[2]
        if name is None:
            return "$"
        if re.fullmatch("0|[1-9][0-9]*", name):
            return (match[int(name)] or "") if int(name) <= match.re.groups else ""
        return (match[name] or "") if name in match.re.groupindex else ""

    return _NAME.sub(group, replacement)
