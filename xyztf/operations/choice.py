"""Which rules are held against what is read: ours, and those of the project."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from xyztf.environment import FOLDER
from xyztf.errors import Location, Problem, UsageError
from xyztf.rules.own import FOLDER as OWN_FOLDER
from xyztf.rules.own import OwnRules, read_own
from xyztf.rules.registry import rules
from xyztf.rules.rule import Rule
from xyztf.rules.run import READING

NONE_OWN = OwnRules()
"""Of a project that has no rules of its own."""

_LETTERS = re.compile("[A-Z]*")


def own_rules(project: Path, paths: Sequence[Path] = (), given: Path | None = None) -> OwnRules:
    """The own rules of whoever lints: those in the folder `given`, or in `rules/` of the project in `project`.

    Paths outside of the project are not held against its rules. Executes Python from that folder. Raises UsageError
    where `given` has no rules, InvalidRules for rules that cannot be loaded.
    """
    if given is not None:
        found = read_own(given)
        if not found.rules:
            there = given.is_dir()
            message = "there are no rules in this folder" if there else "there is no such folder"
            raise UsageError(Problem(message, Location(str(given)), "rules are in its *.py: see docs/own-rules.md"))
        return found
    root = project.resolve()
    if not (root / FOLDER).is_dir() or not all(path.resolve().is_relative_to(root) for path in paths):
        return NONE_OWN
    return read_own(root / OWN_FOLDER)


def choose(select: Sequence[str], ignore: Sequence[str], own: OwnRules = NONE_OWN) -> list[Rule]:
    """The rules, ours and `own`, whose id begins with one of `select` (all, when empty) and with none of `ignore`.

    Raises UsageError for a text that no rule's id begins with.
    """
    there = known(own)
    for prefix in (*select, *ignore):
        if not any(name.startswith(prefix) for name in there):
            raise UsageError(Problem(f"there is no rule {prefix}", hint="xyztf rules lists them"))
    return [
        rule
        for name, rule in there.items()
        if (not select or name.startswith(tuple(select))) and not name.startswith(tuple(ignore))
    ]


def known(own: OwnRules) -> dict[str, Rule]:
    """Every rule, ours and `own`, by id."""
    return {**rules(), **{rule.id: rule for rule in own.rules}}


def is_known(name: str, known: Mapping[str, Rule]) -> bool:
    """Whether a suppression may name it. Of other letters are other tools' rules, and a project's that is not here."""
    if name in known or name in READING or name.startswith("XYZ"):
        return name in known or name in READING
    return "_" in name or _letters(name) not in {_letters(each) for each in known}


def _letters(name: str) -> str:
    found = _LETTERS.match(name)
    return found[0] if found else ""
