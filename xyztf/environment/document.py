"""A YAML file as plain data in which each value knows its place; each trap of YAML is a problem with a hint."""

from __future__ import annotations

import pathlib
import re
import stat
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import yaml

from xyztf.environment import scalars
from xyztf.environment.provenance import Layer, Mark, Path, entries
from xyztf.errors import InvalidEnvironment, Location, Problem

__all__ = ["Layer", "Locate", "Mark", "Path", "read_document", "read_text"]

MAX_BYTES = 1_000_000
MAX_VALUES = 20_000
MAX_DEPTH = 50

Locate: TypeAlias = Callable[[int, int], Location]
"""What turns a line and a column, both counted from 1, into a place to show."""

# An event of PyYAML, whose stubs know too little: neither that a scalar has an anchor nor that a mark is always there.
_Event: TypeAlias = Any

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_UTF_16_STARTS = (b"\xff\xfe", b"\xfe\xff")
# Control characters, lone surrogates, what YAML 1.1 takes for line ends and editors do not, and what turns the
# direction of text, so that a reviewer sees something else than what is there.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_LINE_END = re.compile(r"\r\n?|\n")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_UNNAMED = "?"


def read_document(path: pathlib.Path, shown_as: str) -> Layer:
    """The map that the YAML file `path` holds, with the place of everything in it; an empty file is an empty map.

    `shown_as` is the file's name in places. Raises InvalidEnvironment with every problem that can be found at once.
    """

    def locate(line: int, column: int) -> Location:
        return Location(shown_as, line, column)

    data, marks = read_text(_decoded(_content(path, shown_as), locate), locate)
    if data is None:
        data = {}
    if not isinstance(data, dict):
        kind = scalars.kind_of(data)
        raise _invalid(f"the file holds {kind}, not a map", marks[()].value, 'write "name: value" lines')
    return Layer(data, marks)


def read_text(text: str, locate: Locate) -> tuple[Any, dict[Path, Mark]]:
    """The value that a YAML text holds (None if it is empty), and the mark of each value in it, from `()` down.

    Raises InvalidEnvironment with every problem that can be found at once.
    """
    if unfit := _UNFIT.search(text):
        raise _invalid(
            f"the character U+{ord(unfit[0]):04X} is invisible and may not be used here",
            locate(*_line_and_column(text, unfit.start())),
            "remove it",
        )
    reader = _Reader(yaml.parse(text, _Loader), locate)
    try:
        value = reader.document()
    except _Halt as halt:
        reader.problems.append(halt.problem)
    except yaml.MarkedYAMLError as error:
        reader.problems.append(_syntax_problem(error, text, locate))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The parser written in Python lets a few slip through: an escape beyond Unicode, a version of 5,000 digits.
        reader.problems.append(Problem(f"this is not valid YAML: {error}", locate(1, 1)))
    if reader.problems:
        raise InvalidEnvironment.of(reader.problems)
    return value, reader.marks


def _content(path: pathlib.Path, shown_as: str) -> bytes:
    """What is in the file, which is read only if it is a file and not too large."""
    place = Location(shown_as)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise _invalid("this is a folder, not a file", place)
        if not stat.S_ISREG(mode):
            raise _invalid("this is not a regular file", place)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _invalid("there is no such file", place, f"looked in {path.parent}") from None
    except PermissionError:
        raise _invalid("the file may not be read", place, f"look at its permissions: ls -l {path}") from None
    except OSError as error:
        raise _invalid(f"the file cannot be read: {error.strerror}", place) from None
    if len(content) > MAX_BYTES:
        raise _invalid(f"the file is larger than {MAX_BYTES:,} bytes", place, "an environment takes a few kilobytes")
    return content


def _decoded(content: bytes, locate: Locate) -> str:
    """`content` as text, without a byte order mark."""
    if content.startswith(_UTF_16_STARTS):
        raise _invalid("the file is UTF-16, not UTF-8", locate(1, 1), "save it as UTF-8")
    try:
        return content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        message = f"byte {content[error.start]:#04x} (at offset {error.start} of the file) is not UTF-8"
        place = locate(*_line_and_column(before, len(before)))
        raise _invalid(message, place, "save the file as UTF-8") from None


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    lines = _LINE_END.split(text[:index])
    return len(lines), len(lines[-1]) + 1


def _invalid(message: str, place: Location, hint: str | None = None) -> InvalidEnvironment:
    return InvalidEnvironment(Problem(message, place, hint))


class _Halt(Exception):
    """Reading cannot go on."""

    def __init__(self, message: str, place: Location, hint: str) -> None:
        super().__init__(message)
        self.problem = Problem(message, place, hint)


class _Reader:
    """Turns the parser's events into data and marks. Notes each problem and goes on where it can.

    Events and not PyYAML's composed nodes: composing recurses in C as deep as the text nests, and a text of
    100,000 brackets ends the process. Here the depth and the number of values are known before they can hurt.
    """

    def __init__(self, events: Iterator[_Event], locate: Locate) -> None:
        self.problems: list[Problem] = []
        self.marks: dict[Path, Mark] = {}
        self._events = events
        self._locate = locate
        self._count = 0
        self._anchors: dict[str, Location] = {}
        self._anchored: dict[str, tuple[Path, Any]] = {}

    def document(self) -> Any:
        """The value of the only document in the text, or None. Raises _Halt, and the errors of the parser."""
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            self.marks[()] = Mark(self._locate(1, 1))
            return None
        value = self._value(next(self._events), (), None)
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._note("a second document starts here", self._place(after), "keep one document in a file, without ---")
        return value

    def _place(self, event: _Event) -> Location:
        return self._locate(event.start_mark.line + 1, event.start_mark.column + 1)

    def _note(self, message: str, place: Location, hint: str) -> None:
        self.problems.append(Problem(message, place, hint))

    def _until(self, end: type) -> Iterator[_Event]:
        while not isinstance(event := next(self._events), end):
            yield event

    def _admit(self, path: Path, place: Location) -> None:
        """Count one more value, at `path`, and stop if there are too many or it is too deep."""
        self._count += 1
        if self._count > MAX_VALUES:
            hint = "aliases count as often as they are used; shorten the file"
            raise _Halt(f"there are more than {MAX_VALUES:,} values up to here", place, hint)
        if len(path) > MAX_DEPTH:
            raise _Halt(f"values are nested more than {MAX_DEPTH} deep here", place, "look for brackets left open")

    def _value(self, event: _Event, path: Path, key: Location | None) -> Any:
        """The value that starts with `event` and stands at `path`; None in place of one that is refused."""
        place = self._place(event)
        self._admit(path, place)
        self.marks[path] = Mark(place, key)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), path, place)
        if event.anchor:
            self._open_anchor(event.anchor, place)
        if event.tag:
            self._refuse_tag(event.tag, place)
        value = self._node(event, path, place)
        if event.anchor:
            self._anchored[event.anchor] = (path, value)
        return value

    def _node(self, event: _Event, path: Path, place: Location) -> Any:
        if isinstance(event, yaml.MappingStartEvent):
            return self._map(path)
        if isinstance(event, yaml.SequenceStartEvent):
            items = self._until(yaml.SequenceEndEvent)
            return [self._value(item, (*path, index), None) for index, item in enumerate(items)]
        return self._scalar(event, place)

    def _map(self, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        first: dict[str, Location] = {}
        for event in self._until(yaml.MappingEndEvent):
            place = self._place(event)
            name = self._name(event, path, place)
            if name in first and name != _UNNAMED:
                message = f'"{name}" is set twice, the first time on line {first[name].line}'
                self._note(message, place, "keep one of the two")
            first.setdefault(name, place)
            result[name] = self._value(next(self._events), (*path, name), place)
        return result

    def _name(self, event: _Event, path: Path, place: Location) -> str:
        """The name of an entry in the map at `path`. For one that cannot be a name a problem is noted."""
        if not isinstance(event, yaml.ScalarEvent):
            if isinstance(event, yaml.AliasEvent):
                self._note("a key must be text, and this is an alias", place, "write the name out")
            else:
                kind = scalars.kind_of(self._value(event, (*path, _UNNAMED), place))
                self._note(f"a key must be text, and this is {kind}", place, "put {{ ... }} and the like in quotes")
            return _UNNAMED
        if event.anchor:
            self._note(f"the anchor &{event.anchor} stands before a key", place, "write it after the colon")
        if event.tag:
            self._refuse_tag(event.tag, place)
        elif event.implicit[0]:
            self._check_plain_name(event.value, place)
        return str(event.value)

    def _check_plain_name(self, name: str, place: Location) -> None:
        in_quotes = f'write "{name}" in quotes'
        if name == "<<":
            self._note("merge keys (<<) are not read", place, "put what is shared in a file, and name it in `extends:`")
            return
        try:
            value = scalars.plain(name)
        except scalars.Trap as trap:
            self._note(f"{trap.message}, so it cannot be a key", place, in_quotes)
            return
        if not isinstance(value, str):
            self._note(f"the key {name or 'here'} is {scalars.kind_of(value)}, not text", place, in_quotes)

    def _scalar(self, event: _Event, place: Location) -> scalars.Scalar:
        if not event.implicit[0]:
            if _HALF_CHARACTER.search(event.value):
                self._note("an escape here stands for half a character", place, "write the character itself")
            return str(event.value)
        try:
            return scalars.plain(event.value)
        except scalars.Trap as trap:
            self._note(trap.message, place, trap.hint)
            return None

    def _refuse_tag(self, tag: str, place: Location) -> None:
        short = tag.replace("tag:yaml.org,2002:", "!!")
        self._note(f"the tag {short} is not read", place, "remove it; quotes make any value text")

    def _open_anchor(self, name: str, place: Location) -> None:
        if name in self._anchors:
            message = f"the anchor &{name} is set twice, the first time on line {self._anchors[name].line}"
            self._note(message, place, "give one of them another name")
        self._anchors[name] = place

    def _alias(self, name: str, path: Path, place: Location) -> Any:
        """What the anchor `name` stands for, once more at `path`."""
        if name not in self._anchors:
            hint = f'set it further up with &{name}, or write "*{name}" in quotes if it is text'
            self._note(f"there is no anchor for *{name} above", place, hint)
            return None
        if name not in self._anchored:
            self._note(f"*{name} stands inside the value that it repeats", place, "write the value out")
            return None
        source, value = self._anchored[name]
        return self._repeat(value, source, path, place)

    def _repeat(self, value: Any, source: Path, target: Path, place: Location) -> Any:
        """A copy at `target` of `value`, which was read at `source`: what is in it keeps its marks."""
        copy = []
        for step, inner in entries(value):
            self._admit((*target, step), place)
            self.marks[(*target, step)] = self.marks[(*source, step)]
            copy.append((step, self._repeat(inner, (*source, step), (*target, step), place)))
        if isinstance(value, dict):
            return dict(copy)
        return [inner for _, inner in copy] if isinstance(value, list) else value


class _Rule(NamedTuple):
    """One of the parser's complaints in plain words; `at_opening`: shown where the thing began, not where it failed."""

    pattern: str
    message: str
    hint: str
    at_opening: bool = False


# Against "context: problem" in the words of libyaml and of the parser written in Python. The first that fits is taken.
_RULES = (
    _Rule("tab character", "a tab is used for indentation", "use spaces"),
    _Rule("quoted scalar: .*unexpected", "the quote that opens here is not closed", "close it", True),
    _Rule(
        "escape|hexa?decimal",
        "an unknown escape in double quotes",
        "write \\\\ for a backslash, or use single quotes",
        True,
    ),
    _Rule(
        "flow (sequence|mapping)",
        "the bracket that opens here is not closed, or a comma is missing",
        "the parser gave up at line {line}, column {column}",
        True,
    ),
    _Rule("a tag", "! starts a tag, and tags are not read", "put text that starts with ! in quotes", True),
    _Rule("an alias", "* starts an alias, and no name follows it", "put text that starts with * in quotes", True),
    _Rule("an anchor", "& starts an anchor, and no name follows it", "put text that starts with & in quotes", True),
    _Rule("mapping keys", "text cannot start with a ? and a space", "put it in quotes"),
    _Rule(
        "mapping values", "a colon stands where none can", "put text with a colon in quotes, or mend the indentation"
    ),
    _Rule("expected ':'", "this line has no colon after its key", "write `key: value`", True),
    _Rule("entries are not allowed", "a list cannot start here", "start it on the next line, or put text in quotes"),
    _Rule("start any token", "text cannot start with {character}", "put it in quotes"),
    _Rule(
        "block scalar", "nothing may follow | or > on its line", "put the text on the next lines, or in quotes", True
    ),
    _Rule("node content", "a value is missing before {character}", "put text that starts with it in quotes"),
    _Rule(
        "block (mapping|collection)|document start",
        "this does not fit what stands above it",
        "indent neighbours alike, and let nothing follow a closing quote or bracket",
    ),
)


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, locate: Locate) -> Problem:
    """The parser's complaint in one sentence, at the place where a person has to look."""
    found: Any = error.problem_mark  # always there, whatever the stubs say
    lines = [*_LINE_END.split(text), ""]
    character = lines[found.line][found.column : found.column + 1]
    complaint = f"{error.context}: {error.problem}" + (" (tab character)" if character == "\t" else "")
    for rule in _RULES:
        if re.search(rule.pattern, complaint):
            shown = f'"{character}"' if character else "the end of the line"
            hint = rule.hint.format(line=found.line + 1, column=found.column + 1)
            mark = error.context_mark if rule.at_opening and error.context_mark else found
            return Problem(rule.message.format(character=shown), locate(mark.line + 1, mark.column + 1), hint)
    return Problem(f"this is not valid YAML: {error.problem}", locate(found.line + 1, found.column + 1))
