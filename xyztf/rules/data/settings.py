"""What is plainly set on a resource, what is plainly missing, and what its module's caller decides."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Severity
from xyztf.hcl.instance import Instance
from xyztf.hcl.resource import Resource
from xyztf.hcl.syntax import Expression, Traversal
from xyztf.hcl.values import UNKNOWN, Value
from xyztf.hcl.walk import references, traversals
from xyztf.rules.rule import Context, Stack


def setting(resource: Resource, name: str) -> Value:
    """The value of an argument, or the list of a type of block. None where it is not set, which is AWS's default.

    UNKNOWN where the text does not tell, and where a reusable module that nobody here calls leaves it to its caller:
    the default of its variable is then not what anybody runs.
    """
    value = resource.values.get(name)
    if value is UNKNOWN or name not in resource.body.attributes:
        return _block(resource, name, value)
    if is_reusable(resource.instance) and from_caller(resource.instance, resource.body.attributes[name].value):
        return UNKNOWN
    return value


def _block(resource: Resource, name: str, value: Value) -> Value:
    if value is UNKNOWN or not is_reusable(resource.instance):
        return value
    for block in resource.body.blocks:
        if name in (block.type, *block.labels) and any(found.root == "var" for found in references(block.body)):
            return UNKNOWN
    return value


def inner(resource: Resource, block: str, name: str) -> Value:
    """An argument of the first block of a type: None where the block or the argument is not there."""
    blocks = setting(resource, block)
    if blocks is UNKNOWN:
        return UNKNOWN
    first = blocks[0] if isinstance(blocks, list) and blocks else None
    return first.get(name) if isinstance(first, dict) else None


def is_off(value: Value) -> bool:
    """Whether a switch is plainly off: not set, or false."""
    return value is None or value is False or value == "false"


def is_on(value: Value) -> bool:
    """Whether a switch is plainly on."""
    return value is True or value == "true"


def number(value: Value) -> int | None:
    """A whole number, also one that is written as a text; None for all else."""
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_reusable(instance: Instance) -> bool:
    """Whether it is a root only because nobody here calls it: no provider is set up in it, and no backend."""
    if instance.caller is not None or instance.module.providers:
        return False
    return not any(
        block.type in ("backend", "cloud") for each in instance.module.settings for block in each.block.body.blocks
    )


def from_caller(instance: Instance, expression: Expression, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a variable of the module has a part in a value, directly or through locals."""
    for found in traversals(expression):
        if found.root == "var":
            return True
        name = found.steps[0] if found.root == "local" and found.steps else None
        local = instance.module.locals.get(name) if isinstance(name, str) and name not in seen else None
        if local and from_caller(instance, local.attribute.value, seen | {str(name)}):
            return True
    return False


def referred(resource: Resource, name: str) -> Traversal | None:
    """The reference that an argument is, and nothing but that."""
    attribute = resource.body.attributes.get(name)
    return attribute.value if attribute and isinstance(attribute.value, Traversal) else None


def by_protection(
    context: Context, protected: Severity, unsaid: Severity | None = None, unprotected: Severity | None = None
) -> Severity | None:
    """How bad a finding is by whether the environment is protected; None where it is none."""
    if context.protected is None:
        return unsaid
    return protected if context.protected else unprotected


def databases(stack: Stack) -> Iterator[Resource]:
    """The instances of RDS that are no member of an Aurora cluster."""
    for resource in stack.configuration.of_type("aws_db_instance"):
        engine = setting(resource, "engine")
        if not (isinstance(engine, str) and engine.startswith("aurora")):
            yield resource


def is_replica(resource: Resource) -> bool:
    """Whether it has a source, or may have one."""
    return setting(resource, "replicate_source_db") is not None
