"""What our modules use of services that moto does well enough by itself: IAM, SNS, logs, flow logs, Secrets Manager."""

from __future__ import annotations

import pytest


@pytest.mark.sandbox
def test_terraform_applies_and_destroys(stack, aws):
    things = stack("without_patches")
    things.apply()
    assert things.plan() == ""
    assert aws.client("secretsmanager", "us-west-2").list_secrets()["SecretList"]
    things.destroy()
    assert aws.client("sns").list_topics()["Topics"] == []
    assert aws.unsupported() == []
