"""Pydantic's errors in words a person can act on: what was found, what was expected, where, and what was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from xyztf.environment.expected import EXPECTED
from xyztf.environment.model import Environment
from xyztf.environment.provenance import Layer, Path, dotted, find_mark
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

_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "greater_than": ("more than", "gt"),
    "less_than": ("less than", "lt"),
}


def problem_at(layer: Layer, path: Path, message: str, hint: str | None = None, *, key: bool = False) -> Problem:
    """A problem at `path`, or at the nearest place above it that a file has. `key` points at the name, not the value."""
    mark = find_mark(layer, path)
    if mark is None:
        return Problem(message, None, hint)
    return Problem(message, (mark.key if key and mark.key else mark.value), hint)


def model_problems(error: ValidationError, layer: Layer) -> list[Problem]:
    """Every error as a problem. What Pydantic says once for each member of a union is said once."""
    found = {}
    for details in error.errors(include_url=False):
        path = _path_in(layer.data, details["loc"])
        found.setdefault((path, _group(details)), _problem(details, path, layer))
    return list(found.values())


def _group(details: ErrorDetails) -> str:
    """Errors of one value that tell the same: for a union, Pydantic reports each member's refusal."""
    kind = details["type"]
    return f"{kind}:{details['loc'][-1]}" if kind in ("missing", "extra_forbidden") else "value"


def _path_in(data: Any, loc: tuple[int | str, ...]) -> Path:
    """The part of Pydantic's location that exists in the data, plus a missing or unknown last key.

    Pydantic puts names of union members and markers such as "[key]" between the keys; these are not in the file.
    """
    path: list[int | str] = []
    for position, step in enumerate(loc):
        inside = (isinstance(data, Mapping) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        )
        if inside:
            path.append(step)
            data = data[step]
        elif position == len(loc) - 1 and isinstance(data, Mapping) and step != "[key]":
            path.append(step)
    return tuple(path)


def _problem(details: ErrorDetails, path: Path, layer: Layer) -> Problem:
    kind, name = details["type"], dotted(path)
    if kind == "extra_forbidden":
        known = fields(path[:-1])
        message = f'unknown key "{path[-1]}"' + (f" in {dotted(path[:-1])}" if path[:-1] else "")
        return problem_at(layer, path, message, did_you_mean(str(path[-1]), known, "known keys: "), key=True)
    if kind == "missing":
        hint = _description(path)
        return problem_at(layer, path[:-1], f"{name} is missing", hint)
    if details["loc"][-1] == "[key]":
        expected = EXPECTED.get(details.get("ctx", {}).get("pattern", ""), details["msg"])
        return problem_at(layer, path, f'"{path[-1]}" cannot stand here: expected {expected}', key=True)
    return problem_at(layer, path, *_value_problem(details, name))


def _value_problem(details: ErrorDetails, name: str) -> tuple[str, str | None]:
    """Message and hint for a value that is not what its field takes."""
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    found = f"{name} is {shown(value)}"
    if kind == "literal_error":
        choices = [choice.strip("'") for choice in context["expected"].replace(" or ", ", ").split(", ")]
        hint = did_you_mean(value, choices) if isinstance(value, str) else None
        return f"{found}: expected {context['expected'].replace(chr(39), '')}", hint
    if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{found}, a number: expected text", f'put it in quotes: "{value}"'
    if kind == "string_pattern_mismatch":
        return f"{found}: expected {EXPECTED.get(context['pattern'], 'the pattern ' + context['pattern'])}", None
    if kind in _KINDS:
        return f"{found}: expected {_KINDS[kind]}", None
    if kind in _BOUNDS:
        words, bound = _BOUNDS[kind]
        return f"{found}: expected {words} {context[bound]}", None
    if kind in ("too_short", "too_long"):
        bound = "min_length" if kind == "too_short" else "max_length"
        words = "at least" if kind == "too_short" else "at most"
        return f"{name} has {context['actual_length']} entries: expected {words} {context[bound]}", None
    if kind == "string_too_long":
        return f"{found}: expected at most {context['max_length']} characters", None
    if kind == "value_error":
        return f"{found}: {context['error']}", None
    return f"{found}: {details['msg']}", None


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
    text = str(value) if not isinstance(value, str) else f'"{value}"'
    return text if len(text) <= 60 else f'{text[:57]}..."'


def did_you_mean(word: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """A hint with the nearest of `known`; where nothing is near, all of them after `otherwise`, if that is given."""
    names = sorted(known)
    if near := difflib.get_close_matches(word, names, n=1, cutoff=0.6):
        return f"did you mean {near[0]}?"
    return f"{otherwise}{', '.join(names)}" if otherwise and names else None


def fields(path: Path) -> list[str]:
    """The keys that the model has at `path`."""
    model = _model_at(path)
    return [name for name in model.model_fields if name != "name" or model is not Environment] if model else []


def _description(path: Path) -> str | None:
    model = _model_at(path[:-1])
    field = model.model_fields.get(str(path[-1])) if model else None
    return field.description if field else None


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
