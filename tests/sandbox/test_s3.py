"""S3: policies that allow only TLS, and Terraform's state with its lock."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError


def policy(**statement):
    everything = ["arn:aws:s3:::shop", "arn:aws:s3:::shop/*"]
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": everything, **statement},
            ],
        }
    )


ONLY_TLS = policy(Condition={"Bool": {"aws:SecureTransport": "false"}})


@pytest.fixture
def s3(aws):
    client = aws.client("s3")
    client.create_bucket(Bucket="shop")
    client.put_bucket_versioning(Bucket="shop", VersioningConfiguration={"Status": "Enabled"})
    return client


def test_a_policy_that_allows_only_tls_shuts_nobody_out(s3):
    s3.put_bucket_policy(Bucket="shop", Policy=ONLY_TLS)
    s3.put_object(Bucket="shop", Key="a", Body=b"1")
    assert s3.get_object(Bucket="shop", Key="a")["Body"].read() == b"1"
    assert json.loads(s3.get_bucket_policy(Bucket="shop")["Policy"]) == json.loads(ONLY_TLS)


def test_one_that_denies_without_condition_does(s3):
    s3.put_bucket_policy(Bucket="shop", Policy=policy(Action="s3:PutObject"))
    with pytest.raises(ClientError, match="Forbidden"):
        s3.put_object(Bucket="shop", Key="a", Body=b"1")


def test_a_lock_can_be_taken_once_and_again_after_it_was_released(s3):
    for _ in range(2):
        s3.put_object(Bucket="shop", Key="lock", Body=b"1", IfNoneMatch="*")
        with pytest.raises(ClientError, match="PreconditionFailed"):
            s3.put_object(Bucket="shop", Key="lock", Body=b"2", IfNoneMatch="*")
        s3.delete_object(Bucket="shop", Key="lock")


@pytest.mark.upstream
def test_moto_still_denies_everything_for_a_condition(unpatched):
    script = f"""
s3 = client("s3")
s3.create_bucket(Bucket="shop")
s3.put_bucket_policy(Bucket="shop", Policy={ONLY_TLS!r})
s3.put_object(Bucket="shop", Key="a", Body=b"1")
"""
    assert "Forbidden" in unpatched(script)


@pytest.mark.sandbox
def test_terraform_keeps_its_state_there_and_locks_it(stack, aws):
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="shop-state")
    s3.put_bucket_versioning(Bucket="shop-state", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_policy(Bucket="shop-state", Policy=ONLY_TLS.replace("shop", "shop-state"))
    data = stack("s3", backend=True)
    data.apply()
    assert data.plan() == ""
    lock = "dev/global/terraform.tfstate.tflock"
    info = {"ID": "1", "Operation": "OperationTypeApply", "Who": "somebody", "Created": "2025-01-01T00:00:00Z"}
    s3.put_object(Bucket="shop-state", Key=lock, Body=json.dumps(info).encode())
    refused = data.run("apply", "-auto-approve", "-no-color")
    assert refused.returncode == 1
    assert "somebody" in refused.stderr
    assert data.run("force-unlock", "-force", "1").returncode == 0
    data.destroy()
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["shop-state"]
    assert aws.unsupported() == []
