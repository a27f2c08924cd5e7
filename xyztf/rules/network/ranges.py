"""Ranges of addresses: read, compared, and where they are written."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from xyztf.errors import Location
from xyztf.hcl.instance import Instance
from xyztf.hcl.resource import Resource
from xyztf.hcl.syntax import Expression, Traversal
from xyztf.rules.network.following import follow
from xyztf.rules.network.targets import Target, certain, itself
from xyztf.rules.rule import Stack

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Ranged:
    """A VPC or a subnet with its IPv4 range, as written."""

    resource: Resource
    network: ipaddress.IPv4Network
    place: Location


def ranged(stack: Stack, kind: str) -> Iterator[Ranged]:
    """Every `aws_vpc` or `aws_subnet` that is plainly there, and whose IPv4 range is known and one."""
    for resource in stack.configuration.of_type(kind):
        network = ipv4(resource.values.get("cidr_block"))
        if network is not None and certain(resource):
            yield Ranged(resource, network, written_at(resource, "cidr_block"))


def ipv4(value: object) -> ipaddress.IPv4Network | None:
    """An IPv4 range; None for anything else."""
    try:
        return ipaddress.IPv4Network(value) if isinstance(value, str) and "/" in value else None
    except ValueError:
        return None


def written_at(resource: Resource, name: str) -> Location:
    """Where the value of an argument is written: behind variables, in the call that gives it."""
    attribute = resource.body.attributes.get(name)
    if attribute is None:
        return resource.at()
    place = Location(resource.declared.path, attribute.line, attribute.column)
    return _behind(resource.instance, attribute.value, place)


def _behind(instance: Instance, expression: Expression, place: Location) -> Location:
    while isinstance(expression, Traversal) and len(expression.steps) == 1 and expression.root in ("var", "local"):
        name = str(expression.steps[0])
        if expression.root == "local":
            local = instance.module.locals.get(name)
            if local is None:
                break
            expression, place = local.attribute.value, local.place
            continue
        declared = instance.module.variables.get(name)
        given = instance.call.block.body.attributes.get(name) if instance.call else None
        if given is not None and instance.call is not None and instance.caller is not None:
            place = Location(instance.call.path, given.line, given.column)
            instance, expression = instance.caller, given.value
            continue
        return declared.at("default") if declared else place
    return place


def vpc_of(subnet: Resource) -> Target | tuple[int, str] | None:
    """What tells the VPC of a subnet from others: the VPC, or the words for it in its module. None if nothing does."""
    followed = follow(subnet, "vpc_id")
    if followed.complete and len(followed.targets) == 1 and followed.targets[0].name.startswith("aws_vpc."):
        return followed.targets[0]
    attribute = subnet.body.attributes.get("vpc_id")
    value = attribute.value if attribute else None
    if not isinstance(value, Traversal) or value.root not in ("var", "local"):
        return None
    if all(isinstance(step, str) for step in value.steps):
        return id(subnet.instance), f"{value.root}.{'.'.join(map(str, value.steps))}"
    return None


def ranges_of(stack: Stack, vpc: Resource) -> list[ipaddress.IPv4Network] | None:
    """All IPv4 ranges of a VPC, associated ones too; None where one may be missing."""
    first = ipv4(vpc.values.get("cidr_block"))
    if first is None:
        return None
    found = [first]
    own = itself(vpc)
    for association in stack.configuration.of_type("aws_vpc_ipv4_cidr_block_association"):
        followed = follow(association, "vpc_id")
        if followed.complete and not any(target.meets(own) for target in followed.targets):
            continue
        more = ipv4(association.values.get("cidr_block"))
        if more is None:
            return None
        found.append(more)
    return found
