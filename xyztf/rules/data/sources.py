"""Where a read replica's data comes from, and whether that is in another region."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xyztf.hcl.resource import Resource
from xyztf.hcl.syntax import Traversal
from xyztf.rules.data.settings import databases, referred, setting
from xyztf.rules.rule import Stack

ARN_PARTS = 7


@dataclass(frozen=True, slots=True)
class Source:
    """A replica's source, as `replicate_source_db` tells it: by identifier, by ARN, or by reference."""

    identifier: str | None = None
    region: str | None = None
    reference: Traversal | None = None
    arn: bool = False


def source_of(resource: Resource) -> Source | None:
    """The source of a replica; None where it is no replica, or where the text does not tell."""
    value = setting(resource, "replicate_source_db")
    if isinstance(value, str) and value:
        parts = value.split(":")
        if len(parts) == ARN_PARTS and parts[0] == "arn" and parts[2] == "rds":
            return Source(parts[6], parts[3], arn=True)
        return None if value.startswith("arn:") else Source(value)
    reference = referred(resource, "replicate_source_db")
    if reference and reference.root == "aws_db_instance" and reference.steps:
        known = value if isinstance(value, str) else None
        return Source(known, reference=reference, arn=reference.steps[-1] == "arn")
    return None


def region_of(resource: Resource, stack: Stack) -> str | None:
    """The region a resource is made in; None where the text does not tell."""
    own = setting(resource, "region")
    if own is not None:
        return own if isinstance(own, str) else None
    if "provider" in resource.body.attributes:
        return _of_provider(resource)
    instance = resource.instance
    while instance.caller is not None and instance.call is not None:
        if "providers" in instance.call.block.body.attributes:
            return None
        instance = instance.caller
    return stack.context.region or _default_region(stack)


def _of_provider(resource: Resource) -> str | None:
    chosen = referred(resource, "provider")
    alias = chosen.steps[0] if chosen and chosen.steps else None
    for declared in resource.instance.module.providers:
        values = resource.instance.body(declared.block.body)
        if declared.block.labels == ("aws",) and values.get("alias") == alias:
            region = values.get("region")
            return region if isinstance(region, str) else None
    return None


def _default_region(stack: Stack) -> str | None:
    root = stack.configuration.root
    for declared in root.module.providers:
        attributes = declared.block.body.attributes
        if declared.block.labels == ("aws",) and "alias" not in attributes and "region" in attributes:
            region = root.evaluate(attributes["region"].value)
            return region if isinstance(region, str) else None
    return None


def is_cross_region(resource: Resource, stack: Stack) -> bool:
    """Whether a replica's source is plainly in another region: told by ARN, and not of its own region."""
    source = source_of(resource)
    if source is None or not source.arn:
        return False
    own = region_of(resource, stack)
    if source.reference is not None:
        # By reference both are in one stack: in two regions only by another provider, or another `region`.
        found = list(_referred(source.reference, resource, stack))
        there = {region_of(each, stack) for each in found}
        return len(there) == 1 and None not in there and own is not None and own not in there
    return own is None or own != source.region


def sources_in(stacks: Sequence[Stack]) -> Iterator[tuple[Resource, Stack, Resource, Stack]]:
    """Each replica of the project with its source, where the source is in the project too, and their stacks."""
    instances = [(each, stack) for stack in stacks for each in databases(stack)]
    for replica, stack in instances:
        source = source_of(replica)
        if source is None:
            continue
        if source.reference is not None:
            yield from ((replica, stack, each, stack) for each in _referred(source.reference, replica, stack))
            continue
        region = source.region or region_of(replica, stack)
        for other, its_stack in instances:
            if other is not replica and setting(other, "identifier") == source.identifier:
                theirs = region_of(other, its_stack)
                if (theirs == region and region is not None) or (its_stack is stack and not source.arn):
                    yield replica, stack, other, its_stack


def _referred(reference: Traversal, replica: Resource, stack: Stack) -> Iterator[Resource]:
    for each in databases(stack):
        if each.instance is replica.instance and each.name == reference.steps[0] and each is not replica:
            yield each
