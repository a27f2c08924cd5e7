"""What stacks create: names by kind, with account and region, as far as the text tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xyztf.hcl.instance import Instance
from xyztf.hcl.module import Declared
from xyztf.hcl.resource import Resource
from xyztf.hcl.syntax import Expression, Literal, ObjectOf, Traversal
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.consistency.arns import WORLDWIDE, Arn
from xyztf.rules.rule import Stack

CREATES: Mapping[str, tuple[str, str, str]] = {
    "aws_iam_role": ("IAM role", "name", "name_prefix"),
    "aws_iam_policy": ("IAM policy", "name", "name_prefix"),
    "aws_iam_instance_profile": ("instance profile", "name", "name_prefix"),
    "aws_iam_user": ("IAM user", "name", ""),
    "aws_db_instance": ("DB instance", "identifier", "identifier_prefix"),
    "aws_rds_cluster_instance": ("DB instance", "identifier", "identifier_prefix"),
    "aws_rds_cluster": ("DB cluster", "cluster_identifier", "cluster_identifier_prefix"),
    "aws_elasticache_replication_group": ("cache", "replication_group_id", ""),
    "aws_elasticache_user": ("cache user", "user_id", ""),
    "aws_elasticache_user_group": ("cache user group", "user_group_id", ""),
    "aws_kinesis_stream": ("stream", "name", ""),
    "aws_dynamodb_table": ("table", "name", ""),
    "aws_sns_topic": ("topic", "name", "name_prefix"),
    "aws_sqs_queue": ("queue", "name", "name_prefix"),
    "aws_lambda_function": ("function", "function_name", ""),
    "aws_secretsmanager_secret": ("secret", "name", "name_prefix"),
    "aws_cloudwatch_log_group": ("log group", "name", "name_prefix"),
    "aws_kms_alias": ("alias", "name", "name_prefix"),
    "aws_cloudwatch_metric_alarm": ("alarm", "alarm_name", ""),
    "aws_cloudwatch_composite_alarm": ("alarm", "alarm_name", ""),
    "aws_s3_bucket": ("bucket", "bucket", "bucket_prefix"),
}
"""The kind of what a type of resource creates, and the arguments with its name and with how its name begins."""


@dataclass(frozen=True)
class Created:
    """One thing. `name` has a `*` for what is not known of it; `region` is None where it may be any."""

    kind: str
    name: str
    region: str | None
    resource: Resource
    stack: Stack
    argument: str

    def is_named_by(self, arn: Arn) -> bool:
        """Whether an ARN names it, or may. The account is not looked at."""
        return self.kind == arn.kind and self.is_in(arn.region) and may_be_same(self.name, arn.name)

    def is_in(self, region: str) -> bool:
        """Whether it is in a region, or may be."""
        return self.region is None or not region or may_be_same(self.region, region)


def may_be_same(one: str, other: str) -> bool:
    """Whether two names with `*` and `?` can stand for the same."""
    if "*" not in one and "*" not in other and "?" not in one + other:
        return one == other
    if _glob(one).fullmatch(other) or _glob(other).fullmatch(one):
        return True
    begins, start = (re.split(r"[*?]", each, maxsplit=1)[0] for each in (one, other))
    wild = ("*" in one or "?" in one) and ("*" in other or "?" in other)
    return wild and (begins.startswith(start) or start.startswith(begins))


def _glob(name: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if each == "*" else "." if each == "?" else re.escape(each) for each in name))


def created(stack: Stack) -> Iterator[Created]:
    """What a stack creates."""
    for resource in stack.configuration.of_type(*CREATES):
        kind, argument, prefix = CREATES[resource.type]
        yield Created(
            kind, _name(resource, argument, prefix), _region(stack, resource, kind), resource, stack, argument
        )


def _name(resource: Resource, argument: str, prefix: str) -> str:
    values = resource.values
    name = values.get(argument)
    if isinstance(name, str):
        # RDS and ElastiCache keep them in small letters.
        return name.lower() if "identifier" in argument or "replication" in argument else name
    begins = values.get(prefix) if prefix else None
    return f"{begins}*" if name is None and isinstance(begins, str) else "*"


def _region(stack: Stack, resource: Resource, kind: str) -> str | None:
    if kind in WORLDWIDE:
        return ""
    values = resource.values
    if "replica" in values:
        return None
    if "region" in values:
        region = values["region"]
        return region if isinstance(region, str) else None
    if "provider" in resource.body.attributes:
        return _of_alias(stack, resource)
    instance: Instance | None = resource.instance
    while instance is not None:
        if instance.call is not None and "providers" in instance.call.block.body.attributes:
            return None
        instance = instance.caller
    return region_of(stack)


def _of_alias(stack: Stack, resource: Resource) -> str | None:
    chosen = resource.body.attributes["provider"].value
    if resource.instance is stack.configuration.root and isinstance(chosen, Traversal) and len(chosen.steps) == 1:
        return _provider_region(stack, str(chosen.steps[0]))
    return None


def provider_of(resource: Resource) -> str:
    """The root's provider that a resource is made with, such as "aws" or "aws.west", as far as the text tells."""
    chosen = resource.body.attributes.get("provider")
    name = spelling(chosen.value) if chosen else "aws"
    instance: Instance | None = resource.instance
    while instance is not None and instance.call is not None:
        given = instance.call.block.body.attributes.get("providers")
        if given and isinstance(given.value, ObjectOf):
            handed = {spelling(key): spelling(value) for key, value in given.value.items}
            name = handed.get(name, name)
        instance = instance.caller
    return name


def spelling(expression: Expression) -> str:
    """A provider's name with its alias, as it is written."""
    if isinstance(expression, Traversal):
        return ".".join(map(str, (expression.root, *expression.steps)))
    return str(expression.value) if isinstance(expression, Literal) else "?"


def region_of(stack: Stack) -> str | None:
    """The region of a stack's own provider, None where the text does not tell."""
    return _provider_region(stack, None)


def _provider_region(stack: Stack, alias: str | None) -> str | None:
    for declared in providers(stack):
        attributes = declared.block.body.attributes
        root = stack.configuration.root
        given = root.evaluate(attributes["alias"].value) if "alias" in attributes else None
        if given == alias and given is not UNKNOWN:
            region = root.evaluate(attributes["region"].value) if "region" in attributes else None
            return region if isinstance(region, str) else None
    return None


def providers(stack: Stack) -> list[Declared]:
    """The blocks that configure the AWS provider in a stack."""
    return [each for each in stack.configuration.root.module.providers if each.block.labels[:1] == ("aws",)]


def accounts(stack: Stack) -> frozenset[str]:
    """The accounts that a stack may be applied in: its provider's allowed_account_ids. Empty where not known."""
    found: set[str] = set()
    for declared in providers(stack):
        attribute = declared.block.body.attributes.get("allowed_account_ids")
        value = stack.configuration.root.evaluate(attribute.value) if attribute else None
        if isinstance(value, list):
            found |= {each for each in value if isinstance(each, str)}
    return frozenset(found)


def environments(stacks: Sequence[Stack]) -> list[tuple[str | None, list[Stack]]]:
    """The stacks of each environment; those of none are one group, when they are several."""
    groups: dict[str | None, list[Stack]] = {}
    for stack in stacks:
        groups.setdefault(stack.context.environment, []).append(stack)
    return [(name, group) for name, group in groups.items() if name is not None or len(group) > 1]
