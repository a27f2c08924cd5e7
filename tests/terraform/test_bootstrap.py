"""The state buckets: versioned, encrypted, closed, TLS only; twice is once."""

from __future__ import annotations

import json
from unittest import mock

import boto3
import pytest
from moto import mock_aws

from xyztf.errors import Problem, XyztfError
from xyztf.terraform import bootstrap
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


def test_in_an_emulator_it_is_made_sure_once_for_each_start(tmp_path, monkeypatch):
    calls = []

    def made(buckets, *_):
        calls.append(dict(buckets))
        return ["changed"]

    monkeypatch.setattr(bootstrap, "bootstrap", made)
    stamp, buckets = tmp_path / "buckets", {"eu-west-1": "state"}

    def again(instance: str, wanted: dict[str, str] = buckets, account: str = ACCOUNT) -> list[str]:
        return bootstrap.ensure_once(wanted, account, {}, stamp, instance)

    assert again("token one") == ["changed"]
    assert again("token one") == []
    assert again("token two") == ["changed"], "the emulator was started anew"
    assert again("token two", {**buckets, "us-east-1": "other"}) == ["changed"], "a region came"
    assert again("token two", {**buckets, "us-east-1": "other"}, "210987654321") == ["changed"]
    assert "token" not in stamp.read_text()


def test_what_failed_is_not_taken_for_done(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "bootstrap", mock.Mock(side_effect=[XyztfError(Problem("no")), ["created"]]))
    arguments = ({"eu-west-1": "state"}, ACCOUNT, {}, tmp_path / "buckets", "token")
    with pytest.raises(XyztfError):
        bootstrap.ensure_once(*arguments)
    assert bootstrap.ensure_once(*arguments) == ["created"]
