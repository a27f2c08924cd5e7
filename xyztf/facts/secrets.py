"""Literal secrets: texts that have the form of one, and texts under a name that says so.

Nothing here gives a secret back, or a part of it: only what kind it is, and why it is taken for one. Of a text under a
telling name alone, a false alarm is worse than a miss.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from xyztf.facts.tables import table

_CONNECTION = re.compile(r"\b[a-z][a-z0-9+.-]{0,30}://[^\s:/@?#]*:(?P<value>[^\s/@?#]+)@", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?:^|[;&?\s])(?:password|passwd|pwd)=(?P<value>[^\s;&\"']+)", re.IGNORECASE)
_MAY_HOLD_TOKEN = re.compile(r"\S{15}|PRIVATE KEY")
"""What every form of a token has, and most texts of a configuration have not: a long stretch without a space."""
_IN_SCRIPT = re.compile(r"(?m)^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_]+)=[\"']?(?P<value>[^\s\"'$]+)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_COMPUTED = re.compile(r"[$%]\{|\$\(|\{\{|%s|%v")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_UNBROKEN = re.compile(r"[A-Za-z0-9+/=]{16,}")
_WORDS = re.compile(r"[a-z]+(?:[-_. ][a-z]+)*")
_AWS_SECRET_KEY = re.compile(r"[A-Za-z0-9/+]{40}")


@dataclass(frozen=True, slots=True)
class Secret:
    """That a text is a secret: its kind ("GitHub token", "password"), and why it is taken for one, as a clause."""

    kind: str
    reason: str


def find_secret(argument_name: str | None, text: str) -> Secret | None:
    """The secret that a literal text is or holds, under the name it is given to; None where it is none.

    `argument_name` is that of the argument, variable or setting (`master_password`, `DB_PASSWORD`, `apiKey`), None for
    a text without one. Interpolations in the text stand as `${...}`, whatever is in them. No secrets are: examples of
    AWS's documentation, placeholders (`<...>`, `xxx`), and texts that say where a secret is kept. A password that
    everyone guesses (`changeme`) is one, of the kind "placeholder password".
    """
    token = _token(text) if _MAY_HOLD_TOKEN.search(text) else None
    if token:
        return token
    if not _is_example(text):
        for form in (_CONNECTION, _ASSIGNED):
            if any(_is_literal(found["value"]) for found in form.finditer(text)):
                return Secret("password in a connection string", "a connection string holds its password as text")
    settings = _settings(text)
    if settings is not None:
        return next(filter(None, (find_secret(name, value) for name, value in settings)), None)
    return _under_name(argument_name, text) if argument_name else None


@lru_cache(maxsize=10_000)
def _token(text: str) -> Secret | None:
    for kind, form in _forms():
        if any(not _is_example(found.group()) for found in form.finditer(text)):
            return Secret(kind, f"it has the form of {_a(kind)}")
    return None


def find_assigned(script: str) -> str | None:
    """The name of a shell variable that a script sets to a literal secret; None where there is none."""
    for found in _IN_SCRIPT.finditer(script):
        if _under_name(found["name"], found["value"]):
            return found["name"]
    return None


def names_secret(argument_name: str) -> bool:
    """Whether what has this name is a secret by itself: not its name, ARN, length, version or a switch about it."""
    return _word_of(argument_name, "telling", "short", "vague") is not None


def _under_name(name: str, text: str) -> Secret | None:
    telling = _word_of(name, "telling", "short")
    vague = None if telling else _word_of(name, "vague")
    if not (telling or vague) or not _is_literal(text):
        return None
    plain = text.strip()
    if (telling or vague) in ("secret_key", "secret_access_key") and _AWS_SECRET_KEY.fullmatch(plain):
        return Secret("AWS secret key", f"{name} is as long as an AWS secret key")
    if vague:
        return Secret("secret", f"{name} is written as text, and looks random") if _is_random(plain) else None
    password = telling in table("secrets")["names"]["passwords"]
    if not password and _mocks().fullmatch(plain):
        return None
    if _guessed().fullmatch(plain):
        return Secret("placeholder password", f"{name} has a value that everyone guesses")
    if len(plain.split()) >= 3 and telling not in ("passphrase", "secret_string"):
        return None  # prose: a description or a message
    if not password and _WORDS.fullmatch(plain):
        return None  # the name of something
    return Secret("password" if password else "secret", f"{name} is written as text")


def _settings(text: str) -> list[tuple[str, str]] | None:
    """The texts in a JSON object, however deep, each with its name. None where the text is no such object."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found: list[tuple[str, str]] = []
    waiting = [("", content)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, str):
            found.append((name, value))
        elif isinstance(value, dict):
            waiting.extend(reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend((name, each) for each in reversed(value))
    return found


@lru_cache(maxsize=10_000)
def _word_of(name: str, *lists: str) -> str | None:
    """The word of these lists that a name ends in, the longest one; None as well where the name is a switch's."""
    plain = _SEPARATORS.sub("_", _CAMEL.sub("_", name).lower()).strip("_").removesuffix("_wo")
    names, parts = table("secrets")["names"], plain.split("_")
    # A switch, what is not the secret itself, or RDS's object with the ARN of one.
    if (
        parts[0] in names["switches"]
        or not set(parts).isdisjoint(names["about"])
        or plain.endswith(tuple(names["places"]))
    ):
        return None
    words = [word for each in lists for word in names[each]]
    found = [word for word in words if plain == word or plain.endswith(f"_{word}")]
    return max(found, key=len, default=None)


def _is_literal(text: str) -> bool:
    """Whether a text may be a secret itself: no placeholder, nothing computed, no place where one is kept."""
    plain = text.strip()
    if _COMPUTED.search(plain) or _is_example(plain):
        return False
    return not _nothing().fullmatch(plain) and not _elsewhere().match(plain)


def _is_example(text: str) -> bool:
    return any(word in text for word in table("secrets")["values"]["examples"])


def _is_random(text: str) -> bool:
    """Whether a text has an unbroken part that changes between small, big and digits as no word or name does."""
    if _UUID.fullmatch(text):  # what AWS numbers a KMS key by
        return False
    for part in _UNBROKEN.findall(text):
        kinds = ["0" if each.isdigit() else "A" if each.isupper() else "a" for each in part]
        if sum(one != other for one, other in itertools.pairwise(kinds)) >= len(part) // 4:
            return True
    return False


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "AEIOaeio" else f"a {kind}"


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((entry["kind"], re.compile(entry["pattern"])) for entry in table("secrets")["tokens"]["forms"])


@cache
def _nothing() -> re.Pattern[str]:
    return _any(table("secrets")["values"]["nothing"])


@cache
def _mocks() -> re.Pattern[str]:
    return _any(table("secrets")["values"]["mocks"])


@cache
def _guessed() -> re.Pattern[str]:
    """Any of the guessed words, with digits and marks after it; or digits alone, counted up."""
    words = "|".join(table("secrets")["values"]["guessed"])
    return re.compile(rf"(?:{words})[\d!@#$%?.*_-]*|0?1?2?123456?7?8?9?0?", re.IGNORECASE)


@cache
def _elsewhere() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in table("secrets")["values"]["elsewhere"]))


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE | re.DOTALL)
