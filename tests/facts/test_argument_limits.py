from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xyztf.facts import names, provider
from xyztf.facts.argument_limits import limit_of
from xyztf.facts.tables import table

ARGUMENTS = [tuple(argument.split(".")) for argument in table("argument_names")["arguments"]]


@pytest.mark.parametrize(("resource_type", "argument"), ARGUMENTS)
def test_every_argument_is_one_the_provider_takes(resource_type: str, argument: str) -> None:
    schema = provider.resource_schema(resource_type)
    assert schema is not None
    assert not schema.arguments[argument].read_only
    assert limit_of(resource_type, argument) is not None


def test_every_kind_is_asked_for_by_an_argument_or_by_our_own_checks() -> None:
    ours = {"rds_database", "rds_user", "dynamodb_index"}
    assert set(names.kinds()) == {*table("argument_names")["arguments"].values(), *ours}


@pytest.mark.parametrize(
    ("resource_type", "argument", "longest"),
    [
        ("aws_db_instance", "identifier", 63),
        ("aws_db_subnet_group", "name", 255),
        ("aws_db_parameter_group", "name", 255),
        ("aws_elasticache_replication_group", "replication_group_id", 40),
        ("aws_elasticache_cluster", "cluster_id", 50),
        ("aws_kinesis_stream", "name", 128),
        ("aws_kinesis_firehose_delivery_stream", "name", 64),
        ("aws_dynamodb_table", "name", 255),
        ("aws_lambda_function", "function_name", 64),
        ("aws_sqs_queue", "name", 80),
        ("aws_sns_topic", "name", 256),
        ("aws_iam_role", "name", 64),
        ("aws_iam_policy", "name", 128),
        ("aws_iam_instance_profile", "name", 128),
        ("aws_s3_bucket", "bucket", 63),
        ("aws_security_group", "name", 255),
        ("aws_lb", "name", 32),
        ("aws_lb_target_group", "name", 32),
        ("aws_cloudwatch_metric_alarm", "alarm_name", 255),
        ("aws_cloudwatch_log_group", "name", 512),
        ("aws_kms_alias", "name", 256),
        ("aws_secretsmanager_secret", "name", 512),
        ("aws_opensearch_domain", "domain_name", 28),
        ("aws_dms_replication_instance", "replication_instance_id", 63),
        ("aws_redshift_cluster", "cluster_identifier", 63),
    ],
)
def test_lengths(resource_type: str, argument: str, longest: int) -> None:
    limit = limit_of(resource_type, argument)
    assert limit is not None
    prefix = "alias/" if resource_type == "aws_kms_alias" else ""
    fits = prefix + "x" * (longest - len(prefix))
    assert limit.fault(fits) is None
    fault = limit.fault(fits + "x")
    assert fault is not None and f"at most {longest}" in fault and "shorten it by 1" in fault


@pytest.mark.parametrize(
    ("resource_type", "argument", "name"),
    [
        ("aws_db_instance", "identifier", "shop_db"),
        ("aws_db_instance", "identifier", "shop-"),
        ("aws_db_instance", "identifier", "shop--db"),
        ("aws_db_instance", "identifier", "1shop"),
        ("aws_db_instance", "identifier", "Shop"),
        ("aws_db_parameter_group", "name", "shop_mysql"),
        ("aws_db_parameter_group", "name", "shop-"),
        ("aws_elasticache_cluster", "cluster_id", "shop_cache"),
        ("aws_dynamodb_table", "name", "ab"),
        ("aws_sqs_queue", "name", "orders.v2"),
        ("aws_s3_bucket", "bucket", "Shop"),
        ("aws_security_group", "name", "sg-shop"),
        ("aws_lb", "name", "internal-shop"),
        ("aws_lb", "name", "-shop"),
        ("aws_lb_target_group", "name", "shop_web"),
        ("aws_kms_alias", "name", "shop"),
        ("aws_opensearch_domain", "domain_name", "Shop"),
        ("aws_cloudtrail", "name", "shop--trail"),
        ("aws_ecr_repository", "name", "Shop/web"),
        ("aws_redshift_subnet_group", "name", "Default"),
        ("aws_sfn_state_machine", "name", "two words"),
    ],
)
def test_faults(resource_type: str, argument: str, name: str) -> None:
    limit = limit_of(resource_type, argument)
    assert limit is not None
    fault = limit.fault(name)
    assert fault is not None and repr(name) in fault


@pytest.mark.parametrize(
    ("resource_type", "argument", "name"),
    [
        ("aws_elasticache_replication_group", "replication_group_id", "Shop-Cache"),  # the provider makes it small
        ("aws_memorydb_cluster", "name", "Shop"),
        ("aws_db_parameter_group", "name", "shop-mysql8.4"),
        ("aws_sqs_queue", "name", "orders.fifo"),
        ("aws_lb_target_group", "name", "internal-shop"),
        ("aws_cloudwatch_log_group", "name", "/aws/lambda/shop"),
        ("aws_ecr_repository", "name", "shop/web_app"),
        ("aws_launch_template", "name", "Shop-(web)"),
        ("aws_iam_role", "name", "Shop+Reader=a,b.c@d-e_f"),
    ],
)
def test_names_that_aws_takes(resource_type: str, argument: str, name: str) -> None:
    limit = limit_of(resource_type, argument)
    assert limit is not None
    assert limit.fault(name) is None


@pytest.mark.parametrize(
    ("resource_type", "argument"),
    [("aws_db_instance", "name"), ("aws_db_instance", "identifier_prefix"), ("aws_thing", "name"), ("", "")],
)
def test_arguments_without_a_limit(resource_type: str, argument: str) -> None:
    assert limit_of(resource_type, argument) is None


@given(st.sampled_from(ARGUMENTS), st.text(max_size=300))
def test_a_fault_is_found_in_any_text_or_none(pair: tuple[str, str], text: str) -> None:
    limit = limit_of(*pair)
    assert limit is not None
    fault = limit.fault(text)
    if fault is None:
        assert limit.shortest <= len(text.lower() if limit.lowered else text) <= limit.longest
