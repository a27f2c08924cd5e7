"""EC2: descriptions of security group rules, whatever the rule names."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

PORT = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
SETUP = """
ec2 = client("ec2")
vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
group = ec2.create_security_group(GroupName="a", Description="a", VpcId=vpc)["GroupId"]
port = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
"""


@pytest.fixture
def ec2(aws):
    return aws.client("ec2")


@pytest.fixture
def group(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return ec2.create_security_group(GroupName="a", Description="a", VpcId=vpc)["GroupId"]


@pytest.fixture(params=["UserIdGroupPairs", "PrefixListIds", "IpRanges"])
def targets(request, ec2, group):
    """How a rule names what it is about, and gives that with a description."""
    prefix_list = ec2.describe_managed_prefix_lists()["PrefixLists"][0]["PrefixListId"]
    names = {
        "UserIdGroupPairs": {"GroupId": group},
        "PrefixListIds": {"PrefixListId": prefix_list},
        "IpRanges": {"CidrIp": "10.0.0.0/8"},
    }
    return lambda description: {**PORT, request.param: [{**names[request.param], "Description": description}]}


def described(ec2, group):
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    return [rule.get("Description") for rule in rules if not rule["IsEgress"]]


def test_a_description_is_told(ec2, group, targets):
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[targets("why")])
    assert made["SecurityGroupRules"][0]["Description"] == "why"
    assert described(ec2, group) == ["why"]
    (permission,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    (kind,) = targets("why").keys() - PORT.keys()
    assert [target["Description"] for target in permission[kind]] == ["why"]


def test_it_can_be_changed(ec2, group, targets):
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[targets("why")])
    ec2.update_security_group_rule_descriptions_ingress(GroupId=group, IpPermissions=[targets("because")])
    assert described(ec2, group) == ["because"]


def test_and_so_can_the_rule(ec2, group):
    pair = {**PORT, "UserIdGroupPairs": [{"GroupId": group, "Description": "why"}]}
    rule = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[pair])["SecurityGroupRules"][0]
    new = {**PORT, "ReferencedGroupId": group, "ToPort": 444, "Description": "because"}
    changes = [{"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": new}]
    ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=changes)
    assert described(ec2, group) == ["because"]


def test_rules_that_differ_in_the_description_alone_are_one(ec2, group, targets):
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[targets("why")])
    with pytest.raises(ClientError, match=r"InvalidPermission\.Duplicate"):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[targets("because")])
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[targets("whatever")])
    assert described(ec2, group) == []


@pytest.mark.upstream
@pytest.mark.parametrize(
    "target", ["'UserIdGroupPairs': [{'GroupId': group, 'Description': 'why'}]", "'PrefixListIds': [LIST]"]
)
def test_moto_still_tells_no_description(unpatched, target):
    listed = (
        "{'PrefixListId': ec2.describe_managed_prefix_lists()['PrefixLists'][0]['PrefixListId'], 'Description': 'why'}"
    )
    target = target.replace("LIST", listed)
    script = f"""{SETUP}
made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{{**port, {target}}}])
print(made["SecurityGroupRules"][0].get("Description"))
"""
    assert unpatched(script).strip() == "None"


@pytest.mark.sandbox
def test_terraform_applies_updates_and_destroys(stack, aws):
    network = stack("ec2")
    network.apply()
    assert network.plan() == ""
    changed = "-var=what=TLS"
    assert set(map(tuple, network.actions(changed).values())) == {("update",)}
    network.apply(changed)
    assert network.plan(changed) == ""
    network.destroy()
    assert aws.client("ec2").describe_vpcs(Filters=[{"Name": "isDefault", "Values": ["false"]}])["Vpcs"] == []
    assert aws.unsupported() == []
