"""What an unquoted word means: the core rules of YAML 1.2, and the words that readers of YAML disagree about."""

from __future__ import annotations

import math
import re
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# The specification lists y and n too, but no common parser reads them so, and N is a type of DynamoDB.
_BOOLEANS_OF_YAML_1_1 = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_LONGEST_BOOLEAN = max(map(len, _BOOLEANS_OF_YAML_1_1))

_NUMBER_STARTS = frozenset("+-.0123456789")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MOST_DIGITS = 18


class Trap(ValueError):
    """A word that does not mean what it seems to mean; `hint` says what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def plain(word: str) -> Scalar:
    """The value of the unquoted `word`. Raises Trap where another reader would see something else in it."""
    if word in _WORDS:
        return _WORDS[word]
    if word[0] in _NUMBER_STARTS:
        return _number(word)
    if len(word) <= _LONGEST_BOOLEAN and word.lower() in _BOOLEANS_OF_YAML_1_1:
        boolean = _BOOLEANS_OF_YAML_1_1[word.lower()]
        raise Trap(f"YAML 1.1 reads {word} as a boolean, others as text", f'write {boolean}, or "{word}" in quotes')
    return word


def kind_of(value: object) -> str:
    """What a value is, in a reader's words: "a map", "a list", "a number", ..."""
    if value is None:
        return "null"
    names = {bool: "a boolean", int: "a number", float: "a number", str: "text", list: "a list", dict: "a map"}
    return names[type(value)]


def _number(word: str) -> Scalar:
    if _DECIMAL.fullmatch(word):
        return _decimal(word)
    if _OTHER_BASE.fullmatch(word):
        return _bounded(word, base=0)
    if _FLOAT.fullmatch(word):
        return _float(word)
    if _NOT_FINITE.fullmatch(word):
        raise Trap(f"{word} is not a number that can be used here", f'write a finite number, or "{word}" in quotes')
    return word


def _decimal(word: str) -> int:
    digits = word.lstrip("+-")
    if digits[0] == "0" and digits != "0":
        raise Trap(
            f"{_short(word)} starts with a zero: some read it as octal, others drop the zero",
            f'write "{_short(word)}" in quotes (account ids are text), or leave out the zero',
        )
    return _bounded(word, base=10)


def _bounded(word: str, base: int) -> int:
    # Longer ones are identifiers, not amounts; and int() refuses thousands of digits with an error of its own.
    if len(word) > _MOST_DIGITS + 1 or len(word.lstrip("+-")) > _MOST_DIGITS:
        raise Trap(
            f"{_short(word)} has more than {_MOST_DIGITS} digits", f'write "{_short(word)}" in quotes if it is text'
        )
    return int(word, base)


def _float(word: str) -> float:
    value = float(word)
    if not math.isfinite(value):
        raise Trap(f"{_short(word)} is too large for a number", f'write "{_short(word)}" in quotes if it is text')
    return value


def _short(word: str) -> str:
    return word if len(word) <= 40 else f"{word[:30]}..."
