"""ElastiCache in the sandbox: the gaps of moto that xyztf/sandbox/patches/elasticache closes, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

WEST = "us-west-2"
ACCOUNT = "arn:aws:elasticache:us-west-2:123456789012"
SINGLE: dict[str, Any] = {
    "ReplicationGroupId": "single",
    "ReplicationGroupDescription": "One node",
    "Engine": "valkey",
    "EngineVersion": "8.2",
    "CacheNodeType": "cache.t4g.micro",
    "AutomaticFailoverEnabled": False,
    "TransitEncryptionEnabled": True,
    "AtRestEncryptionEnabled": True,
    "SecurityGroupIds": ["sg-1"],
}
CLUSTER: dict[str, Any] = {
    "ReplicationGroupId": "cluster",
    "ReplicationGroupDescription": "Two shards of two nodes",
    "Engine": "redis",
    "EngineVersion": "7.1",
    "CacheNodeType": "cache.t3.micro",
    "CacheParameterGroupName": "cluster-redis7",
    "NumNodeGroups": 2,
    "ReplicasPerNodeGroup": 1,
    "AutomaticFailoverEnabled": True,
    "MultiAZEnabled": True,
}


@pytest.fixture
def cache(aws: Any) -> Any:
    return aws.client("elasticache", WEST)


def group(client: Any, name: str) -> dict[str, Any]:
    return client.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"][0]


def node(client: Any, name: str) -> dict[str, Any]:
    return client.describe_cache_clusters(CacheClusterId=name, ShowCacheNodeInfo=True)["CacheClusters"][0]


def make_cluster(client: Any, **settings: Any) -> None:
    make_parameter_group(client, "cluster-redis7", {"cluster-enabled": "yes"})
    client.create_replication_group(**{**CLUSTER, **settings})


def make_parameter_group(client: Any, name: str, parameters: dict[str, str], family: str = "redis7") -> None:
    client.create_cache_parameter_group(
        CacheParameterGroupName=name, CacheParameterGroupFamily=family, Description="Own"
    )
    set_parameters(client, name, parameters)


def set_parameters(client: Any, name: str, parameters: dict[str, str]) -> None:
    pairs = [{"ParameterName": key, "ParameterValue": value} for key, value in parameters.items()]
    client.modify_cache_parameter_group(CacheParameterGroupName=name, ParameterNameValues=pairs)


def parameters(client: Any, name: str) -> dict[str, str]:
    described = client.describe_cache_parameters(CacheParameterGroupName=name, Source="user")["Parameters"]
    return {each["ParameterName"]: each["ParameterValue"] for each in described}


def make_user(client: Any, name: str, user_name: str | None = None) -> None:
    client.create_user(
        UserId=name, UserName=user_name or name, Engine="redis", AccessString="on", NoPasswordRequired=True
    )


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


# Replication groups ---------------------------------------------------------------------------------------------------


def test_a_node_is_a_cache_cluster_with_the_groups_settings(cache):
    cache.create_replication_group(**SINGLE)

    shown = node(cache, "single-001")

    assert group(cache, "single")["MemberClusters"] == ["single-001"]
    assert shown["ARN"] == f"{ACCOUNT}:cluster:single-001"
    assert (shown["ReplicationGroupId"], shown["CacheClusterStatus"]) == ("single", "available")
    assert (shown["Engine"], shown["EngineVersion"]) == ("valkey", "8.2.0")
    assert shown["CacheParameterGroup"]["CacheParameterGroupName"] == "default.valkey8"
    assert shown["SecurityGroups"] == [{"SecurityGroupId": "sg-1", "Status": "active"}]
    assert (shown["TransitEncryptionEnabled"], shown["TransitEncryptionMode"]) == (True, "required")
    assert shown["AtRestEncryptionEnabled"]
    assert shown["AutoMinorVersionUpgrade"]
    assert shown["CacheNodes"][0]["Endpoint"]["Port"] == 6379


def test_all_nodes_are_listed(cache):
    make_cluster(cache)

    names = [each["CacheClusterId"] for each in cache.describe_cache_clusters()["CacheClusters"]]

    assert names == ["cluster-0001-001", "cluster-0001-002", "cluster-0002-001", "cluster-0002-002"]


def test_without_cluster_mode_there_are_a_primary_and_replicas(cache):
    cache.create_replication_group(**{**SINGLE, "NumCacheClusters": 3, "AutomaticFailoverEnabled": True})

    shown = group(cache, "single")
    shard = shown["NodeGroups"][0]

    assert shown["MemberClusters"] == ["single-001", "single-002", "single-003"]
    assert [each["CurrentRole"] for each in shard["NodeGroupMembers"]] == ["primary", "replica", "replica"]
    assert shard["PrimaryEndpoint"]["Address"].startswith("master.single.")
    assert shard["ReaderEndpoint"]["Address"].startswith("replica.single.")
    assert shard["PrimaryEndpoint"]["Address"].endswith(".usw2.cache.amazonaws.com")
    assert "ConfigurationEndpoint" not in shown


def test_a_parameter_group_brings_cluster_mode(cache):
    make_cluster(cache)

    shown = group(cache, "cluster")

    assert (shown["ClusterEnabled"], shown["ClusterMode"]) == (True, "enabled")
    assert shown["ConfigurationEndpoint"]["Address"].startswith("clustercfg.cluster.")
    assert [shard["Slots"] for shard in shown["NodeGroups"]] == ["0-8191", "8192-16383"]
    assert all("PrimaryEndpoint" not in shard for shard in shown["NodeGroups"])


def test_nodes_are_in_the_zones_of_the_subnets(aws, cache):
    subnets = aws.client("ec2", WEST).describe_subnets()["Subnets"][:2]
    cache.create_cache_subnet_group(
        CacheSubnetGroupName="own",
        CacheSubnetGroupDescription="Own",
        SubnetIds=[subnet["SubnetId"] for subnet in subnets],
    )
    make_cluster(cache, CacheSubnetGroupName="own", NumNodeGroups=1)

    members = group(cache, "cluster")["NodeGroups"][0]["NodeGroupMembers"]

    assert {each["PreferredAvailabilityZone"] for each in members} == {each["AvailabilityZone"] for each in subnets}


def test_changes_are_seen_at_group_and_nodes(cache):
    cache.create_replication_group(**SINGLE)

    cache.modify_replication_group(
        ReplicationGroupId="single",
        ApplyImmediately=False,
        CacheNodeType="cache.t4g.small",
        EngineVersion="9.0",
        CacheParameterGroupName="default.valkey9",
        ReplicationGroupDescription="Changed",
        SecurityGroupIds=["sg-2"],
        SnapshotRetentionLimit=5,
        SnapshotWindow="01:00-02:00",
        PreferredMaintenanceWindow="mon:01:00-mon:02:00",
        AutoMinorVersionUpgrade=False,
    )

    shown, of_node = group(cache, "single"), node(cache, "single-001")
    assert (shown["Description"], shown["SnapshotRetentionLimit"]) == ("Changed", 5)
    assert of_node["CacheNodeType"] == shown["CacheNodeType"] == "cache.t4g.small"
    assert of_node["EngineVersion"] == "9.0.0"
    assert of_node["CacheParameterGroup"]["CacheParameterGroupName"] == "default.valkey9"
    assert of_node["SecurityGroups"][0]["SecurityGroupId"] == "sg-2"
    assert of_node["PreferredMaintenanceWindow"] == "mon:01:00-mon:02:00"
    assert of_node["SnapshotWindow"] == "01:00-02:00"
    assert not of_node["AutoMinorVersionUpgrade"]


def test_shards_and_replicas_change_and_addresses_stay(cache):
    make_cluster(cache)
    before = group(cache, "cluster")["ConfigurationEndpoint"]

    cache.modify_replication_group_shard_configuration(
        ReplicationGroupId="cluster", NodeGroupCount=3, ApplyImmediately=True
    )
    cache.increase_replica_count(ReplicationGroupId="cluster", NewReplicaCount=2, ApplyImmediately=True)

    shown = group(cache, "cluster")
    assert [len(shard["NodeGroupMembers"]) for shard in shown["NodeGroups"]] == [3, 3, 3]
    assert shown["ConfigurationEndpoint"] == before

    cache.decrease_replica_count(ReplicationGroupId="cluster", NewReplicaCount=1, ApplyImmediately=True)
    assert len(group(cache, "cluster")["MemberClusters"]) == 6


def test_log_deliveries_change_one_by_one(cache):
    def delivery(log: str, form: str) -> dict[str, Any]:
        destination = {"CloudWatchLogsDetails": {"LogGroup": f"/{log}"}}
        return {
            "LogType": log,
            "DestinationType": "cloudwatch-logs",
            "DestinationDetails": destination,
            "LogFormat": form,
            "Enabled": True,
        }

    both = [delivery("slow-log", "json"), delivery("engine-log", "json")]
    cache.create_replication_group(**SINGLE, LogDeliveryConfigurations=both)

    changes = [delivery("engine-log", "text"), {"LogType": "slow-log", "Enabled": False}]
    cache.modify_replication_group(ReplicationGroupId="single", LogDeliveryConfigurations=changes)

    shown = group(cache, "single")["LogDeliveryConfigurations"]
    assert [(each["LogType"], each["LogFormat"], each["Status"]) for each in shown] == [
        ("engine-log", "text", "active")
    ]
    assert shown[0]["DestinationDetails"] == {"CloudWatchLogsDetails": {"LogGroup": "/engine-log"}}


def test_a_deleted_group_is_gone_with_its_nodes_and_leaves_a_snapshot(cache):
    make_cluster(cache)

    cache.delete_replication_group(ReplicationGroupId="cluster", FinalSnapshotIdentifier="last")

    assert "ReplicationGroupNotFoundFault" in refused(cache.describe_replication_groups, ReplicationGroupId="cluster")
    assert cache.describe_cache_clusters()["CacheClusters"] == []
    assert cache.describe_snapshots()["Snapshots"][0]["ReplicationGroupId"] == "cluster"


# Parameter and subnet groups ------------------------------------------------------------------------------------------


def test_parameters_are_set_and_reset(cache):
    make_parameter_group(cache, "own", {"timeout": "300", "tcp-keepalive": "60"})
    assert parameters(cache, "own") == {"timeout": "300", "tcp-keepalive": "60"}

    one = [{"ParameterName": "timeout", "ParameterValue": "300"}]
    cache.reset_cache_parameter_group(CacheParameterGroupName="own", ParameterNameValues=one)
    assert parameters(cache, "own") == {"tcp-keepalive": "60"}

    cache.reset_cache_parameter_group(CacheParameterGroupName="own", ResetAllParameters=True)
    assert parameters(cache, "own") == {}


def test_a_parameter_group_is_described_until_it_is_deleted(cache):
    make_parameter_group(cache, "own", {})
    described = cache.describe_cache_parameter_groups(CacheParameterGroupName="own")["CacheParameterGroups"][0]
    assert described["ARN"] == f"{ACCOUNT}:parametergroup:own"
    assert (described["CacheParameterGroupFamily"], described["Description"]) == ("redis7", "Own")

    cache.delete_cache_parameter_group(CacheParameterGroupName="own")

    assert "CacheParameterGroupNotFound" in refused(
        cache.describe_cache_parameter_groups, CacheParameterGroupName="own"
    )


def test_a_subnet_group_changes_and_goes(aws, cache):
    subnets = [subnet["SubnetId"] for subnet in aws.client("ec2", WEST).describe_subnets()["Subnets"]]
    cache.create_cache_subnet_group(
        CacheSubnetGroupName="own", CacheSubnetGroupDescription="Own", SubnetIds=subnets[:2]
    )

    cache.modify_cache_subnet_group(CacheSubnetGroupName="own", SubnetIds=subnets[:3])
    shown = cache.describe_cache_subnet_groups(CacheSubnetGroupName="own")["CacheSubnetGroups"][0]
    assert sorted(subnet["SubnetIdentifier"] for subnet in shown["Subnets"]) == sorted(subnets[:3])
    assert shown["CacheSubnetGroupDescription"] == "Own"

    cache.delete_cache_subnet_group(CacheSubnetGroupName="own")
    assert cache.describe_cache_subnet_groups()["CacheSubnetGroups"] == []


def test_groups_in_use_stay(aws, cache):
    subnet = aws.client("ec2", WEST).describe_subnets()["Subnets"][0]["SubnetId"]
    cache.create_cache_subnet_group(CacheSubnetGroupName="own", CacheSubnetGroupDescription="Own", SubnetIds=[subnet])
    make_user(cache, "default-of-own", "default")
    cache.create_user_group(UserGroupId="own", Engine="redis", UserIds=["default-of-own"])
    make_cluster(cache, CacheSubnetGroupName="own", UserGroupIds=["own"], TransitEncryptionEnabled=True)

    assert "CacheSubnetGroupInUse" in refused(cache.delete_cache_subnet_group, CacheSubnetGroupName="own")
    assert "InvalidUserGroupState" in refused(cache.delete_user_group, UserGroupId="own")
    assert "InvalidCacheParameterGroupState" in refused(
        cache.delete_cache_parameter_group, CacheParameterGroupName="cluster-redis7"
    )


# Users ----------------------------------------------------------------------------------------------------------------


def test_a_user_changes(cache):
    make_user(cache, "one")

    cache.modify_user(UserId="one", AccessString="off", AuthenticationMode={"Type": "iam"})

    shown = cache.describe_users(UserId="one")["Users"][0]
    assert (shown["AccessString"], shown["Authentication"]["Type"]) == ("off", "iam")


def test_a_user_group_and_its_members_know_of_each_other(cache):
    for name in ("one", "two"):
        make_user(cache, name)
    make_user(cache, "own-default", "default")
    cache.create_user_group(UserGroupId="own", Engine="redis", UserIds=["one", "own-default"])
    make_cluster(cache, UserGroupIds=["own"], TransitEncryptionEnabled=True)

    cache.modify_user_group(UserGroupId="own", UserIdsToAdd=["two"], UserIdsToRemove=["one"])

    shown = cache.describe_user_groups(UserGroupId="own")["UserGroups"][0]
    assert (shown["UserIds"], shown["ReplicationGroups"]) == (["own-default", "two"], ["cluster"])
    assert shown["ARN"] == f"{ACCOUNT}:usergroup:own"
    assert group(cache, "cluster")["UserGroupIds"] == ["own"]
    members = {user["UserId"]: user["UserGroupIds"] for user in cache.describe_users()["Users"]}
    assert members == {"default": [], "one": [], "two": ["own"], "own-default": ["own"]}

    cache.modify_replication_group(ReplicationGroupId="cluster", UserGroupIdsToRemove=["own"])
    cache.delete_user_group(UserGroupId="own")
    assert cache.describe_user_groups()["UserGroups"] == []


def test_a_deleted_user_leaves_its_groups(cache):
    make_user(cache, "one")
    make_user(cache, "own-default", "default")
    cache.create_user_group(UserGroupId="own", Engine="redis", UserIds=["one", "own-default"])

    cache.delete_user(UserId="one")

    assert cache.describe_user_groups()["UserGroups"][0]["UserIds"] == ["own-default"]


# Tags -----------------------------------------------------------------------------------------------------------------


def test_parameter_and_user_groups_have_tags_and_a_new_one_has_none_of_the_old(cache):
    tags = [{"Key": "Is", "Value": "old"}]
    make = {"CacheParameterGroupName": "own", "CacheParameterGroupFamily": "redis7", "Description": "Own"}
    arn = f"{ACCOUNT}:parametergroup:own"
    cache.create_cache_parameter_group(**make, Tags=tags)
    assert cache.list_tags_for_resource(ResourceName=arn)["TagList"] == tags

    cache.delete_cache_parameter_group(CacheParameterGroupName="own")
    cache.create_cache_parameter_group(**make)
    assert cache.list_tags_for_resource(ResourceName=arn)["TagList"] == []

    cache.create_user_group(UserGroupId="own", Engine="valkey", Tags=tags)
    assert cache.list_tags_for_resource(ResourceName=f"{ACCOUNT}:usergroup:own")["TagList"] == tags


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"AutomaticFailoverEnabled": True}, "there must be at least 2 cache clusters in the replication group"),
        ({"NumCacheClusters": 2, "MultiAZEnabled": True}, "Multi-AZ needs automatic failover"),
        ({"NumNodeGroups": 2}, "needs cluster mode"),
        ({"EngineVersion": "6.0"}, "Cannot find version 6.0 for valkey"),
        ({"Engine": "redis", "EngineVersion": "7.2"}, "Cannot find version 7.2 for redis"),
        ({"CacheParameterGroupName": "own"}, "Expected a parameter group of family valkey8 but found one of"),
        ({"CacheParameterGroupName": "none"}, "CacheParameterGroupNotFound"),
        ({"CacheSubnetGroupName": "none"}, "CacheSubnetGroupNotFoundFault"),
        ({"UserGroupIds": ["none"]}, "UserGroupNotFound"),
        ({"UserGroupIds": ["own"], "TransitEncryptionEnabled": False}, "requires encryption-in-transit"),
    ],
)
def test_a_replication_group_that_aws_refuses(cache, settings, words):
    make_parameter_group(cache, "own", {})
    cache.create_user_group(UserGroupId="own", Engine="valkey")

    assert words in refused(cache.create_replication_group, **{**SINGLE, **settings})
    assert cache.describe_replication_groups()["ReplicationGroups"] == []


def test_cluster_mode_needs_failover(cache):
    make_parameter_group(cache, "cluster-redis7", {"cluster-enabled": "yes"})
    settings = {**CLUSTER, "AutomaticFailoverEnabled": False, "MultiAZEnabled": False}

    assert "cannot be created with auto failover turned off" in refused(cache.create_replication_group, **settings)


def test_a_change_that_aws_refuses(cache):
    cache.create_replication_group(**SINGLE)
    change = {"ReplicationGroupId": "single"}

    assert "at least 2" in refused(cache.modify_replication_group, **change, AutomaticFailoverEnabled=True)
    assert "Cannot find version 8.9" in refused(cache.modify_replication_group, **change, EngineVersion="8.9")
    assert group(cache, "single")["AutomaticFailover"] == "disabled"


def test_the_last_replica_stays_while_there_is_failover(cache):
    cache.create_replication_group(**{**SINGLE, "NumCacheClusters": 2, "AutomaticFailoverEnabled": True})
    change = {"ReplicationGroupId": "single", "NewReplicaCount": 0, "ApplyImmediately": True}

    assert "at least 2" in refused(cache.decrease_replica_count, **change)
    assert len(group(cache, "single")["MemberClusters"]) == 2


def test_user_groups_that_aws_refuses(cache):
    make_user(cache, "one", "same")
    make_user(cache, "two", "same")
    make = {"UserGroupId": "own", "Engine": "redis"}

    assert "DefaultUserRequired" in refused(cache.create_user_group, **make, UserIds=["one"])
    assert "DuplicateUserName" in refused(cache.create_user_group, **make, UserIds=["one", "two"])
    assert "UserNotFound" in refused(cache.create_user_group, **make, UserIds=["none"])


# What moto does by itself ---------------------------------------------------------------------------------------------

CREATED = f"""
cache = client("elasticache", "us-west-2")
cache.create_replication_group(**{SINGLE!r} | {{"NumCacheClusters": 2}})
def shown():
    return cache.describe_replication_groups()["ReplicationGroups"][0]
"""
GAPS = {
    "nodes are not stored": (
        CREATED + "cache.describe_cache_clusters(CacheClusterId='single-001')",
        "Cache cluster single-001 not found",
    ),
    "the number of nodes is ignored": (CREATED + "answer = len(shown()['MemberClusters'])", "1"),
    "no reader endpoint": (CREATED + "answer = shown()['NodeGroups'][0].get('ReaderEndpoint')", "None"),
    "a third of the slots": (
        "cache = client('elasticache')\n"
        f"cache.create_replication_group(**{CLUSTER!r} | {{'NumNodeGroups': 1, 'ClusterMode': 'enabled'}})\n"
        "answer = cache.describe_replication_groups()['ReplicationGroups'][0]['NodeGroups'][0]['Slots']",
        "0-5461",
    ),
    "zones of another region": (
        CREATED + "answer = shown()['NodeGroups'][0]['NodeGroupMembers'][0]['PreferredAvailabilityZone']",
        "us-east-1a",
    ),
    "changes are dropped": (
        CREATED + "cache.modify_replication_group(ReplicationGroupId='single', SnapshotWindow='01:00-02:00')\n"
        "answer = shown()['SnapshotWindow']",
        "05:00-6:00",
    ),
    "no more replicas": (
        CREATED + "cache.increase_replica_count(ReplicationGroupId='single', NewReplicaCount=2, ApplyImmediately=True)",
        "NotImplementedError",
    ),
    "no more shards": (
        CREATED + "cache.modify_replication_group_shard_configuration("
        "ReplicationGroupId='single', NodeGroupCount=2, ApplyImmediately=True)",
        "NotImplementedError",
    ),
    "deleted groups stay": (
        CREATED + "cache.delete_replication_group(ReplicationGroupId='single')\nanswer = shown()['Status']",
        "deleting",
    ),
    "no parameter groups": ("client('elasticache').describe_cache_parameter_groups()", "NotImplementedError"),
    "no user groups": ("client('elasticache').describe_user_groups()", "NotImplementedError"),
    "users cannot be changed": ("client('elasticache').modify_user(UserId='default')", "NotImplementedError"),
    "subnet groups cannot be changed": (
        "client('elasticache').modify_cache_subnet_group(CacheSubnetGroupName='own')",
        "NotImplementedError",
    ),
    "subnet groups cannot be deleted": (
        "client('elasticache').delete_cache_subnet_group(CacheSubnetGroupName='own')",
        "NotImplementedError",
    ),
    "no tags of parameter groups": (
        f"client('elasticache').list_tags_for_resource(ResourceName='{ACCOUNT}:parametergroup:own')",
        "is invalid",
    ),
    "any version": (
        f"client('elasticache').create_replication_group(**{SINGLE!r} | {{'EngineVersion': '6.0'}})",
        "taken",
    ),
    "failover with one node": (
        f"client('elasticache').create_replication_group(**{SINGLE!r} | {{'AutomaticFailoverEnabled': True}})",
        "taken",
    ),
}
"""What to ask of moto as it comes, and what it answers; `taken` where it says nothing."""

ASK = """
import json
from moto.core.base_backend import BackendDict
answers = {{}}
for gap, script in {scripts!r}.items():
    BackendDict.reset()
    names = {{"client": client, "answer": "taken"}}
    try:
        exec(script, names)
    except Exception as error:
        names["answer"] = repr(error)
    answers[gap] = str(names["answer"])
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def answers(unpatched: Callable[[str], str]) -> dict[str, str]:
    printed = unpatched(ASK.format(scripts={gap: script for gap, (script, _) in GAPS.items()}))
    return json.loads(printed.splitlines()[-1])


@pytest.mark.upstream
@pytest.mark.parametrize("gap", GAPS)
def test_moto_still_has_the_gap(answers, gap):
    assert GAPS[gap][1] in answers[gap]


# The real provider ----------------------------------------------------------------------------------------------------


@pytest.mark.sandbox(minutes=3)
def test_the_provider_applies_changes_and_destroys(stack, aws):
    elasticache = stack("elasticache")
    changed = "-var=in_place=true"

    elasticache.apply()
    assert elasticache.plan() == ""

    assert set(map(tuple, elasticache.actions(changed).values())) == {("update",)}
    elasticache.apply(changed)
    assert elasticache.plan(changed) == ""

    elasticache.destroy()
    cache = aws.client("elasticache", WEST)
    assert cache.describe_replication_groups()["ReplicationGroups"] == []
    assert cache.describe_user_groups()["UserGroups"] == []
    assert aws.unsupported() == []
