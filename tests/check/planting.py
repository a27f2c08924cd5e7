"""Faults, and how they get into rendered files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mutation_places import Place, within

from xyztf.hcl.sources import Sources
from xyztf.hcl.syntax import Block

Edit = Callable[[Place], str | None]
"""From a file to its text with the fault in it."""


@dataclass(frozen=True)
class Fault:
    """One thing that should not be, in one file.

    `line` is where it must be told: a text that the line begins with, after the lines that begin with the others, one
    after another. The rules must all tell it there.
    """

    name: str
    file: str
    edit: Edit
    line: tuple[str, ...]
    rules: tuple[str, ...]
    elsewhere: str | None = None
    """The file in which it is told, where that is another."""

    @property
    def told_in(self) -> str:
        return self.elsewhere or self.file


def header(address: str) -> str:
    """The first line of a block: of a resource "aws_x.this", of anything else with its kind: "data.aws_x.this"."""
    kind, labels = _parts(address)
    return " ".join([kind, *(f'"{label}"' for label in labels), "{"])


def _parts(address: str) -> tuple[str, tuple[str, ...]]:
    first, *others = address.split(".")
    return ("resource", (first, *others)) if first.startswith("aws_") else (first, tuple(others))


def given(address: str, name: str, value: str, *inside: str) -> Edit:
    """An argument gets another value."""
    return lambda place: place.with_value(_held(place, address, inside).body.attributes[name], value)


def gone(address: str, name: str, *inside: str) -> Edit:
    """An argument, or a block, is taken away."""

    def edit(place: Place) -> str:
        body = _held(place, address, inside).body
        return place.without(body.attributes.get(name) or next(body.of_type(name)))

    return edit


def whole(address: str) -> Edit:
    """A whole block is taken away."""
    return lambda place: place.without(_held(place, address, ()))


def put(address: str, line: str, *inside: str) -> Edit:
    """A line more."""
    return lambda place: place.with_line(_held(place, address, inside), line)


def instead(address: str, old: str, new: str) -> Edit:
    """A part of a resource's text is another."""

    def edit(place: Place) -> str | None:
        block = _held(place, address, ())
        lines = place.text.split("\n")
        at = next(number for number in range(block.line, block.end_line + 1) if old in lines[number - 1])
        return place.replaced(at, old, new)

    return edit


def replaced(old: str, new: str) -> Edit:
    """A part of the file's text, which is there once, is another."""

    def edit(place: Place) -> str:
        assert place.text.count(old) == 1, f"{old} is in {place.file.path} {place.text.count(old)} times"
        return place.text.replace(old, new)

    return edit


def more(text: str) -> Edit:
    """A block more, at the file's end."""
    return lambda place: place.with_block(text)


def _held(place: Place, address: str, inside: tuple[str, ...]) -> Block:
    kind, labels = _parts(address)
    block = next(each for each in place.of(kind) if each.labels == labels)
    return next(within(block, inside))


def plant(project: Path, faults: Iterable[Fault]) -> None:
    """Put all of them into the project's files."""
    sources, texts = Sources(project), {}
    for fault in faults:
        file = sources.file(fault.file)
        assert file is not None, f"{fault.name}: {fault.file} cannot be read"
        text = fault.edit(Place(fault.file.split("/")[1], file, sources.text(fault.file), sources))
        assert text and text != sources.text(fault.file), f"{fault.name}: it changes nothing"
        texts[fault.file] = text
        sources = sources.changed(texts)
    for name, text in texts.items():
        (project / name).write_text(text, "utf-8")


def line_of(project: Path, fault: Fault) -> int:
    """The line of the fault, now that all of them are planted."""
    lines = (project / fault.told_in).read_text("utf-8").split("\n")
    at = 0
    for text in fault.line:
        at = next((number for number in range(at, len(lines)) if lines[number].strip().startswith(text)), -1) + 1
        assert at, f"{fault.name}: there is no line {text}"
    return at
