"""Whether the schema that we have is that of the provider which a module asks for."""

from __future__ import annotations

import re

from xyztf.facts.provider import version
from xyztf.hcl.instance import Instance
from xyztf.hcl.syntax import Expression, Literal, ObjectOf

CONSTRAINT = re.compile(r"(>=|<=|!=|~>|=|>|<)?\s*v?(\d+(?:\.\d+)*)")


def speaks_for(instance: Instance) -> bool:
    """Whether the schema's version is one that the module and its callers let in; yes where they say nothing."""
    here: Instance | None = instance
    while here is not None:
        for name, attribute, _ in here.module.required_providers():
            if name == "aws" and not admits(_constraint(attribute.value), version()):
                return False
        here = here.caller
    return True


def admits(constraint: str, wanted: str) -> bool:
    """Whether a version fulfils a constraint such as ">= 5.100, < 7" or "~> 5.0". Pre-releases are not looked at."""
    ours = _numbers(wanted)
    for part in constraint.split(","):
        match = CONSTRAINT.fullmatch(part.strip())
        if match is None:
            continue
        operator, text = match[1] or "=", match[2]
        limit = _numbers(text)
        given = text.count(".") + 1
        rising = max(given - 2, 0)  # "~> 5.1" lets 5.x in, "~> 5.1.2" lets 5.1.x in
        above = (*limit[:rising], limit[rising] + 1)
        fits = {
            "=": ours == limit,
            "!=": ours != limit,
            ">": ours > limit,
            ">=": ours >= limit,
            "<": ours < limit,
            "<=": ours <= limit,
            "~>": ours >= limit and ours < _padded(above),
        }
        if not fits[operator]:
            return False
    return True


def _numbers(text: str) -> tuple[int, ...]:
    return _padded(tuple(map(int, text.split("."))))


def _padded(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return (*numbers, 0, 0, 0)[:3]


def _constraint(value: Expression) -> str:
    if isinstance(value, ObjectOf):
        for key, given in value.items:
            if isinstance(key, Literal) and key.value == "version" and isinstance(given, Literal):
                return str(given.value)
        return ""
    return str(value.value) if isinstance(value, Literal) else ""
