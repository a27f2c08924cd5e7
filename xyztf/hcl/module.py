"""A folder of files as Terraform sees it: one module, with what it declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from xyztf.errors import Location, Problem
from xyztf.hcl.syntax import Attribute, Block, Body, File, Literal

LABELS = {"variable": 1, "output": 1, "module": 1, "provider": 1, "check": 1}
LABELS |= {"resource": 2, "data": 2, "ephemeral": 2}
LABELS |= {"locals": 0, "terraform": 0, "moved": 0, "import": 0, "removed": 0}
"""The blocks of a module, and how many labels each has."""
OVERRIDE = re.compile(r"(?:^|_)override\.tf$")


@dataclass(frozen=True, slots=True)
class Declared:
    """A block of a module, with its file."""

    block: Block
    path: str

    @property
    def place(self) -> Location:
        """Where it begins."""
        return Location(self.path, self.block.line, self.block.column)

    def at(self, *names: str) -> Location:
        """The place of an argument or block within it, by its path; the innermost that is there."""
        place, body = self.place, self.block.body
        for name in names:
            if name in body.attributes:
                found = body.attributes[name]
                return Location(self.path, found.line, found.column)
            inner = next(body.of_type(name), None)
            if inner is None:
                break
            place, body = Location(self.path, inner.line, inner.column), inner.body
        return place


@dataclass(frozen=True, slots=True)
class Local:
    """One value of a `locals` block."""

    attribute: Attribute
    path: str

    @property
    def place(self) -> Location:
        """Where it begins."""
        return Location(self.path, self.attribute.line, self.attribute.column)


@dataclass(frozen=True)
class Module:
    """A folder's declarations. `folder` is as a person should see it.

    Resources are known by `type.name`, data sources by `data.type.name`, ephemeral resources by `ephemeral.type.name`.
    `again` holds what is declared a second time, with the first; `unread` the files that cannot be read.
    """

    folder: str
    files: tuple[File, ...] = ()
    variables: dict[str, Declared] = field(default_factory=dict)
    locals: dict[str, Local] = field(default_factory=dict)
    outputs: dict[str, Declared] = field(default_factory=dict)
    resources: dict[str, Declared] = field(default_factory=dict)
    calls: dict[str, Declared] = field(default_factory=dict)
    providers: tuple[Declared, ...] = ()
    settings: tuple[Declared, ...] = ()
    others: tuple[Declared, ...] = ()
    again: tuple[tuple[Location, Location, str], ...] = ()
    odd: tuple[Declared, ...] = ()
    unread: tuple[Problem, ...] = ()

    def declared(self) -> Iterator[Declared]:
        """Every block that a plan looks at."""
        yield from self.resources.values()
        yield from self.calls.values()
        yield from self.outputs.values()
        yield from self.variables.values()
        yield from self.providers
        yield from self.settings
        yield from self.others

    def required_providers(self) -> Iterator[tuple[str, Attribute, str]]:
        """Each entry of `required_providers`: local name, attribute, file."""
        for settings in self.settings:
            for block in settings.block.body.of_type("required_providers"):
                for name, attribute in block.body.attributes.items():
                    yield name, attribute, settings.path


def module_of(folder: str, files: Iterable[File], unread: Iterable[Problem] = ()) -> Module:
    """The module that these files of one folder make."""
    plain: list[File] = []
    overrides: list[File] = []
    for file in files:
        (overrides if OVERRIDE.search(file.path.rpartition("/")[2]) else plain).append(file)
    named: dict[str, dict[str, Declared]] = {kind: {} for kind in ("variable", "output", "module", "resource")}
    local: dict[str, Local] = {}
    listed: dict[str, list[Declared]] = {"provider": [], "terraform": [], "other": []}
    again: list[tuple[Location, Location, str]] = []
    odd: list[Declared] = []
    for file in plain:
        for block in file.body.blocks:
            declared = Declared(block, file.path)
            if LABELS.get(block.type) != len(block.labels):
                odd.append(declared)
            elif block.type == "locals":
                for name, attribute in block.body.attributes.items():
                    found = Local(attribute, file.path)
                    if name in local:
                        again.append((found.place, local[name].place, f"local.{name}"))
                    local.setdefault(name, found)
            elif block.type in ("resource", "data", "ephemeral", "variable", "output", "module"):
                _declare(named, declared, again)
            else:
                listed[block.type if block.type in listed else "other"].append(declared)
    for file in overrides:
        for block in file.body.blocks:
            _override(named, local, Declared(block, file.path))
    return Module(
        folder,
        (*plain, *overrides),
        named["variable"],
        local,
        named["output"],
        named["resource"],
        named["module"],
        tuple(listed["provider"]),
        tuple(listed["terraform"]),
        tuple(listed["other"]),
        tuple(again),
        tuple(odd),
        tuple(unread),
    )


def address_of(block: Block) -> str:
    """What references call it within its module: `aws_vpc.this`, `data.aws_x.y`, `module.vpc`, `var.x`, `output.x`."""
    if block.type == "resource":
        return ".".join(block.labels)
    return ".".join(({"variable": "var"}.get(block.type, block.type), *block.labels))


def constant(body: Body, name: str) -> object:
    """The argument's value where it is written as a constant; None where it is not there or no constant."""
    attribute = body.attributes.get(name)
    return attribute.value.value if attribute and isinstance(attribute.value, Literal) else None


def _declare(
    named: dict[str, dict[str, Declared]], declared: Declared, again: list[tuple[Location, Location, str]]
) -> None:
    block = declared.block
    kind = "resource" if block.type in ("data", "ephemeral") else block.type
    name = address_of(block) if kind == "resource" else block.labels[0]
    first = named[kind].get(name)
    if first is not None:
        again.append((declared.place, first.place, address_of(block)))
    else:
        named[kind][name] = declared


def _override(named: dict[str, dict[str, Declared]], local: dict[str, Local], declared: Declared) -> None:
    """What stands in an override file replaces arguments, and all blocks of a type, of what is there."""
    block = declared.block
    if block.type == "locals":
        local.update({name: Local(each, declared.path) for name, each in block.body.attributes.items()})
        return
    kind = "resource" if block.type in ("data", "ephemeral") else block.type
    if kind not in named:
        return
    name = address_of(block) if kind == "resource" else block.labels[0]
    first = named[kind].get(name)
    if first is None:
        named[kind][name] = declared
        return
    own = {inner.type for inner in block.body.blocks}
    kept = tuple(inner for inner in first.block.body.blocks if inner.type not in own)
    attributes = {**first.block.body.attributes, **block.body.attributes}
    body = Body(attributes, (*kept, *block.body.blocks), first.block.body.repeated)
    named[kind][name] = replace(first, block=replace(first.block, body=body))
