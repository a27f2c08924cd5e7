"""What is committed under environments/ is what the documents ask for, tested as a person would, with xyztf.testing."""

from __future__ import annotations

from pathlib import Path

import pytest

import xyztf.testing
from xyztf.errors import UsageError, XyztfError

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def primary():
    return xyztf.testing.load(ROOT / "environments/prod/us-east-1")


@pytest.fixture(scope="module")
def replica():
    return xyztf.testing.load(ROOT / "environments/prod/us-west-2")


def test_the_primary_database(primary):
    (database,) = primary.resources("aws_db_instance")
    assert database.address == "module.rds_primary.aws_db_instance.this"
    assert database["identifier"] == "xyz-corp-prod-primary-db"
    assert database["multi_az"] is True
    assert database["storage_encrypted"] is True
    assert database["publicly_accessible"] is False
    assert database["backup_retention_period"] > 0, "replicas need it"
    assert database["lifecycle"][0]["prevent_destroy"] is True
    assert database["kms_key_id"] is xyztf.testing.UNKNOWN, "AWS numbers keys"


def test_the_replica_follows_the_primary_from_another_region(primary, replica):
    (source,) = primary.resources("aws_db_instance")
    (database,) = replica.resources("aws_db_instance")
    arn = f"arn:aws:rds:us-east-1:123456789012:db:{source['identifier']}"
    assert database["replicate_source_db"] == arn
    assert "username" not in database
    assert database["kms_key_id"] is xyztf.testing.UNKNOWN, "a key of its own, which AWS numbers"


def test_subnets_lie_within_their_network_and_beside_each_other(primary):
    import ipaddress

    (network,) = primary.resources("aws_vpc")
    whole = ipaddress.ip_network(network["cidr_block"])
    subnets = [ipaddress.ip_network(each["cidr_block"]) for each in primary.resources("aws_subnet")]
    assert len(subnets) == 6
    assert all(subnet.subnet_of(whole) for subnet in subnets)
    assert not any(one.overlaps(other) for one in subnets for other in subnets if one is not other)


def test_every_alarm_has_an_action_or_is_part_of_one_that_has(primary):
    alarms = primary.resources("aws_cloudwatch_metric_alarm")
    assert len(alarms) > 10
    assert all(each["alarm_actions"] for each in alarms if "alarm_actions" in each)


def test_what_is_not_there_is_said(primary, tmp_path):
    with pytest.raises(UsageError, match=r"did you mean module\.rds_primary\.aws_db_instance\.this"):
        primary.resource("module.rds_primary.aws_db_instance.thsi")
    with pytest.raises(UsageError, match="there is no output nothing"):
        primary.output("nothing")
    with pytest.raises(UsageError, match="there are no Terraform files here"):
        xyztf.testing.load(tmp_path)
    (tmp_path / "main.tf").write_text("a = [\n")
    with pytest.raises(XyztfError, match=r"main.tf:1: the file ends too early"):
        xyztf.testing.load(tmp_path)


def test_variables_are_the_callers(tmp_path):
    (tmp_path / "main.tf").write_text(
        'variable "size" {\n  type    = number\n  default = 1\n}\n\noutput "twice" {\n  value = var.size * 2\n}\n'
    )
    assert xyztf.testing.load(tmp_path).output("twice") == 2
    assert xyztf.testing.load(tmp_path, {"size": "4"}).output("twice") == 8
