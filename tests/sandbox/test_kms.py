"""KMS: a replica of a key is a key of its own."""

from __future__ import annotations

import pytest

SCRIPT = """
east, west = client("kms"), client("kms", "us-west-2")
key = east.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
east.replicate_key(KeyId=key, ReplicaRegion="us-west-2")
west.create_alias(AliasName="alias/west", TargetKeyId=key)
west.describe_key(KeyId=key)
"""


def test_a_replica_has_its_own_aliases_and_says_what_it_is(aws):
    east, west = aws.client("kms"), aws.client("kms", "us-west-2")
    key = east.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    east.create_alias(AliasName="alias/data", TargetKeyId=key)
    east.replicate_key(KeyId=key, ReplicaRegion="us-west-2")
    assert west.list_aliases(KeyId=key)["Aliases"] == []
    west.create_alias(AliasName="alias/west", TargetKeyId=key)
    assert [alias["AliasName"] for alias in east.list_aliases(KeyId=key)["Aliases"]] == ["alias/data"]
    kinds = [
        client.describe_key(KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"]["MultiRegionKeyType"]
        for client in (west, east)
    ]
    assert kinds == ["REPLICA", "PRIMARY"]


@pytest.mark.upstream
def test_moto_still_shares_aliases(unpatched):
    assert "alias/west" in unpatched(f"{SCRIPT}print(east.list_aliases(KeyId=key)['Aliases'])")


@pytest.mark.upstream
def test_moto_still_takes_the_primary_for_a_replica(unpatched):
    asked = "east.describe_key(KeyId=key)['KeyMetadata']['MultiRegionConfiguration']['MultiRegionKeyType']"
    assert unpatched(f"{SCRIPT}print({asked})").strip() == "REPLICA"


@pytest.mark.sandbox
def test_terraform_applies_updates_and_destroys(stack, aws):
    keys = stack("kms")
    keys.apply()
    assert keys.plan() == ""
    changed = "-var=what=More data"
    assert keys.actions(changed) == {"aws_kms_key.this": ["update"], "aws_kms_replica_key.this": ["update"]}
    keys.apply(changed)
    assert keys.plan(changed) == ""
    keys.destroy()
    for region in ("us-east-1", "us-west-2"):
        names = [alias["AliasName"] for alias in aws.client("kms", region).list_aliases()["Aliases"]]
        assert "alias/data" not in names
    assert aws.unsupported() == []
