"""Where two values of a plan differ, attribute by attribute, with what may not be shown replaced by words.

Terraform marks what is sensitive. What a resource computes from it is not marked and stands in a plan in clear:
`Secrets` finds it by its text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, Union

Json: TypeAlias = Union["dict[str, Json]", "list[Json]", str, int, float, bool, None]

SENSITIVE = "(sensitive)"
UNKNOWN = "(known after apply)"

SHORT = 6
"""A sensitive text shorter than this is only found where it is the whole of another value."""

IDENTITIES = ("name", "option_name", "key", "region_name", "region", "log_type", "index_name", "sid", "id")
"""What tells the elements of a list of blocks apart, so that a new one does not shift all that follow it."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute that changes, as deep as the change goes.

    `path` is for people: `option[0].settings`, `parameter["max_connections"].value`. `schema_path` has names alone,
    `keys` what stood in the brackets. `old` and `new` are None where there is nothing; they hold `SENSITIVE` and
    `UNKNOWN` in place of what may not be shown and of what is not `known` yet.
    """

    path: str
    schema_path: str
    keys: tuple[str, ...]
    old: Json
    new: Json
    known: bool = True
    sensitive: bool = False
    forces_replacement: bool = False

    def __str__(self) -> str:
        forces = " (forces replacement)" if self.forces_replacement else ""
        return f"{self.path} {in_words(self.old)} -> {in_words(self.new)}{forces}"


@dataclass(frozen=True, slots=True)
class _Element:
    """A step into a list: what people see in the brackets, and the indices before and after."""

    shown: str | int
    old: int | None = None
    new: int | None = None


_Step: TypeAlias = str | _Element


def attributes(change: dict[str, Json], secrets: Secrets) -> Iterator[Attribute]:
    """What differs between before and after, redacted."""
    before, after = change.get("before"), change.get("after")
    old = before if isinstance(before, dict) else {}
    new = after if isinstance(after, dict) else {}
    unknown = change.get("after_unknown")
    forced = replace_paths(change)
    for steps, attribute in _differences((), old, new, unknown if isinstance(unknown, dict) else {}, marks_of(change)):
        forces = any(_leads(path, steps) for path in forced)
        yield secrets.scrub(replace(attribute, forces_replacement=forces))


_Found: TypeAlias = Iterator[tuple[tuple[_Step, ...], Attribute]]


def _differences(steps: tuple[_Step, ...], old: Json, new: Json, unknown: Json, hidden: Json) -> _Found:
    """Where two values differ. `unknown` and `hidden` mark parts of them, in the way of Terraform's plan."""
    if unknown is not True and hidden is not True:
        if isinstance(old, dict) and isinstance(new, dict):
            for key in dict.fromkeys((*old, *new, *(unknown if isinstance(unknown, dict) else ()))):
                inner = (_in(unknown, key), _in(hidden, key))
                yield from _differences((*steps, key), old.get(key), new.get(key), *inner)
            return
        if isinstance(old, list) and isinstance(new, list):
            found: list[tuple[tuple[_Step, ...], Attribute]] = []
            for step in _pairs(old, new, unknown, hidden):
                values = (_at(old, step.old), _at(new, step.new))
                found += _differences((*steps, step), *values, _at(unknown, step.new), _element_marks(hidden))
            yield from found
            # What is left is another order of the same elements.
            if found or _same(old, new):
                return
    nothing: tuple[Json, ...] = (None, [], {})
    if _any(unknown) or not (_same(old, new) or (old in nothing and new in nothing)):
        path, schema_path, keys = _written(steps)
        values = (_shown(old, None, hidden), _shown(new, unknown, hidden))
        yield steps, Attribute(path, schema_path, keys, *values, not _any(unknown), _any(hidden))


def _pairs(old: list[Json], new: list[Json], unknown: Json, hidden: Json) -> Iterator[_Element]:
    """Which elements of two lists belong together, where they differ.

    By what identifies them, where something does. Otherwise equal elements are left out wherever they are, as a plan
    does not tell sets from lists, and the others are paired in their order.
    """
    key = _identity(old, new, unknown, hidden)
    if key:
        was, becomes = ({str(_in(each, key)): at for at, each in enumerate(values)} for values in (old, new))
        yield from (_Element(name, was.get(name), becomes.get(name)) for name in dict.fromkeys((*was, *becomes)))
        return
    gone = list(range(len(old)))
    come = []
    for index, element in enumerate(new):
        partner = None
        if not _any(_at(unknown, index)):
            partner = next((each for each in gone if _same(old[each], element)), None)
        if partner is None:
            come.append(index)
        else:
            gone.remove(partner)
    for number in range(max(len(gone), len(come))):
        was_at = gone[number] if number < len(gone) else None
        is_at = come[number] if number < len(come) else None
        yield _Element(is_at if is_at is not None else was_at or 0, was_at, is_at)


def _identity(old: list[Json], new: list[Json], unknown: Json, hidden: Json) -> str | None:
    """The attribute that tells all elements of both lists apart, when there is one that may be shown."""
    for key in IDENTITIES:
        if _any(_in(_element_marks(hidden), key)) or any(_any(_in(_at(unknown, at), key)) for at in range(len(new))):
            continue
        for each in (old, new):
            names = [element.get(key) if isinstance(element, dict) else None for element in each]
            if len({name for name in names if isinstance(name, str)}) < len(each):
                break
        else:
            return key
    return None


def _shown(value: Json, unknown: Json, hidden: Json) -> Json:
    """The value with what is not known and what is sensitive replaced by words."""
    if hidden is True:
        return SENSITIVE if unknown is True or value is not None else None
    if unknown is True:
        return UNKNOWN
    if isinstance(value, dict):
        keys = dict.fromkeys((*value, *(unknown if isinstance(unknown, dict) else ())))
        return {key: _shown(value.get(key), _in(unknown, key), _in(hidden, key)) for key in keys}
    if isinstance(value, list):
        return [_shown(each, _at(unknown, at), _element_marks(hidden)) for at, each in enumerate(value)]
    return value


def settings(value: Json, hidden: Json, secrets: Secrets) -> dict[str, str | int | float | bool]:
    """The attributes of an object that hold one plain value, known and not sensitive."""
    found = value.items() if isinstance(value, dict) and hidden is not True else ()
    return {
        key: each
        for key, each in found
        if isinstance(each, str | int | float) and not _any(_in(hidden, key)) and secrets.hide(str(each)) == str(each)
    }


def output(name: str, change: dict[str, Json], secrets: Secrets) -> Attribute:
    """How an output changes."""
    hidden, unknown = marks_of(change), change.get("after_unknown")
    old, new = _shown(change.get("before"), None, hidden), _shown(change.get("after"), unknown, hidden)
    return secrets.scrub(Attribute(name, name, (), old, new, not _any(unknown), _any(hidden)))


def _leads(path: Sequence[_Step], steps: Sequence[_Step]) -> bool:
    """Whether one path begins with the other."""
    for each, step in zip(path, steps, strict=False):
        if isinstance(each, _Element) and isinstance(step, _Element):
            if each.shown not in (step.old, step.new):
                return False
        elif each != (step.shown if isinstance(step, _Element) else step):
            return False
    return True


def replace_paths(change: dict[str, Json]) -> list[tuple[_Step, ...]]:
    """The paths that Terraform names as the reasons of a replacement."""
    found = change.get("replace_paths")
    paths = [path for path in found if isinstance(path, list)] if isinstance(found, list) else []
    return [tuple(_step(step) for step in path if isinstance(step, str | int)) for path in paths]


def _step(step: str | int) -> _Step:
    return step if isinstance(step, str) else _Element(step, step, step)


def written(path: Sequence[_Step]) -> str:
    """A path as people read it."""
    return _written(path)[0]


def _written(steps: Iterable[_Step]) -> tuple[str, str, tuple[str, ...]]:
    """A path as people read it, its names alone, and what stands in brackets."""
    path = ""
    names: list[str] = []
    keys: list[str] = []
    for step in steps:
        if isinstance(step, str) and (not path or re.fullmatch(r"[A-Za-z_][\w-]*", step)):
            path = f"{path}.{step}" if path else step
            names.append(step)
        else:
            shown = step if isinstance(step, str) else step.shown
            path = f"{path}[{in_words(shown)}]"
            keys.append(str(shown))
    return path, ".".join(names), tuple(keys)


# Marks and secrets ---------------------------------------------------------------------------------------------------


def marks_of(change: dict[str, Json]) -> Json:
    """What is sensitive before or after: what was secret once is not shown now."""
    return _union(change.get("before_sensitive"), change.get("after_sensitive"))


def _union(one: Json, other: Json) -> Json:
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: _union(one.get(key), other.get(key)) for key in (*one, *other)}
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    if not _any(one) or not _any(other):
        return one if _any(one) else other
    return True


def _element_marks(marks: Json) -> Json:
    """What is sensitive in any element counts for all: elements move, and marks go by place."""
    together: Json = None
    for each in marks if isinstance(marks, list) else [_any(marks)]:
        together = _union(together, each)
    return together


class Secrets:
    """The sensitive texts of a plan, to be found also where Terraform does not mark them."""

    def __init__(self, changes: Iterable[Json]) -> None:
        found: set[str] = set()
        for change in changes:
            if isinstance(change, dict):
                found.update(_marked(change.get("before"), change.get("before_sensitive")))
                found.update(_marked(change.get("after"), change.get("after_sensitive")))
        found.discard("")
        self._long = sorted((text for text in found if len(text) >= SHORT), key=len, reverse=True)
        self._short = frozenset(text for text in found if len(text) < SHORT)

    def hide(self, text: str) -> str:
        """The text, or a word that it may not be shown."""
        return SENSITIVE if text in self._short or any(secret in text for secret in self._long) else text

    def scrub(self, attribute: Attribute) -> Attribute:
        """The attribute without what is sensitive elsewhere."""
        if not self._long and not self._short:
            return attribute
        old, new = self._clean(attribute.old), self._clean(attribute.new)
        path, keys = attribute.path, tuple(self.hide(key) for key in attribute.keys)
        schema_path = attribute.schema_path
        if keys != attribute.keys or any(secret in path for secret in self._long):
            path = schema_path = SENSITIVE
        hidden = (old, new, path, keys) != (attribute.old, attribute.new, attribute.path, attribute.keys)
        sensitive = attribute.sensitive or hidden
        return replace(attribute, path=path, schema_path=schema_path, keys=keys, old=old, new=new, sensitive=sensitive)

    def _clean(self, value: Json) -> Json:
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, dict):
            return {self.hide(key): self._clean(each) for key, each in value.items()}
        return [self._clean(each) for each in value] if isinstance(value, list) else value


def _marked(value: Json, hidden: Json) -> Iterator[str]:
    """The texts below what is marked."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _marked(each, _in(hidden, key))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _marked(each, _at(hidden, at))
    elif hidden is True and isinstance(value, str):
        yield value


def _in(marks: Json, key: str) -> Json:
    """The part of marks, or of a value, below a name. Marks of another shape than the value count for all of it."""
    return marks.get(key) if isinstance(marks, dict) else _any(marks)


def _at(values: Json, index: int | None) -> Json:
    if isinstance(values, list):
        return values[index] if index is not None and index < len(values) else None
    return _any(values)


def _any(marks: Json) -> bool:
    if isinstance(marks, dict | list):
        return any(map(_any, marks.values() if isinstance(marks, dict) else marks))
    return marks is True


def _same(one: Json, other: Json) -> bool:
    """Whether two values are the same JSON: 1, 1.0 and true are not."""
    if not isinstance(one, dict | list):
        return type(one) is type(other) and one == other
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def in_words(value: Json) -> str:
    """A value as people read it: JSON, or the words that stand in its place."""
    if value in (SENSITIVE, UNKNOWN):
        return str(value)
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
