"""ARNs: what they name, and where a stack's text has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from xyztf.errors import Location
from xyztf.hcl.configuration import Configuration
from xyztf.hcl.evaluate import Local
from xyztf.hcl.instance import Instance
from xyztf.hcl.syntax import Conditional, Expression, Literal, Template
from xyztf.hcl.values import UNKNOWN, Value
from xyztf.hcl.walk import attributes, children
from xyztf.rules.rule import Stack

ARN = re.compile(r"arn:aws[\w-]*:([\w-]+):([\w*?-]*):(\d{12}|):((?:\$\{[^}]*\}|[^\s\"'`,;\\{}()\[\]])+)")
OF_INTEREST = re.compile(r"arn:aws|\d{12}")
FORMS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (kind, service, re.compile(form))
    for kind, service, form in (
        ("IAM role", "iam", r"role/(?!aws-service-role/|aws-reserved/)(?:.*/)?([^/]+)"),
        ("IAM policy", "iam", r"policy/(?!aws-service-role/)(?:.*/)?([^/]+)"),
        ("instance profile", "iam", r"instance-profile/(?:.*/)?([^/]+)"),
        ("IAM user", "iam", r"user/(?:.*/)?([^/]+)"),
        ("DB instance", "rds", r"db:([^:]+)"),
        ("DB cluster", "rds", r"cluster:([^:]+)"),
        ("cache", "elasticache", r"replicationgroup:([^:]+)"),
        ("cache user", "elasticache", r"user:([^:]+)"),
        ("cache user group", "elasticache", r"usergroup:([^:]+)"),
        ("stream", "kinesis", r"stream/([^/]+)(?:/.*)?"),
        ("table", "dynamodb", r"table/([^/]+)(?:/.*)?"),
        ("topic", "sns", r"([^:]+)(?::.*)?"),
        ("queue", "sqs", r"([^:]+)"),
        ("function", "lambda", r"function:([^:]+)(?::.*)?"),
        ("secret", "secretsmanager", r"secret:(.+?)(?:-(?:\?{6}|\*|\w{6}))?"),
        ("log group", "logs", r"log-group:([^:]+)(?::.*)?"),
        ("alias", "kms", r"(alias/.+)"),
        ("alarm", "cloudwatch", r"alarm:(.+)"),
    )
)
"""The kinds of things that have names in their ARNs, and how each stands there.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""
WORLDWIDE = frozenset({"IAM role", "IAM policy", "instance profile", "IAM user", "bucket"})
"""Kinds that have no region in their ARN, and whose names are taken in all regions at once."""


@dataclass(frozen=True, slots=True)
class Arn:
    """What an ARN names. `region` is "" for what has none; `name` may have the wildcards of a policy."""

    text: str
    kind: str
    region: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """An ARN in a stack, and where it stands."""

    arn: Arn
    stack: Stack
    place: Location
    address: str | None


def arns(text: str) -> Iterator[Arn]:
    """The ARNs in a text that have an account and are of a kind known here. AWS's own have none."""
    if "arn:aws" not in text:
        return
    for match in ARN.finditer(text):
        service, region, account, rest = match.groups()
        for kind, of, form in FORMS:
            if of == service and account and (named := form.fullmatch(rest)):
                name = re.sub(r"\$\{[^}]*\}", "*", named[1])
                yield Arn(match[0], kind, "" if kind in WORLDWIDE else region, account, name)
                break


def found(stack: Stack) -> list[Found]:
    """Every ARN in a stack, once: where it is written, or else the argument that gets it."""
    seen: dict[str, Found] = {}
    for text, place, address in stack_texts(stack):
        for arn in arns(text):
            seen.setdefault(arn.text, Found(arn, stack, place, address))
    return list(seen.values())


Placed = tuple[str, Location, str | None]
"""A text, its place, and the address of the resource that has it."""
_PLACED: WeakKeyDictionary[Configuration, tuple[Placed, ...]] = WeakKeyDictionary()


def stack_texts(stack: Stack) -> tuple[Placed, ...]:
    """Every text in a stack that holds an ARN or an account id: first as written, then as evaluated."""
    configuration = stack.configuration
    if configuration not in _PLACED:
        _PLACED[configuration] = tuple(each for each in _all_texts(stack) if OF_INTEREST.search(each[0]))
    return _PLACED[configuration]


def _all_texts(stack: Stack) -> Iterator[Placed]:
    configuration = stack.configuration
    for instance in configuration.instances:
        for call in instance.module.calls.values():
            for attribute in attributes(call.block.body):
                yield from _written(instance, attribute.value, call.path, None, {})
        for local in instance.module.locals.values():
            yield from _written(instance, local.attribute.value, local.path, None, {})
    for resource in configuration.resources:
        for attribute in attributes(resource.body):
            path = resource.declared.path
            yield from _written(resource.instance, attribute.value, path, resource.address, resource.local)
    for resource in configuration.resources:
        for name, value in resource.values.items():
            for text in texts(value):
                yield text, resource.at(name), resource.address


def _written(
    instance: Instance, expression: Expression, path: str, address: str | None, local: Local
) -> Iterator[Placed]:
    """The texts in an expression that can be read, also within what cannot be: a policy that names what AWS numbers."""
    if isinstance(expression, (Literal, Template)):
        value = expression.value if isinstance(expression, Literal) else instance.evaluate(expression, local)
        if isinstance(value, str):
            yield value, Location(path, expression.line, expression.column), address
            return
    if isinstance(expression, Conditional):
        condition = instance.evaluate(expression.condition, local)
        if condition is not UNKNOWN:
            yield from _written(instance, expression.yes if condition else expression.no, path, address, local)
            return
    for child, _ in children(expression, frozenset()):
        yield from _written(instance, child, path, address, local)


def texts(value: Value) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
