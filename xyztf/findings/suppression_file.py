"""The suppressions that a project keeps in `xyztf-suppressions.yaml`, for rules of xyztf and of checkov alike."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from xyztf.errors import Location, Problem, XyztfError
from xyztf.findings.suppression import Suppression
from xyztf.findings.suppression_fields import RULE_ID, last_day, nearest

FILE_NAME = "xyztf-suppressions.yaml"
MAX_BYTES = 1_000_000

_NEEDED = ("rule", "reason", "owner", "until")
_LISTS = ("rule", "address", "environment", "file")
_KEYS = ("rule", "address", "environment", "file", "reason", "owner", "until")
_EMPTY = ("", "~", "null", "Null", "NULL")
_WHAT = {
    "rule": "rule: XYZ512",
    "reason": "reason: why this is right here",
    "owner": "owner: the team to ask",
    "until": "until: 2027-03-01",
}
_TAKE_OUT = "write every value out, without anchors, aliases and tags"

# An event of PyYAML, whose stubs do not know what each has.
_Event: TypeAlias = Any


class _Value(NamedTuple):
    """A text, or a list of texts, and where it begins."""

    texts: tuple[str, ...]
    is_list: bool
    place: Location


class _Entry(NamedTuple):
    values: dict[str, _Value]
    place: Location


def read_suppressions(path: pathlib.Path, shown_as: str = FILE_NAME) -> list[Suppression]:
    """The suppressions in the file `path`, in order; none where there is no such file.

    `shown_as` is the file's name in places. Raises XyztfError with every problem that can be found at once.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise XyztfError(Problem(f"the file cannot be read: {error.strerror}", Location(shown_as))) from None
    if len(content) > MAX_BYTES:
        raise XyztfError(Problem(f"the file is larger than {MAX_BYTES:,} bytes", Location(shown_as)))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise XyztfError(Problem("the file is not UTF-8", Location(shown_as, line), "save it as UTF-8")) from None
    return suppressions_in(text, shown_as)


def suppressions_in(text: str, shown_as: str = FILE_NAME) -> list[Suppression]:
    """The suppressions in a YAML text. Raises XyztfError with every problem that can be found at once."""
    import yaml

    reader = _Reader(text, shown_as)
    try:
        entries = reader.entries()
    except _Halt:
        entries = []
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark
        place = Location(shown_as, mark.line + 1, mark.column + 1)
        hint = "indent neighbours alike, and put a text with a colon, a bracket or a quote in quotes"
        reader.problems.append(Problem(f"this is not valid YAML: {error.problem}", place, hint))
        entries = []
    except (yaml.YAMLError, ValueError) as error:
        reason = str(error).splitlines()[0]
        reader.problems.append(Problem(f"this is not valid YAML: {reason}", Location(shown_as, 1, 1)))
        entries = []
    problems = [*reader.problems, *(problem for entry in entries for problem in _problems(entry))]
    if problems:
        raise XyztfError(*sorted(problems, key=lambda problem: problem.location or Location("")))
    return [_suppression(entry) for entry in entries]


def _problems(entry: _Entry) -> Iterator[Problem]:
    """What is wrong with an entry's values, and what it lacks."""
    for key in _NEEDED:
        if key not in entry.values:
            yield Problem(f"this suppression has no {key}", entry.place, f"add {_WHAT[key]}")
    for key, value in entry.values.items():
        if not value.texts or any(text.strip() in _EMPTY for text in value.texts):
            hint = f"add {_WHAT[key]}" if key in _WHAT else "take the line out: without it, every one is meant"
            yield Problem(f"{key} is empty", value.place, hint)
        elif value.is_list and key not in _LISTS:
            yield Problem(
                f"{key} is a list: expected text", value.place, "write it on one line, without - and brackets"
            )
        elif key == "rule":
            for text in value.texts:
                if not RULE_ID.fullmatch(text):
                    near = text.upper() if RULE_ID.fullmatch(text.upper()) else None
                    hint = f"did you mean {near}?" if near else "such as XYZ512 or CKV_AWS_272; several are a list"
                    yield Problem(f'rule is "{text}", which is not the id of a rule', value.place, hint)
        elif key == "until" and last_day(value.texts[0]) is None:
            yield Problem(f'until is "{value.texts[0]}": expected a day', value.place, "write it as 2027-03-01")


def _suppression(entry: _Entry) -> Suppression:
    def texts(key: str) -> tuple[str, ...]:
        return entry.values[key].texts if key in entry.values else ()

    until = last_day(texts("until")[0])
    assert until is not None  # _problems has refused it
    return Suppression(
        rules=tuple(dict.fromkeys(texts("rule"))),
        reason=texts("reason")[0].strip(),
        owner=texts("owner")[0].strip(),
        until=until,
        place=entry.place,
        kind="file",
        addresses=texts("address"),
        files=texts("file"),
        environments=texts("environment"),
    )


class _Halt(Exception):
    """Reading cannot go on; the problem is noted."""


class _Reader:
    """Turns the parser's events into entries, and notes each problem.

    Events and not composed nodes: composing recurses in C as deep as the text nests, and what is written here is three
    deep at most. All scalars are text, so that no word of YAML 1.1 surprises and a date stays as written.
    """

    def __init__(self, text: str, shown_as: str) -> None:
        import yaml

        self._yaml = yaml
        self._events: Iterator[_Event] = yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self._shown_as = shown_as
        self.problems: list[Problem] = []

    def entries(self) -> list[_Entry]:
        """The entries of the only document. Raises _Halt, and the errors of the parser."""
        next(self._events)
        if isinstance(next(self._events), self._yaml.StreamEndEvent):
            return []
        root = next(self._events)
        if isinstance(root, self._yaml.ScalarEvent) and root.value in _EMPTY and not root.anchor:
            return []
        if not isinstance(root, self._yaml.SequenceStartEvent):
            self._halt("the file holds no list", root, "begin each suppression with `- rule: XYZ512`")
        entries = [self._entry(event) for event in self._until(self._yaml.SequenceEndEvent)]
        next(self._events)
        after = next(self._events)
        if not isinstance(after, self._yaml.StreamEndEvent):
            self._halt("a second document starts here", after, "keep one list in the file, without ---")
        return entries

    def _place(self, event: _Event) -> Location:
        return Location(self._shown_as, event.start_mark.line + 1, event.start_mark.column + 1)

    def _note(self, message: str, event: _Event, hint: str | None) -> None:
        self.problems.append(Problem(message, self._place(event), hint))

    def _halt(self, message: str, event: _Event, hint: str) -> None:
        self._note(message, event, hint)
        raise _Halt

    def _until(self, end: type) -> Iterator[_Event]:
        while not isinstance(event := next(self._events), end):
            yield event

    def _plain(self, event: _Event) -> None:
        if isinstance(event, self._yaml.AliasEvent) or event.anchor or event.tag:
            self._halt("anchors, aliases and tags are not read here", event, _TAKE_OUT)

    def _entry(self, event: _Event) -> _Entry:
        self._plain(event)
        if not isinstance(event, self._yaml.MappingStartEvent):
            self._halt(
                "this is not a suppression", event, "write `- rule: XYZ512` and its reason, owner and until below"
            )
        values: dict[str, _Value] = {}
        for key in self._until(self._yaml.MappingEndEvent):
            self._plain(key)
            if not isinstance(key, self._yaml.ScalarEvent):
                self._halt("a key must be text", key, f"the keys are {', '.join(_KEYS)}")
            value = self._value(key.value, next(self._events))
            if key.value not in _KEYS:
                near = nearest(key.value, _KEYS)
                hint = f"did you mean {near}?" if near else f"the keys are {', '.join(_KEYS)}"
                self._note(f"a suppression has no {_short(key.value)}", key, hint)
                if near:
                    # What was meant is there: it need not be missed as well.
                    values.setdefault(near, value)
            elif key.value in values:
                self._note(f"{key.value} is set twice", key, "keep one of the two")
            else:
                values[key.value] = value
        return _Entry(values, self._place(event))

    def _value(self, key: str, event: _Event) -> _Value:
        self._plain(event)
        place = self._place(event)
        if isinstance(event, self._yaml.ScalarEvent):
            return _Value((event.value,), False, place)
        if not isinstance(event, self._yaml.SequenceStartEvent):
            self._halt(f"{_short(key)} is a map: expected text", event, "write it on one line")
        items = []
        for item in self._until(self._yaml.SequenceEndEvent):
            self._plain(item)
            if not isinstance(item, self._yaml.ScalarEvent):
                self._halt(f"{_short(key)} holds more than texts", item, "write a list of texts")
            items.append(item.value)
        return _Value(tuple(items), True, place)


def _short(text: str) -> str:
    line = re.sub(r"\s+", " ", text)
    return line if len(line) <= 40 else f"{line[:37]}..."
