"""Pydantic's errors in words a person can act on: what was found, what was expected, where, and what was meant."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from xyztf.environment.expected import EXPECTED
from xyztf.environment.model import Environment
from xyztf.environment.provenance import Layer, Path, dotted, entries, find_mark
from xyztf.errors import Problem

_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "float_type": "a number",
    "list_type": "a list",
    "dict_type": "a map (name: value)",
    "model_type": "a map (name: value)",
    "model_attributes_type": "a map (name: value)",
}
_MAPS = ("dict_type", "model_type", "model_attributes_type")

_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "greater_than": ("more than", "gt"),
    "less_than": ("less than", "lt"),
}


def problem_at(layer: Layer, path: Path, message: str, hint: str | None = None, *, key: bool = False) -> Problem:
    """A problem at `path`. `key` points at the name, not the value.

    A map that nobody wrote as such (`--set database.storage.type=gp3` makes two) is shown at what was written in it;
    a value that is not there at all, at the name of what it would stand in.
    """
    mark = layer.marks.get(path)
    if mark is None:
        mark = next((inside for inner, inside in layer.marks.items() if inner[: len(path)] == path), None)
    if mark is None:
        mark, key = find_mark(layer, path), True
    if mark is None:
        return Problem(message, None, hint)
    return Problem(message, (mark.key if key and mark.key else mark.value), hint)


def model_problems(error: ValidationError, layer: Layer, explained: Collection[Path] = ()) -> list[Problem]:
    """Every error as a problem, one for each mistake.

    What Pydantic says once for each member of a union is said once, and a key that is only missing because it is
    misspelt is not missing too. Nothing is said about the paths in `explained`.
    """
    found: dict[tuple[Path, str], list[ErrorDetails]] = {}
    for details in error.errors(include_url=False):
        group = details["type"] if details["type"] in ("missing", "extra_forbidden") else str(details["loc"][-1:])
        group = group if group in ("missing", "extra_forbidden", "('[key]',)") else "value"
        found.setdefault((_path_of(details, layer.data), group), []).append(details)
    misspelt = {(*path[:-1], meant(path)) for path, group in found if group == "extra_forbidden"}
    return [
        _problem(details, path, layer)
        for (path, group), details in found.items()
        if path not in explained and not (group == "missing" and path in misspelt)
    ]


def unknown_key(layer: Layer, path: Path) -> Problem:
    """The problem of a key that the model does not have."""
    message = f"unknown key {_quoted(str(path[-1]))}" + (f" in {dotted(path[:-1])}" if path[:-1] else "")
    return problem_at(layer, path, message, did_you_mean(str(path[-1]), fields(path[:-1]), "known keys: "), key=True)


def empty_key(layer: Layer, path: Path) -> Problem:
    """The problem of a key with nothing after its colon, where nothing is inherited that this could take back."""
    if (known := fields(path[:-1])) and path[-1] not in known:
        return unknown_key(layer, path)
    model = _model_at(path)
    if model and not any(field.is_required() for field in model.model_fields.values()):
        hint = f"write {path[-1]}: {{}} for one with all defaults, or take the line out"
    else:
        hint = f"give it {_keys_of(model)}, or take the line out" if model else "give it a value, or take the line out"
    return problem_at(layer, path, f"{dotted(path)} is empty", hint, key=True)


def meant(path: Path) -> str | None:
    """The key of the model that the unknown key at the end of `path` looks like."""
    return _nearest(str(path[-1]), fields(path[:-1]))


def _path_of(details: ErrorDetails, data: Any) -> Path:
    """The part of Pydantic's location that leads to the value it speaks of, plus the key that is missing.

    Pydantic puts names of union members and markers such as "[key]" among the keys; these are not in the file, or, as
    a table may be called "int", not meant.
    """
    values = [data]
    path: list[int | str] = []
    for step in details["loc"]:
        inside = dict(entries(values[-1]))
        if step in inside:
            path.append(step)
            values.append(inside[step])
    if details["type"] == "missing":
        return (*path, details["loc"][-1])
    if details["loc"][-1] != "[key]" and any(value is details["input"] for value in values):
        while values[-1] is not details["input"]:
            values.pop()
            path.pop()
    return tuple(path)


def _problem(alternatives: list[ErrorDetails], path: Path, layer: Layer) -> Problem:
    """What is wrong at `path`. Of the alternatives there are several where the value may be of several types."""
    details = alternatives[0]
    kind, name = details["type"], dotted(path)
    if kind == "extra_forbidden":
        return unknown_key(layer, path)
    if kind == "missing":
        return problem_at(layer, path[:-1], f"{name} is missing", _description(path), key=True)
    if details["loc"][-1] == "[key]":
        message, hint = _mismatch(details, _quoted(str(path[-1])) + " cannot stand here")
        return problem_at(layer, path, message, hint, key=True)
    if len(alternatives) > 1 and all(one["type"] in _KINDS for one in alternatives):
        return problem_at(layer, path, f"{name} is {shown(details['input'])}: expected {_either(alternatives)}")
    message, hint = _value_problem(details, name)
    return problem_at(layer, path, message, hint or _form(details, path))


def _either(alternatives: list[ErrorDetails]) -> str:
    kinds = list(dict.fromkeys(_KINDS[details["type"]] for details in alternatives))
    if "a number" in kinds and "a whole number" in kinds:
        kinds.remove("a whole number")
    return ", ".join(kinds[:-1]) + (" or " if kinds[1:] else "") + kinds[-1]


def _value_problem(details: ErrorDetails, name: str) -> tuple[str, str | None]:
    """Message and hint for a value that is not what its field takes."""
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    found = f"{name} is {shown(value)}"
    if kind == "literal_error":
        choices = [choice.strip("'") for choice in context["expected"].replace(" or ", ", ").split(", ")]
        hint = did_you_mean(value, choices) if isinstance(value, str) else None
        return f"{found}: expected {context['expected'].replace(chr(39), '')}", hint
    if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        # The number is not shown: 8.10 has become 8.1 on its way here.
        return f"{name} is a number: expected text", "put it in quotes"
    if kind in ("string_pattern_mismatch", "string_too_long"):
        return _mismatch(details, found)
    if kind in _KINDS:
        return f"{found}: expected {_KINDS[kind]}", None
    if kind in _BOUNDS:
        words, bound = _BOUNDS[kind]
        return f"{found}: expected {words} {context[bound]}", None
    if kind in ("too_short", "too_long"):
        bound = "min_length" if kind == "too_short" else "max_length"
        words = "at least" if kind == "too_short" else "at most"
        return f"{name} has {context['actual_length']} entries: expected {words} {context[bound]}", None
    if kind == "value_error":
        return f"{found}: {context['error']}", None
    return f"{found}: {details['msg']}", None


def _mismatch(details: ErrorDetails, found: str) -> tuple[str, str | None]:
    """Message and hint for text of the wrong form, or too long, be it a value or a key."""
    context, value = details.get("ctx", {}), details["input"]
    if details["type"] == "string_too_long":
        return f"{found}: expected at most {context['max_length']} characters", None
    if details["type"] != "string_pattern_mismatch":
        return f"{found}: {details['msg']}", None
    pattern = context["pattern"]
    guesses = (value.lower(), value.lower().replace("_", "-"))
    hint = next((f"did you mean {guess}?" for guess in guesses if re.search(pattern, guess)), None)
    return f"{found}: expected {EXPECTED.get(pattern, 'the pattern ' + pattern)}", hint


def _form(details: ErrorDetails, path: Path) -> str | None:
    """How to write a value that has the wrong type."""
    kind, value = details["type"], details["input"]
    if isinstance(value, str):
        if kind == "list_type" and value:
            return f"write it as a list: [{value}]"
        if kind == "bool_type" and value.lower() in ("true", "false"):
            return "take the quotes away"
        if kind in ("int_type", "float_type") and re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", value):
            return "take the quotes away"
    if kind not in _MAPS:
        return None
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return (
            f"write a map: {value[0]}: ... without - and brackets" if kind != "dict_type" else _as_entries(path, value)
        )
    if isinstance(value, list):
        return "write name: value lines, without - and brackets"
    model = _model_at(path)
    return f"give it {_keys_of(model)}" if model else None


def _as_entries(path: Path, names: list[str]) -> str:
    model = _model_at((*path, names[0]))
    inside = "{ ... }" if model and any(field.is_required() for field in model.model_fields.values()) else "{}"
    return f"write each as a line of its own: {names[0]}: {inside if model else '...'}"


def shown(value: object) -> str:
    """A value as a person wrote it, cut where it is long."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Mapping):
        return "a map"
    text = _quoted(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f'{text[:56]}..."'


def _quoted(text: str) -> str:
    """In quotes, with what would move a terminal's cursor escaped."""
    return json.dumps(text, ensure_ascii=False)


def did_you_mean(word: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """A hint with the nearest of `known`; where nothing is near, all of them after `otherwise`, if that is given."""
    names = sorted(known)
    if near := _nearest(word, names):
        return f"did you mean {near}?"
    return f"{otherwise}{', '.join(names)}" if otherwise and names else None


def _nearest(word: str, known: Iterable[str]) -> str | None:
    """The nearest of `known`, whatever the case: ON_DEMAND is on_demand."""
    small = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), small, n=1, cutoff=0.6)
    return small[near[0]] if near else None


def fields(path: Path) -> list[str]:
    """The keys that the model has at `path`."""
    model = _model_at(path)
    return [name for name in model.model_fields if name != "name" or model is not Environment] if model else []


def _keys_of(model: type[BaseModel]) -> str:
    """The keys that a map of this model needs, or may have."""
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    names = required or list(model.model_fields)
    return ("the key " if len(names) == 1 else "the keys ") + ", ".join(names)


def _description(path: Path) -> str | None:
    model = _model_at(path[:-1])
    field = model.model_fields.get(str(path[-1])) if model else None
    if field and field.description:
        return field.description
    inner = _model_at(path)
    return f"give it {_keys_of(inner)}" if inner else None


def _model_at(path: Path) -> type[BaseModel] | None:
    annotation: Any = Environment
    for step in path:
        model = _model_in(annotation)
        if model and isinstance(step, str) and step in model.model_fields:
            annotation = model.model_fields[step].annotation
        elif container := _container_in(annotation):
            annotation = get_args(container)[-1]
        else:
            return None
    return _model_in(annotation)


def _members(annotation: Any) -> list[Any]:
    """The annotation without its wrappers: the members of a union, the type inside Annotated."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [inner for member in get_args(annotation) for inner in _members(member)]
    return [annotation]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    models = (member for member in _members(annotation) if isinstance(member, type) and issubclass(member, BaseModel))
    return next(models, None)


def _container_in(annotation: Any) -> Any:
    return next((member for member in _members(annotation) if get_origin(member) in (dict, list)), None)
