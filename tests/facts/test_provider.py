"""The schema of the AWS provider: what it says of well-known types, and what to write instead of what is deprecated."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from xyztf.facts import provider
from xyztf.facts.provider import ArgumentSchema, BlockSchema
from xyztf.facts.tables import table

FLAGS = ("required", "optional", "computed", "deprecated", "sensitive", "write_only")


def resource(name: str) -> BlockSchema:
    schema = provider.resource_schema(name)
    assert schema is not None
    return schema


def argument(name: str, attribute: str) -> ArgumentSchema:
    return resource(name).arguments[attribute]


def flags(told: ArgumentSchema) -> set[str]:
    return {flag for flag in FLAGS if getattr(told, flag)}


# What it says


def test_every_kind_of_type_is_there() -> None:
    assert {"aws_db_instance", "aws_s3_bucket", "aws_kinesis_stream"} <= provider.resource_types()
    assert {"aws_region", "aws_iam_policy_document"} <= provider.data_types()
    assert {"aws_secretsmanager_secret_version", "aws_lambda_invocation"} <= provider.ephemeral_types()
    assert len(provider.resource_types()) > 1500 and len(provider.data_types()) > 600
    assert "region" in provider.provider_schema().arguments
    assert {"assume_role", "default_tags"} <= provider.provider_schema().blocks.keys()
    assert re.fullmatch(r"\d+\.\d+\.\d+", provider.version())


def test_every_type_can_be_read() -> None:
    for types, look_up in (
        (provider.resource_types, provider.resource_schema),
        (provider.data_types, provider.data_schema),
        (provider.ephemeral_types, provider.ephemeral_schema),
    ):
        for name in types():
            schema = look_up(name)
            assert schema is not None and (schema.arguments or schema.blocks), name


@pytest.mark.parametrize("name", ["aws_db_instanc", "aws_db_instance_", "db_instance", "", "block.25osor", '"', "é"])
def test_a_type_that_does_not_exist_is_none(name: str) -> None:
    assert provider.resource_schema(name) is None
    assert provider.data_schema(name) is None
    assert provider.ephemeral_schema(name) is None


def test_the_kinds_are_apart() -> None:
    assert provider.data_schema("aws_region") is not None
    assert provider.resource_schema("aws_region") is None
    assert provider.ephemeral_schema("aws_db_instance") is None


def test_the_flags_of_an_argument() -> None:
    assert flags(argument("aws_db_instance", "instance_class")) == {"required"}
    assert flags(argument("aws_db_instance", "address")) == {"computed"}
    assert flags(argument("aws_db_instance", "engine")) == {"optional", "computed"}
    assert flags(argument("aws_db_instance", "password")) == {"optional", "sensitive"}
    assert flags(argument("aws_db_instance", "password_wo")) == {"optional", "sensitive", "write_only"}
    assert flags(argument("aws_eip", "vpc")) == {"optional", "computed", "deprecated"}
    assert argument("aws_db_instance", "address").read_only
    assert not argument("aws_db_instance", "engine").read_only
    assert not argument("aws_db_instance", "instance_class").read_only


def test_the_type_of_an_argument_is_that_of_terraforms_json() -> None:
    assert argument("aws_db_instance", "engine").type == "string"
    assert argument("aws_db_instance", "multi_az").type == "bool"
    assert argument("aws_db_instance", "allocated_storage").type == "number"
    assert argument("aws_db_instance", "tags").type == ["map", "string"]
    assert argument("aws_db_instance", "vpc_security_group_ids").type == ["set", "string"]
    listeners = argument("aws_db_instance", "listener_endpoint").type
    assert listeners == ["list", ["object", {"address": "string", "hosted_zone_id": "string", "port": "number"}]]


def test_blocks_have_their_nesting_and_numbers() -> None:
    index = resource("aws_dynamodb_table").blocks["global_secondary_index"]
    assert (index.nesting, index.min_items, index.max_items) == ("set", 0, 0)
    assert index.schema.arguments["hash_key"].required
    rule = resource("aws_wafv2_web_acl").blocks["default_action"]
    assert (rule.nesting, rule.min_items, rule.max_items) == ("list", 1, 1)
    assert resource("aws_vpc").blocks.keys() <= {"timeouts"}
    assert resource("aws_db_instance").blocks["timeouts"].nesting == "single"


def test_blocks_nest_as_deep_as_the_providers() -> None:
    block = resource("aws_wafv2_web_acl").blocks["rule"].schema
    for step in ("statement", "and_statement", "statement", "not_statement", "statement", "geo_match_statement"):
        block = block.blocks[step].schema
    assert block.arguments["country_codes"].required


def test_equal_blocks_are_one_object() -> None:
    statement = resource("aws_wafv2_web_acl").blocks["rule"].schema.blocks["statement"].schema
    other = resource("aws_wafv2_rule_group").blocks["rule"].schema.blocks["statement"].schema
    assert statement.blocks["geo_match_statement"].schema is other.blocks["geo_match_statement"].schema


@pytest.mark.parametrize(
    ("name", "attribute", "inner"),
    [
        ("aws_security_group", "ingress", "from_port"),
        ("aws_route_table", "route", "nat_gateway_id"),
        ("aws_network_acl", "egress", "rule_no"),
    ],
)
def test_an_attribute_of_objects_may_be_written_as_blocks(name: str, attribute: str, inner: str) -> None:
    found = argument(name, attribute)
    assert found.as_block
    assert inner in found.object_attributes
    assert attribute not in resource(name).blocks


def test_other_attributes_may_not() -> None:
    assert not argument("aws_vpc", "tags").as_block
    assert not argument("aws_vpc", "cidr_block").as_block
    assert argument("aws_vpc", "tags").object_attributes == {}
    single = ArgumentSchema("a", ["object", {"b": "bool"}], False, True, *[False] * 4)
    assert not single.as_block and single.object_attributes == {"b": "bool"}


def test_blocks_and_whole_types_can_be_deprecated() -> None:
    bucket = resource("aws_s3_bucket")
    assert bucket.blocks["versioning"].deprecated and not bucket.deprecated
    assert not bucket.blocks["timeouts"].deprecated
    assert resource("aws_opsworks_stack").deprecated


# What to write instead


def deprecations() -> Iterator[str]:
    """Everything the schema flags: `aws_eip.vpc`, `data.aws_s3_bucket_object`."""

    def within(path: str, block: BlockSchema) -> Iterator[str]:
        if block.deprecated:
            yield path
        yield from (f"{path}.{name}" for name, told in block.arguments.items() if told.deprecated)
        for name, nested in block.blocks.items():
            yield from within(f"{path}.{name}", nested.schema)

    for name in provider.resource_types():
        yield from within(name, resource(name))
    for name in provider.data_types():
        schema = provider.data_schema(name)
        assert schema is not None
        yield from within(f"data.{name}", schema)


def test_only_what_is_deprecated_has_a_replacement() -> None:
    assert set(table("provider_deprecations")["replacements"]) <= set(deprecations())


def test_a_replacement_names_types_that_exist_and_are_not_deprecated() -> None:
    for advice in table("provider_deprecations")["replacements"].values():
        for name in re.findall(r"\baws_\w+", advice):
            found = provider.data_schema(name) if "data source" in advice else provider.resource_schema(name)
            assert found is not None and not found.deprecated, advice


def test_replacements() -> None:
    assert provider.replacement("aws_eip", "vpc") == 'write domain = "vpc"'
    assert provider.replacement("aws_s3_bucket", "acl") == "use an aws_s3_bucket_acl resource"
    assert provider.replacement("aws_s3_bucket_object") == "use aws_s3_object"
    assert provider.replacement("data.aws_s3_bucket_object") == "use the data source aws_s3_object"
    assert "filter" in str(provider.replacement("aws_s3_bucket_lifecycle_configuration", "rule.prefix"))
    assert provider.replacement("aws_eip", "domain") is None
    assert provider.replacement("aws_eip") is None
