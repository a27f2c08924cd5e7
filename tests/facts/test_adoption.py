"""By which identifier something that exists is taken into the state."""

from __future__ import annotations

import pytest

from xyztf.facts.adoption import ACCOUNT, import_id, is_completed_in_place


@pytest.mark.parametrize(
    ("kind", "known", "attributes", "expected"),
    [
        ("aws_vpc", "vpc-1", {}, "vpc-1"),
        ("aws_vpc", None, {"cidr_block": "10.0.0.0/16"}, None),
        ("aws_kinesis_stream", "arn:aws:kinesis:x:1:stream/s", {"name": "s"}, "s"),
        ("aws_db_instance", "db-ABC", {"identifier": "primary"}, "primary"),
        ("aws_db_instance", "db-ABC", {}, None),
        ("aws_cloudwatch_log_metric_filter", "f", {"name": "f", "log_group_name": "/g"}, "/g:f"),
        ("aws_budgets_budget", None, {"name": "monthly", ACCOUNT: "123456789012"}, "123456789012:monthly"),
        ("aws_iam_role", None, {"name": "flow-logs"}, "flow-logs"),
        ("aws_secretsmanager_secret_version", "arn|v", {"secret_id": "arn"}, None),
        ("aws_of_tomorrow", "x-1", {}, "x-1"),
    ],
)
def test_the_identifier(kind, known, attributes, expected):
    assert import_id(kind, known, attributes) == expected


def test_what_is_completed_in_place():
    assert is_completed_in_place("aws_db_instance")
    assert is_completed_in_place("aws_kms_key")
    assert not is_completed_in_place("aws_of_tomorrow")
