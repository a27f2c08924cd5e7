"""Finding what a killed apply was just creating."""

from __future__ import annotations

import os
import subprocess
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from xyztf.terraform import lookup
from xyztf.terraform.lookup import Wanted, can_look_up, find, look_up, module_of

REGION = "us-east-1"
VPC, GROUP, SUBNET = (
    "module.vpc.aws_vpc.this",
    "module.vpc.aws_security_group.cache",
    'module.vpc.aws_subnet.cache["a"]',
)


@pytest.fixture
def ec2(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "xyztf")
    with mock_aws():
        yield boto3.client("ec2", region_name=REGION)


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


def found(address: str, known: dict[str, str], noted: str | None = None, **attributes: object) -> str | None:
    kind = address.removeprefix(module_of(address)).split(".")[0]
    return find(client, [Wanted(address, kind, attributes, noted, known)], ClientError).get(address)


def test_a_network_and_what_is_in_it(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    known = {VPC: vpc}
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    assert found(SUBNET, known, cidr_block="10.0.1.0/24") == subnet
    assert found(SUBNET, known, cidr_block="10.0.2.0/24") is None
    assert found(SUBNET, {}, cidr_block="10.0.1.0/24") is None, "a subnet of somebody else's"

    group = ec2.create_security_group(GroupName="cache", Description="d", VpcId=vpc)["GroupId"]
    assert found(GROUP, known, name="cache") == group
    endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", VpcEndpointType="Gateway")
    address = 'module.vpc.aws_vpc_endpoint.gateway["s3"]'
    assert found(address, known, service_name=f"com.amazonaws.{REGION}.s3") == endpoint["VpcEndpoint"]["VpcEndpointId"]

    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    address = 'module.vpc.aws_route_table_association.cache["a"]'
    assert found(address, known, noted=association) == f"{subnet}/{table}"
    assert found(address, {**known, SUBNET: subnet}) == f"{subnet}/{table}"
    assert found(address, known) is None


def test_a_rule_is_told_apart_from_others_and_from_those_that_are_known(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="cache", Description="d", VpcId=vpc)["GroupId"]

    def allow(port: int, description: str) -> str:
        address = {"CidrIp": "10.0.0.0/8", "Description": description}
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [address]}
        made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
        return str(made["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    redis, tls = allow(6379, "Redis"), allow(6380, "Redis")
    address = "module.vpc.aws_vpc_security_group_ingress_rule.redis"
    given = {"description": "Redis", "ip_protocol": "tcp", "from_port": 6379}
    assert found(address, {GROUP: group}, **given) == redis
    assert found(address, {GROUP: group, "module.vpc.x.y": redis}, **given) is None
    assert found(address.replace("ingress", "egress"), {GROUP: group}, **given) is None
    assert found(address, {GROUP: group}, **{**given, "from_port": 6380}) == tls


def test_what_has_a_name_but_is_imported_by_another(ec2):
    arn = client("secretsmanager").create_secret(Name="acme/admin", SecretString="x")["ARN"]
    url = client("sqs").create_queue(QueueName="dead")["QueueUrl"]
    assert found("aws_secretsmanager_secret.admin", {}, name="acme/admin") == arn
    assert found("aws_secretsmanager_secret.admin", {}, name="acme/other") is None
    assert found("aws_sqs_queue.dead", {}, name="dead") == url
    assert found("aws_sqs_queue.dead", {}, name="other") is None
    assert found("aws_sqs_queue.dead", {}) is None, "its name is not known yet"


def test_one_of_several_is_not_guessed(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for _ in range(2):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", VpcEndpointType="Gateway")
    address = 'module.vpc.aws_vpc_endpoint.gateway["s3"]'
    assert found(address, {VPC: vpc}, service_name=f"com.amazonaws.{REGION}.s3") is None


def test_without_anything_to_look_for_nothing_is_started(monkeypatch):
    monkeypatch.setattr(subprocess, "run", None)
    assert look_up([], REGION, {}) == {}


def test_an_aws_that_cannot_be_asked_finds_nothing():
    wanted = Wanted("aws_sqs_queue.dead", "aws_sqs_queue", {"name": "dead"}, None, {})
    variables = {**os.environ, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    keys = {"AWS_ACCESS_KEY_ID": "xyztf", "AWS_SECRET_ACCESS_KEY": "xyztf"}
    assert look_up([wanted], REGION, {**variables, **keys}) == {}


def test_modules():
    assert module_of('module.a["x.y"].module.b.aws_vpc.this') == 'module.a["x.y"].module.b.'
    assert module_of("aws_vpc.this") == ""
    assert can_look_up("aws_subnet")
    assert not can_look_up("aws_kms_key")


def test_every_finder_is_of_a_type_that_an_import_takes():
    from xyztf.facts.tables import table

    known = table("adoption")
    assert set(lookup.FINDERS) <= {*known["by_id"], *known["never"]}
