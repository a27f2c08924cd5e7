"""What our modules use of services that moto does well enough by itself: IAM, SNS, logs, flow logs, Secrets Manager."""

from __future__ import annotations

import pytest

IN_PLACE = (
    "aws_cloudwatch_log_group.this",
    "aws_cloudwatch_log_metric_filter.this",
    "aws_flow_log.this",
    "aws_iam_instance_profile.this",
    "aws_iam_role.this",
    "aws_iam_role_policy.this",
    "aws_secretsmanager_secret.this",
    "aws_sns_topic.this",
    "aws_sns_topic_policy.this",
    "aws_sns_topic_subscription.this",
    "aws_vpc.this",
)


@pytest.mark.sandbox
def test_terraform_applies_updates_and_destroys(stack, aws):
    things = stack("without_patches")
    things.apply()
    assert things.plan() == ""
    changed = "-var=what=Warnings"
    assert things.actions(changed) == {address: ["update"] for address in IN_PLACE}
    things.apply(changed)
    assert things.plan(changed) == ""
    renewed = (changed, "-var=password=2")
    assert things.actions(*renewed) == {"aws_secretsmanager_secret_version.this": ["delete", "create"]}
    things.apply(*renewed)
    assert things.plan(*renewed) == ""
    assert aws.client("secretsmanager", "us-west-2").list_secrets()["SecretList"]
    things.destroy()
    assert aws.client("sns").list_topics()["Topics"] == []
    assert aws.unsupported() == []
