"""Resources that an expression leads to, and which of them are plainly there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from xyztf.hcl.configuration import Configuration
from xyztf.hcl.instance import Instance
from xyztf.hcl.resource import Resource
from xyztf.hcl.values import UNKNOWN


class _All:
    """The key of every instance of a resource."""


ALL = _All()


@dataclass(frozen=True)
class Target:
    """A resource that is led to: its module, `type.name`, and key: None, a key, ALL, or UNKNOWN for one of them."""

    instance: Instance
    name: str
    key: Any

    def meets(self, other: Target) -> bool:
        """Whether both are plainly the same resource."""
        if self.instance is not other.instance or self.name != other.name:
            return False
        keys = (self.key, other.key)
        if ALL in keys or self.key is other.key:
            return True
        return UNKNOWN not in keys and self.key == other.key


@dataclass(frozen=True, slots=True)
class Followed:
    """Where an expression leads. `complete` is whether there is nothing else in it, as far as its text tells."""

    targets: tuple[Target, ...] = ()
    complete: bool = True

    def partly(self) -> Followed:
        """The same, not complete."""
        return Followed(self.targets, False)


NOWHERE = Followed((), False)


def resources_of(configuration: Configuration, targets: Iterable[Target]) -> Iterator[Resource]:
    """The resources of these targets, each once. One of unknown key is all that it may be."""
    wanted = list(targets)
    for resource in configuration.resources:
        name = f"{resource.type}.{resource.name}"
        if resource.mode == "resource" and any(
            each.instance is resource.instance
            and each.name == name
            and (each.key in (ALL, UNKNOWN) or each.key == resource.key)
            for each in wanted
        ):
            yield resource


def itself(resource: Resource) -> Target:
    """A resource as a target; of unknown key where its count or for_each is not known."""
    repeated = {"count", "for_each"} & resource.body.attributes.keys()
    key = UNKNOWN if repeated and resource.key is None else resource.key
    return Target(resource.instance, f"{resource.type}.{resource.name}", key)


def certain(resource: Resource) -> bool:
    """Whether a resource is plainly there: neither it nor a module above it is repeated by something unknown."""
    instance: Instance | None = resource.instance
    while instance is not None:
        if instance.call is not None and {"count", "for_each"} & instance.call.block.body.attributes.keys():
            return False
        instance = instance.caller
    return itself(resource).key is not UNKNOWN
