"""Texts and numbers."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

from xyztf.hcl.convert import to_bool, to_number, to_string
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.values import UNKNOWN, Value, is_known

SIMPLE = frozenset({"Ll", "Lu", "Lt", "Lo", "Nd", "Po", "Pd", "Ps", "Pe", "Pc", "Sm", "Sc", "Zs"})
"""Kinds of characters that join no other, but for Hangul's letters."""
VERB = re.compile(r"%(?:\[(\d+)\])?([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])")


def is_simple(text: str) -> bool:
    """Whether each code point is a character of its own: Terraform counts what a person sees as one."""
    return (text.isascii() and "\r" not in text) or all(
        unicodedata.category(each) in SIMPLE and not "\u1100" <= each <= "\u11ff" for each in text
    )


def format_(text: Value, *given: Value) -> Value:
    """A text with verbs filled: %s %d %q %v %t %f %x %%."""
    waiting = list(given)
    used = most = 0
    unsure = False

    def filled(match: re.Match[str]) -> str:
        nonlocal used, most, unsure
        number, flags, width, precision, verb = match.groups()
        if verb == "%":
            return "%"
        at = int(number) - 1 if number else used
        used = at + 1
        most = max(most, used)
        if set(flags) & set("+# ") or verb in "beEgGo":
            unsure = True
            return ""
        if at >= len(waiting):
            raise FunctionError("there are fewer arguments than verbs")
        shown = _verb(verb, waiting[at], precision)
        if width:
            shown = shown.ljust(int(width)) if "-" in flags else shown.rjust(int(width), "0" if "0" in flags else " ")
        return shown

    if not is_known(waiting):
        return UNKNOWN
    done = VERB.sub(filled, to_string(text))
    if unsure:
        return UNKNOWN
    if most < len(waiting):
        raise FunctionError("there are more arguments than verbs")
    return done


def _verb(verb: str, value: Value, precision: str | None) -> str:
    from xyztf.hcl.functions.encoding import jsonencode

    if verb == "s" or (verb == "v" and isinstance(value, (str, int, float)) and not isinstance(value, bool)):
        return to_string(value)
    if verb == "v":
        return str(jsonencode(value)) if not isinstance(value, bool) else to_string(value)
    if verb == "q":
        return str(jsonencode(to_string(value)))
    if verb == "d":
        whole = to_number(value)
        if not isinstance(whole, int):
            raise FunctionError("a whole number is needed")
        return str(whole)
    if verb == "t":
        return to_string(to_bool(value))
    if verb == "f":
        return f"{to_number(value):.{precision or 6}f}"
    if verb in "xX":
        number = to_number(value)
        if isinstance(number, int):
            return format(number, verb)
    raise FunctionError(f"there is no verb %{verb} here")


def join(separator: Value, *lists: Value) -> Value:
    """The texts of lists with a separator between."""
    if not is_known(list(lists)):
        return UNKNOWN
    items = [item for each in lists for item in (each if isinstance(each, list) else _no_list())]
    return to_string(separator).join(map(to_string, items))


def _no_list() -> list[Value]:
    raise FunctionError("a list is needed")


def split(separator: Value, text: Value) -> Value:
    """The parts of a text."""
    mark, whole = to_string(separator), to_string(text)
    return whole.split(mark) if mark else list(whole)


def replace(text: Value, old: Value, new: Value) -> Value:
    """The text with every `old` replaced. Patterns between slashes are left to Terraform, where they are not plain."""
    mark = to_string(old)
    if len(mark) > 1 and mark.startswith("/") and mark.endswith("/"):
        replacement = to_string(new)
        if "$" in replacement or "\\" in replacement:
            return UNKNOWN
        try:
            return re.sub(mark[1:-1], replacement, to_string(text))
        except re.error:
            return UNKNOWN
    return to_string(text).replace(mark, to_string(new))


def substr(text: Value, offset: Value, length: Value) -> Value:
    """Part of a text; a negative offset counts from its end, length -1 is all that follows."""
    whole, start, count = to_string(text), int(to_number(offset)), int(to_number(length))
    if not is_simple(whole):
        return UNKNOWN
    start = start if start >= 0 else max(len(whole) + start, 0)
    return whole[start:] if count < 0 else whole[start : start + count]


def title(text: Value) -> Value:
    """Each word with a capital."""
    return re.sub(r"(?<!\w)(?<![^\x00-\x7f\s])[^\W\d_]", lambda match: match.group().upper(), to_string(text))


def trim(text: Value, cut: Value) -> Value:
    """Without these characters at both ends."""
    return to_string(text).strip(to_string(cut))


def _limit(choose: Any) -> Any:
    def limit(*numbers: Value) -> Value:
        if not numbers:
            raise FunctionError("a number is needed")
        return choose(map(to_number, numbers))

    return limit


def tonumber(value: Value) -> Value:
    """As a number; null stays."""
    return None if value is None else to_number(value)


def tostring(value: Value) -> Value:
    """As a text; null stays."""
    return None if value is None else to_string(value)


def tobool(value: Value) -> Value:
    """As true or false; null stays."""
    return None if value is None else to_bool(value)


def pow_(base: Value, exponent: Value) -> Value:
    """A power."""
    return to_number(float(to_number(base) ** to_number(exponent)))


def upper(text: Value) -> Value:
    """In capitals, each for one: ß has none."""
    return "".join(each.upper() if len(each.upper()) == 1 else each for each in to_string(text))


def signum(value: Value) -> Value:
    """-1, 0 or 1, for a whole number."""
    number = to_number(value)
    if not isinstance(number, int):
        raise FunctionError("a whole number is needed")
    return (number > 0) - (number < 0)


TABLE: dict[str, Any] = {
    "format": format_,
    "join": join,
    "split": split,
    "replace": replace,
    "substr": substr,
    "title": title,
    "trim": trim,
    "lower": lambda text: to_string(text).lower(),
    "upper": upper,
    "trimspace": lambda text: to_string(text).strip(),
    "chomp": lambda text: to_string(text).rstrip("\r\n"),
    "trimprefix": lambda text, start: to_string(text).removeprefix(to_string(start)),
    "trimsuffix": lambda text, end: to_string(text).removesuffix(to_string(end)),
    "startswith": lambda text, start: to_string(text).startswith(to_string(start)),
    "endswith": lambda text, end: to_string(text).endswith(to_string(end)),
    "strcontains": lambda text, part: to_string(part) in to_string(text),
    "strrev": lambda text: to_string(text)[::-1] if is_simple(to_string(text)) else UNKNOWN,
    "indent": lambda count, text: to_string(text).replace("\n", "\n" + " " * int(to_number(count))),
    "abs": lambda number: abs(to_number(number)),
    "ceil": lambda number: math.ceil(to_number(number)),
    "floor": lambda number: math.floor(to_number(number)),
    "signum": signum,
    "pow": pow_,
    "max": _limit(max),
    "min": _limit(min),
    "tonumber": tonumber,
    "tostring": tostring,
    "tobool": tobool,
    "basename": lambda path: to_string(path).rstrip("/").rpartition("/")[2] or ("/" if path else "."),
}
