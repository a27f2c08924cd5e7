"""A folder of files as Terraform sees it: one module, with what it declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from xyztf.errors import Location, Problem
from xyztf.hcl.overrides import is_override, merged, same_provider, without_settings
from xyztf.hcl.syntax import Attribute, Block, Body, File, Literal, Traversal
from xyztf.hcl.walk import references, traversals

LABELS = {"variable": 1, "output": 1, "module": 1, "provider": 1, "check": 1}
LABELS |= {"resource": 2, "data": 2, "ephemeral": 2, "action": 2}
LABELS |= {"locals": 0, "terraform": 0, "moved": 0, "import": 0, "removed": 0}
"""The blocks of a module, and how many labels each has."""


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
                return self.placed(body.attributes[name])
            inner = next(body.of_type(name), None)
            if inner is None:
                break
            place, body = self.placed(inner), inner.body
        return place

    def placed(self, node: Attribute | Block) -> Location:
        """The place of an argument or block within it."""
        return Location(node.path or self.path, node.line, node.column)

    def by_file(self) -> Iterator[tuple[str, Body]]:
        """Its body by the files that it stands in: its own, and those of overrides."""
        body = self.block.body
        nodes: tuple[Attribute | Block, ...] = (*body.attributes.values(), *body.blocks)
        for path in dict.fromkeys(("", *(node.path for node in nodes))):
            yield (
                path or self.path,
                Body(
                    {name: each for name, each in body.attributes.items() if each.path == path},
                    tuple(each for each in body.blocks if each.path == path),
                ),
            )


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

    @cached_property
    def references(self) -> tuple[tuple[str, Traversal], ...]:
        """Every reference that is not bound within its expression, with its file. Kept: a dozen rules ask for them."""
        return tuple(self._references())

    def _references(self) -> Iterator[tuple[str, Traversal]]:
        for declared in self.declared():
            if declared.block.type not in ("variable", "moved", "removed", "terraform"):
                for path, body in declared.by_file():
                    seen = _without_addresses(body) if declared.block.type == "import" else body
                    yield from ((path, each) for each in references(seen))
            elif declared.block.type == "variable":
                for block in declared.block.body.of_type("validation"):
                    yield from ((block.path or declared.path, each) for each in references(block.body))
        for local in self.locals.values():
            yield from ((local.path, each) for each in traversals(local.attribute.value))

    def required_providers(self) -> Iterator[tuple[str, Attribute, str]]:
        """Each entry of `required_providers`: local name, attribute, file."""
        for settings in self.settings:
            for block in settings.block.body.of_type("required_providers"):
                for name, attribute in block.body.attributes.items():
                    yield name, attribute, settings.path


def _without_addresses(body: Body) -> Body:
    """An `import` block without the address it is for: that leads into other modules, or to what is not written yet."""
    return replace(body, attributes={name: each for name, each in body.attributes.items() if name != "to"})


def module_of(folder: str, files: Iterable[File], unread: Iterable[Problem] = ()) -> Module:
    """The module that these files of one folder make."""
    all_files = sorted(files, key=lambda file: is_override(file.path))
    gathered = _Gathered()
    for file in all_files:
        take = gathered.override if is_override(file.path) else gathered.declare
        for block in file.body.blocks:
            declared = Declared(block, file.path)
            if LABELS.get(block.type) == len(block.labels):
                take(declared)
            else:
                gathered.odd.append(declared)
    return Module(
        folder,
        tuple(all_files),
        gathered.named["variable"],
        gathered.locals,
        gathered.named["output"],
        gathered.named["resource"],
        gathered.named["module"],
        tuple(gathered.listed["provider"]),
        tuple(gathered.listed["terraform"]),
        tuple(gathered.listed["other"]),
        tuple(gathered.again),
        tuple(gathered.odd),
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


RESOURCES = ("resource", "data", "ephemeral")


class _Gathered:
    """What the blocks of a module's files declare, one after the other."""

    def __init__(self) -> None:
        self.named: dict[str, dict[str, Declared]] = {kind: {} for kind in ("variable", "output", "module", "resource")}
        self.locals: dict[str, Local] = {}
        self.listed: dict[str, list[Declared]] = {"provider": [], "terraform": [], "other": []}
        self.again: list[tuple[Location, Location, str]] = []
        self.odd: list[Declared] = []

    def declare(self, declared: Declared) -> None:
        """A block of an ordinary file."""
        block = declared.block
        if block.type == "locals":
            for name, attribute in block.body.attributes.items():
                found = Local(attribute, declared.path)
                if self.locals.setdefault(name, found) is not found:
                    self.again.append((found.place, self.locals[name].place, f"local.{name}"))
        elif block.type in (*RESOURCES, "variable", "output", "module"):
            kind, name = _known_as(block)
            first = self.named[kind].setdefault(name, declared)
            if first is not declared:
                self.again.append((declared.place, first.place, address_of(block)))
        else:
            self.listed[block.type if block.type in self.listed else "other"].append(declared)
            if block.type == "check":  # its data sources are the module's, seen from within it alone
                for inner in block.body.of_type("data"):
                    if len(inner.labels) == LABELS["data"]:
                        self.declare(Declared(inner, declared.path))

    def override(self, declared: Declared) -> None:
        """A block of an override file: it changes what is there."""
        block = declared.block
        if block.type == "locals":
            found = {name: Local(each, declared.path) for name, each in block.body.attributes.items()}
            self.locals.update(found)
        elif block.type in (*RESOURCES, "variable", "output", "module"):
            kind, name = _known_as(block)
            first = self.named[kind].get(name)
            over = first and replace(first, block=merged(first.block, block, declared.path))
            self.named[kind][name] = over or declared
        elif block.type in ("terraform", "provider"):
            self._override_listed(self.listed[block.type], declared)

    def _override_listed(self, there: list[Declared], declared: Declared) -> None:
        block = declared.block
        for at, each in enumerate(there):
            if block.type == "terraform":
                there[at] = replace(each, block=without_settings(each.block, block))
            elif same_provider(each.block, block):
                there[at] = replace(each, block=merged(each.block, block, declared.path))
                return
        there.append(declared)


def _known_as(block: Block) -> tuple[str, str]:
    """The kind of names that a block's is one of, and its name."""
    return ("resource", address_of(block)) if block.type in RESOURCES else (block.type, block.labels[0])
