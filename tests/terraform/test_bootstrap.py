"""The state buckets: versioned, encrypted, closed, TLS only; twice is once."""

from __future__ import annotations

import json

import boto3
import pytest
from moto import mock_aws

from xyztf.terraform.bootstrap import ensure

ACCOUNT = "123456789012"


@pytest.fixture
def s3(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    with mock_aws():
        yield boto3.client("s3", region_name="eu-west-1")


def test_a_bucket_is_made_with_all_that_it_needs_and_not_again(s3):
    first = ensure(s3, "eu-west-1", "state", ACCOUNT)
    told = [change.split(": ")[1] for change in first]
    assert {"created", "versioning turned on", "public access blocked", "TLS required"} <= set(told)
    rules = s3.get_bucket_encryption(Bucket="state")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert s3.get_bucket_location(Bucket="state")["LocationConstraint"] == "eu-west-1"
    assert s3.get_bucket_versioning(Bucket="state")["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket="state")["PublicAccessBlockConfiguration"].values())
    (statement,) = json.loads(s3.get_bucket_policy(Bucket="state")["Policy"])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert ensure(s3, "eu-west-1", "state", ACCOUNT) == []


def test_what_somebody_took_away_is_put_back_and_their_policy_kept(s3):
    ensure(s3, "eu-west-1", "state", ACCOUNT)
    s3.delete_public_access_block(Bucket="state")
    theirs = {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "*"}
    s3.put_bucket_policy(Bucket="state", Policy=json.dumps({"Version": "2012-10-17", "Statement": [theirs]}))
    assert ensure(s3, "eu-west-1", "state", ACCOUNT) == ["state: public access blocked", "state: TLS required"]
    statements = json.loads(s3.get_bucket_policy(Bucket="state")["Policy"])["Statement"]
    assert [statement["Sid"] for statement in statements] == ["Theirs", "OnlyOverTls"]
