"""Places in a rendered file where something can be spoilt, and the edits of its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from xyztf.hcl.configuration import called_folder
from xyztf.hcl.module import Declared, Module
from xyztf.hcl.sources import Sources
from xyztf.hcl.syntax import Attribute, Block, Call, File, Traversal
from xyztf.hcl.walk import attributes, calls, references

Edit = tuple[int, str]
"""A line, and the whole text of the file after the edit that was made there."""


@dataclass(frozen=True)
class Place:
    """One file of an environment or of one of its modules."""

    environment: str
    file: File
    text: str
    sources: Sources

    @property
    def folder(self) -> str:
        return self.file.path.rpartition("/")[0]

    @property
    def module(self) -> Module:
        return self.sources.module(self.folder)

    @property
    def is_stack(self) -> bool:
        return self.folder.startswith("environments/")

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.file.body.blocks

    def of_type(self, *types: str) -> Iterator[Block]:
        """The resources of these types."""
        return (each for each in self.blocks if each.type == "resource" and each.labels[0] in types)

    def of(self, kind: str) -> Iterator[Block]:
        """The blocks of a kind, such as `module`."""
        return self.file.body.of_type(kind)

    def references(self) -> Iterator[Traversal]:
        yield from references(self.file.body)

    def calls(self) -> Iterator[Call]:
        for attribute in attributes(self.file.body):
            yield from calls(attribute.value)

    def called(self, block: Block) -> Module:
        """The module that a `module` block calls."""
        folder = called_folder(self.folder, Declared(block, self.file.path))
        assert folder is not None
        return self.sources.module(folder)

    def text_of(self, block: Block) -> str:
        return "\n".join(self.text.split("\n")[block.line - 1 : block.end_line])

    # Edits: each gives the text of the whole file.

    def without(self, node: Attribute | Block) -> str:
        lines = self.text.split("\n")
        return "\n".join(lines[: node.line - 1] + lines[node.end_line :])

    def with_value(self, attribute: Attribute, value: str) -> str:
        lines = self.text.split("\n")
        indent = re.match(r"\s*", lines[attribute.line - 1])
        new = f"{indent.group() if indent else ''}{attribute.name} = {value}"
        return "\n".join([*lines[: attribute.line - 1], new, *lines[attribute.end_line :]])

    def with_line(self, block: Block, line: str) -> str:
        """The line as the first within a block."""
        lines = self.text.split("\n")
        return "\n".join([*lines[: block.line], line, *lines[block.line :]])

    def with_block(self, text: str) -> str:
        return f"{self.text}\n{text}\n"

    def copied(self, block: Block) -> str:
        return self.with_block(self.text_of(block))

    def replaced(self, line: int, old: str, new: str, column: int = 1) -> str | None:
        """The text with `old` at or after a column of a line replaced; None where it is not there."""
        lines = self.text.split("\n")
        at = lines[line - 1].find(old, column - 1)
        if at < 0:
            return None
        lines[line - 1] = f"{lines[line - 1][:at]}{new}{lines[line - 1][at + len(old) :]}"
        return "\n".join(lines)


Mutate = Callable[[Place], Iterator[Edit]]


def misspelt(root: str, which: int, steps: int) -> Mutate:
    """One name of a reference `root.name...` misspelt: that of the step `which`. It has `steps` at least."""

    def mutate(place: Place) -> Iterator[Edit]:
        for each in place.references():
            names = each.steps[:steps]
            if each.root != root or len(names) < steps or not all(isinstance(name, str) for name in names):
                continue
            old = ".".join((root, *map(str, names)))
            spoilt = [*map(str, names)]
            spoilt[which] += "_x"
            text = place.replaced(each.line, old, ".".join((root, *spoilt)), each.column)
            if text:
                yield each.line, text

    return mutate


def misspelt_resource(place: Place) -> Iterator[Edit]:
    for each in place.references():
        if (
            isinstance(each.root, str)
            and each.root.startswith("aws_")
            and each.steps
            and isinstance(each.steps[0], str)
        ):
            old = f"{each.root}.{each.steps[0]}"
            text = place.replaced(each.line, old, f"{old}_x", each.column)
            if text:
                yield each.line, text


def value_of(types: tuple[str, ...], name: str, new: str | None, *inside: str, unless: str = "") -> Mutate:
    """An argument of resources of these types (in the blocks `inside`) set to `new`, or taken away.

    Not where the resource's text holds `unless`.
    """

    def mutate(place: Place) -> Iterator[Edit]:
        for block in place.of_type(*types):
            if unless and unless in place.text_of(block):
                continue
            for held in within(block, inside):
                attribute = held.body.attributes.get(name)
                if attribute is not None:
                    yield attribute.line, place.without(attribute) if new is None else place.with_value(attribute, new)

    return mutate


def within(block: Block, path: tuple[str, ...]) -> Iterator[Block]:
    if not path:
        yield block
        return
    for inner in block.body.of_type(path[0]):
        yield from within(inner, path[1:])


def block_of(types: tuple[str, ...], name: str) -> Mutate:
    """A block within resources of these types taken away."""

    def mutate(place: Place) -> Iterator[Edit]:
        for block in place.of_type(*types):
            for inner in block.body.of_type(name):
                yield inner.line, place.without(inner)

    return mutate


def line_in(types: tuple[str, ...], line: str) -> Mutate:
    """A line put into resources of these types."""

    def mutate(place: Place) -> Iterator[Edit]:
        for block in place.of_type(*types):
            yield block.line + 1, place.with_line(block, line)

    return mutate


def whole(types: tuple[str, ...]) -> Mutate:
    """Resources of these types taken away."""

    def mutate(place: Place) -> Iterator[Edit]:
        for block in place.of_type(*types):
            yield block.line, place.without(block)

    return mutate
