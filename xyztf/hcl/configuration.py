"""A root module with all that it calls, evaluated: the stack as a plan would see it, as far as its text tells."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from xyztf.hcl.evaluate import Local
from xyztf.hcl.instance import Instance
from xyztf.hcl.module import Declared
from xyztf.hcl.resource import Resource
from xyztf.hcl.sources import Sources
from xyztf.hcl.syntax import Literal
from xyztf.hcl.values import UNKNOWN, Value

DEEPEST = 20
"""How many modules may be called from one another: a module that calls itself ends here."""


class Configuration:
    """A root module and all that it calls."""

    def __init__(self, root: Instance, sources: Sources) -> None:
        self.root = root
        self.sources = sources

    @property
    def folder(self) -> str:
        """The folder of the root module."""
        return self.root.module.folder

    @cached_property
    def instances(self) -> tuple[Instance, ...]:
        """The root, and every module that is called, from the top."""
        return tuple(_all(self.root))

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """All resources, data sources and ephemeral resources, but for those of modules that are not there."""
        return tuple(
            Resource(instance, declared, key, local)
            for instance in self.instances
            if instance.exists is not False
            for declared in instance.module.resources.values()
            for key, local in instance.keys(declared)
        )

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The managed resources of these types."""
        return (each for each in self.resources if each.mode == "resource" and each.type in types)

    def folders(self) -> list[str]:
        """The folders of all its modules."""
        return sorted({instance.module.folder for instance in self.instances})


def configuration(sources: Sources, folder: str, inputs: Mapping[str, Value] | None = None) -> Configuration:
    """The root module in `folder`, a path below the base of `sources`, with values for its variables.

    `inputs` are stronger than the values in the folder's own files (`terraform.tfvars` and its like).
    """
    values, unread = sources.values(folder)
    module = sources.module(folder)
    if unread:
        module = replace(module, unread=(*module.unread, *unread))
    root = Instance(module, "", {**values, **(inputs or {})}, None, None)
    _call_modules(root, sources, 0)
    return Configuration(root, sources)


def called_folder(folder: str, call: Declared) -> str | None:
    """The folder of the module that a block calls; None where it is not a path, or leaves the base."""
    source = call.block.body.attributes.get("source")
    if source is None or not isinstance(source.value, Literal) or not isinstance(source.value.value, str):
        return None
    path = source.value.value
    if not path.startswith(("./", "../")) and path not in (".", ".."):
        return None
    found = posixpath.normpath(posixpath.join(folder, path))
    return None if found.startswith("..") else "" if found == "." else found


META = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})
"""The arguments of a module block that are Terraform's own."""


class _Inputs(Mapping[str, Value]):
    """The inputs of a call, each evaluated when it is asked for."""

    def __init__(self, caller: Instance, call: Declared) -> None:
        self.caller = caller
        self.attributes = {
            name: attribute for name, attribute in call.block.body.attributes.items() if name not in META
        }
        self.local: Local = {}
        if "for_each" in call.block.body.attributes:
            self.local = {"each": {"key": UNKNOWN, "value": UNKNOWN}}
        elif "count" in call.block.body.attributes:
            self.local = {"count": {"index": UNKNOWN}}

    def __getitem__(self, name: str) -> Value:
        return self.caller.evaluate(self.attributes[name].value, self.local)

    def __iter__(self) -> Iterator[str]:
        return iter(self.attributes)

    def __len__(self) -> int:
        return len(self.attributes)


def _call_modules(instance: Instance, sources: Sources, depth: int) -> None:
    if depth > DEEPEST:
        return
    for name, call in instance.module.calls.items():
        folder = called_folder(instance.module.folder, call)
        if folder is None or not sources.names(folder):
            continue
        address = f"{instance.address}.module.{name}" if instance.address else f"module.{name}"
        child = Instance(sources.module(folder), address, _Inputs(instance, call), instance, call)
        instance.children[name] = child
        _call_modules(child, sources, depth + 1)


def _all(instance: Instance) -> Iterator[Instance]:
    yield instance
    for child in instance.children.values():
        yield from _all(child)
