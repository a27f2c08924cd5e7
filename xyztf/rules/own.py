"""A project's own rules: the classes in the Python files of a folder, `rules/`.

Each file is executed, as a project's tests are. Files whose name begins with `_` hold what others import, no rules.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from xyztf.errors import Location, Problem, XyztfError
from xyztf.findings.finding import Severity
from xyztf.rules.own_import import class_place, imported, package_of, place_of, said
from xyztf.rules.rule import Rule

FOLDER = "rules"
"""Where they are, below the project."""

ID = re.compile(r"[A-Z]+[0-9]+")
"""What an id of theirs looks like: ACME001."""

RESERVED = "XYZ"
"""How the ids of our rules begin."""

TEXTS = ("title", "why", "source", "bad", "good")
CHECKS = ("module", "stack", "project")


class InvalidRules(XyztfError):
    """A project's own rules cannot be loaded."""


@dataclass(frozen=True, slots=True)
class OwnRules:
    """The own rules of a project, in the order of their ids. `digest` changes when anything in their folder does."""

    rules: tuple[Rule, ...] = ()
    digest: str = ""


def read_own(folder: Path) -> OwnRules:
    """The rules of a folder, which executes its files. What they print goes to stderr.

    Raises InvalidRules with all that is wrong: a file that fails, a class that is no whole rule, an id that is taken.
    """
    root = folder.resolve()
    names = sorted(path.name for path in root.glob("*.py") if path.is_file() and not path.name.startswith(("_", ".")))
    if not names:
        return OwnRules()
    digest = _digest(root)
    problems: list[Problem] = []
    found: list[type[Rule]] = []
    with redirect_stdout(sys.stderr):
        for module in _modules(root, names, problems):
            classes = rule_classes(module)
            found += classes
            if not classes:
                problems.append(_without_rules(Location(str(module.__file__))))
        problems += (problem for kind in found for problem in faults(kind))
        problems += _taken(found)
        rules = [] if problems else list(_made(found, problems))
    if problems:
        told = dict.fromkeys(replace(each, location=_from_here(each.location)) for each in problems)
        raise InvalidRules(*sorted(told, key=lambda each: each.location or Location("")))
    return OwnRules(tuple(sorted(rules, key=lambda rule: rule.id)), digest)


def rule_classes(module: ModuleType) -> list[type[Rule]]:
    """The rules that a module defines, from the top. A class `_Such` without an id is what others build on."""
    written = [
        each
        for each in dict.fromkeys(value for value in vars(module).values() if isinstance(value, type))
        if issubclass(each, Rule) and each.__module__ == module.__name__
    ]
    return [each for each in written if "id" in vars(each) or not each.__name__.startswith("_")]


def faults(kind: type[Rule]) -> Iterator[Problem]:
    """What a class lacks to be a rule of a project."""
    name, of_id = vars(kind).get("id"), class_place(kind, "id")
    if name is None:
        hint = f'write id = "ACME001" into it, or name it _{kind.__name__} if other rules build on it'
        yield Problem(f"the rule {kind.__name__} has no id of its own", of_id, hint)
    elif not isinstance(name, str) or not ID.fullmatch(name):
        yield Problem(f"{name!r} cannot be a rule's id", of_id, "capital letters, then digits, such as ACME001")
    elif name.startswith(RESERVED):
        yield Problem(f"{name} is not free: ids with {RESERVED} are xyztf's own", of_id, "choose other letters")
    called = name if isinstance(name, str) else kind.__name__
    if lacking := [each for each in TEXTS if not _is_text(getattr(kind, each, None))]:
        hint = "a rule says what it finds, why that matters and who says so, and shows a bad and a good example"
        yield Problem(f"{called} has no {', '.join(lacking)}", class_place(kind), hint)
    severity: object = kind.severity
    if not isinstance(severity, Severity):
        hint = "severity = Severity.WARNING, from xyztf.findings.finding; or NOTE, or ERROR"
        yield Problem(f"{called} has a severity that is none: {severity!r}", class_place(kind, "severity"), hint)
    if all(getattr(kind, each) is getattr(Rule, each) for each in CHECKS):
        yield Problem(f"{called} checks nothing", class_place(kind), f"write one of its methods: {', '.join(CHECKS)}")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _modules(root: Path, names: Iterable[str], problems: list[Problem]) -> Iterator[ModuleType]:
    """The files of a folder, imported in the order of their names. What fails becomes a problem."""
    package = None
    for name in ("__init__.py", *names):
        stem = name.removesuffix(".py")
        if not stem.isidentifier():
            hint = "name it with letters, digits and _"
            problems.append(Problem("a file of this name cannot be imported", Location(str(root / name)), hint))
            continue
        try:
            if package is None:
                package = package_of(root)
            else:
                yield imported(package, stem)
        except (Exception, SystemExit) as error:
            problems.append(_failure(error, root, root / name))
            if package is None:
                return


def _failure(error: BaseException, root: Path, file: Path) -> Problem:
    place = place_of(error, str(root)) or Location(str(file))
    hint = "put it right; --no-own-rules goes without the rules of the project"
    if isinstance(error, ImportError):
        hint = f"import what lies beside it with a dot: from ._names import ...; the rest has to be in {sys.prefix}"
    return Problem(said(error), place, hint)


def _without_rules(place: Location) -> Problem:
    hint = "a rule is a class of xyztf.rules.rule.Rule; what several files share stands in one whose name begins with _"
    return Problem("there is no rule in this file", place, hint)


def _taken(found: Iterable[type[Rule]]) -> Iterator[Problem]:
    first: dict[str, type[Rule]] = {}
    for kind in found:
        name = vars(kind).get("id")
        if isinstance(name, str) and first.setdefault(name, kind) is not kind:
            there = _from_here(class_place(first[name], "id"))
            yield Problem(f"{name} is taken", class_place(kind, "id"), f"first at {there}; give this one another id")


def _made(found: Iterable[type[Rule]], problems: list[Problem]) -> Iterator[Rule]:
    for kind in found:
        try:
            yield kind()
        except (Exception, SystemExit) as error:
            place = class_place(kind)
            message = f"{kind.id} cannot be made: {said(error)}"
            problems.append(Problem(message, place_of(error, os.path.dirname(place.file)) or place, "it takes nothing"))


def _digest(root: Path) -> str:
    """Of all that lies in the folder, by name and content: rules may read what is beside them."""
    found = hashlib.sha256()
    for path, below, names in os.walk(root):
        below[:] = sorted(name for name in below if name != "__pycache__" and not name.startswith("."))
        for name in sorted(names):
            file = os.path.join(path, name)
            found.update(os.fsencode(os.path.relpath(file, root)) + b"\0")
            try:
                content = Path(file).read_bytes()
            except OSError as error:
                content = type(error).__name__.encode()
            found.update(hashlib.sha256(content).digest())
    return found.hexdigest()


def _from_here(place: Location | None) -> Location | None:
    return replace(place, file=os.path.relpath(place.file)) if place else None
