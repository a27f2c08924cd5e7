"""What Terraform's AWS provider takes: every resource, data source and ephemeral resource, argument by argument.

The schema is that of one version of the provider, see `version`. A newer one takes more, and rarely less.
"""

from __future__ import annotations

from functools import cache

from xyztf.facts.provider_schema import ArgumentSchema, BlockSchema, NestedBlock, SchemaFile
from xyztf.facts.tables import DATA, table

__all__ = [
    "ArgumentSchema",
    "BlockSchema",
    "NestedBlock",
    "data_schema",
    "data_types",
    "ephemeral_schema",
    "ephemeral_types",
    "provider_schema",
    "replacement",
    "resource_schema",
    "resource_types",
    "version",
]


def resource_schema(type: str) -> BlockSchema | None:  # noqa: A002 (Terraform's word)
    """What a resource of that type (`aws_db_instance`) takes. None when the provider has no such type."""
    return _file().block(f"resource.{type}")


def data_schema(type: str) -> BlockSchema | None:  # noqa: A002
    """What a data source of that type takes. None when the provider has no such type."""
    return _file().block(f"data.{type}")


def ephemeral_schema(type: str) -> BlockSchema | None:  # noqa: A002
    """What an ephemeral resource of that type takes. None when the provider has no such type."""
    return _file().block(f"ephemeral.{type}")


@cache
def provider_schema() -> BlockSchema:
    """What the block `provider "aws"` takes, without Terraform's own `alias` and `version`."""
    schema = _file().block("provider.aws")
    assert schema is not None
    return schema


@cache
def resource_types() -> frozenset[str]:
    """Every type of resource."""
    return _file().names("resource")


@cache
def data_types() -> frozenset[str]:
    """Every type of data source."""
    return _file().names("data")


@cache
def ephemeral_types() -> frozenset[str]:
    """Every type of ephemeral resource."""
    return _file().names("ephemeral")


@cache
def version() -> str:
    """The version of the provider whose schema this is."""
    return _file().version()


def replacement(type: str, attribute: str = "") -> str | None:  # noqa: A002
    """What to write instead of a deprecated attribute or block; without an attribute, instead of the whole type.

    A data source's type begins with `data.`, and what lies in blocks has their names before it:
    `replacement("aws_eip", "vpc")`, `replacement("data.aws_s3_bucket_object")`,
    `replacement("aws_s3_bucket_lifecycle_configuration", "rule.prefix")`. None when nothing is known.
    """
    key = f"{type}.{attribute}" if attribute else type
    advice: str | None = table("provider_deprecations")["replacements"].get(key)
    return advice


@cache
def _file() -> SchemaFile:
    return SchemaFile((DATA / "provider_schema.json").read_bytes())
