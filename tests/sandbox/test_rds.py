"""RDS for MySQL in the sandbox: the gaps of moto that xyztf/sandbox/patches/rds closes, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

WEST = "us-west-2"
ROLE = "arn:aws:iam::123456789012:role/monitoring"
SOURCE = "arn:aws:rds:us-east-1:123456789012:db:primary"
PRIMARY: dict[str, Any] = {
    "DBInstanceIdentifier": "primary",
    "DBInstanceClass": "db.t3.medium",
    "Engine": "mysql",
    "EngineVersion": "8.4.10",
    "MasterUsername": "admin",
    "MasterUserPassword": "not-a-password",
    "AllocatedStorage": 100,
    "StorageType": "gp3",
    "BackupRetentionPeriod": 2,
}
REPLICA: dict[str, Any] = {
    "DBInstanceIdentifier": "replica",
    "SourceDBInstanceIdentifier": SOURCE,
    "DBInstanceClass": "db.t4g.large",
}


@pytest.fixture
def east(aws: Any) -> Any:
    return aws.client("rds")


@pytest.fixture
def west(aws: Any) -> Any:
    return aws.client("rds", WEST)


def instance(client: Any, name: str) -> dict[str, Any]:
    return client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


# Instances ------------------------------------------------------------------------------------------------------------


def test_each_instance_has_an_id_of_its_own_by_which_it_is_found(east):
    east.create_db_instance(**PRIMARY)
    east.create_db_instance(**{**PRIMARY, "DBInstanceIdentifier": "other"})

    ids = {name: instance(east, name)["DbiResourceId"] for name in ("primary", "other")}
    found = east.describe_db_instances(Filters=[{"Name": "dbi-resource-id", "Values": [ids["other"]]}])

    assert ids["primary"] != ids["other"]
    assert [each["DBInstanceIdentifier"] for each in found["DBInstances"]] == ["other"]


def test_what_is_set_is_shown(east):
    settings = {
        "DatabaseInsightsMode": "standard",
        "EngineLifecycleSupport": "open-source-rds-extended-support-disabled",
        "MonitoringInterval": 60,
        "MonitoringRoleArn": ROLE,
        "NetworkType": "DUAL",
        "PerformanceInsightsKMSKeyId": "arn:aws:kms:us-east-1:123456789012:key/one",
        "PerformanceInsightsRetentionPeriod": 31,
    }

    east.create_db_instance(**PRIMARY, **settings, EnablePerformanceInsights=True)

    assert instance(east, "primary").items() >= {**settings, "PerformanceInsightsEnabled": True}.items()


def test_what_nobody_sets_is_what_aws_takes(east):
    east.create_db_instance(**{**PRIMARY, "EngineVersion": "8.4"}, EnablePerformanceInsights=True)

    shown = instance(east, "primary")

    assert shown["EngineVersion"].startswith("8.4.")
    assert (shown["Iops"], shown["StorageThroughput"]) == (3000, 125)
    assert shown["PerformanceInsightsRetentionPeriod"] == 7
    assert shown["EngineLifecycleSupport"] == "open-source-rds-extended-support"


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"MultiAZ": True}, {"MultiAZ": True}),
        ({"DBInstanceClass": "db.m7g.large"}, {"DBInstanceClass": "db.m7g.large"}),
        ({"BackupRetentionPeriod": 7}, {"BackupRetentionPeriod": 7}),
        ({"EngineVersion": "8.4.11"}, {"EngineVersion": "8.4.11"}),
        ({"EngineVersion": "8.4"}, {"EngineVersion": "8.4.10"}),
        ({"DeletionProtection": True}, {"DeletionProtection": True}),
        ({"DBPortNumber": 3307}, {"DbInstancePort": 3307}),
        ({"EnablePerformanceInsights": True}, {"PerformanceInsightsEnabled": True}),
        ({"AllocatedStorage": 400}, {"AllocatedStorage": 400, "Iops": 12000, "StorageThroughput": 500}),
        ({"AllocatedStorage": 400, "Iops": 20000}, {"Iops": 20000, "StorageThroughput": 500}),
    ],
)
def test_a_change_is_made_at_once(east, change, shown):
    east.create_db_instance(**PRIMARY)

    east.modify_db_instance(DBInstanceIdentifier="primary", ApplyImmediately=False, **change)

    assert instance(east, "primary").items() >= shown.items()


def test_log_exports_change_one_by_one(east):
    east.create_db_instance(**PRIMARY, EnableCloudwatchLogsExports=["audit", "error"])

    exports = {"EnableLogTypes": ["slowquery"], "DisableLogTypes": ["audit"]}
    east.modify_db_instance(DBInstanceIdentifier="primary", CloudwatchLogsExportConfiguration=exports)

    assert instance(east, "primary")["EnabledCloudwatchLogsExports"] == ["error", "slowquery"]


def test_a_protected_instance_is_not_deleted(east):
    east.create_db_instance(**PRIMARY, DeletionProtection=True)

    assert "disable deletion protection" in refused(
        east.delete_db_instance, DBInstanceIdentifier="primary", SkipFinalSnapshot=True
    )


def test_a_restored_instance_is_another_one(east):
    east.create_db_instance(**PRIMARY, EnablePerformanceInsights=True)
    east.create_db_snapshot(DBInstanceIdentifier="primary", DBSnapshotIdentifier="kept")

    east.restore_db_instance_from_db_snapshot(DBInstanceIdentifier="again", DBSnapshotIdentifier="kept")
    east.restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier="primary", TargetDBInstanceIdentifier="earlier", UseLatestRestorableTime=True
    )

    ids = {each["DbiResourceId"] for each in east.describe_db_instances()["DBInstances"]}
    assert len(ids) == 3


# Replicas -------------------------------------------------------------------------------------------------------------


def test_a_replica_elsewhere_is_an_instance_of_its_own(east, west):
    east.create_db_instance(
        **PRIMARY, Tags=[{"Key": "Is", "Value": "primary"}], EnableCloudwatchLogsExports=["error"], MultiAZ=True
    )
    west.create_db_instance_read_replica(**REPLICA, EnableCloudwatchLogsExports=["audit"])

    primary, replica = instance(east, "primary"), instance(west, "replica")

    assert replica["DBInstanceArn"] == "arn:aws:rds:us-west-2:123456789012:db:replica"
    assert replica["ReadReplicaSourceDBInstanceIdentifier"] == SOURCE
    assert primary["ReadReplicaDBInstanceIdentifiers"] == [replica["DBInstanceArn"]]
    assert replica["DbiResourceId"] != primary["DbiResourceId"]
    assert (replica["EngineVersion"], replica["AllocatedStorage"]) == ("8.4.10", 100)
    assert (replica["BackupRetentionPeriod"], replica["MultiAZ"], replica["TagList"]) == (0, False, [])
    assert replica["EnabledCloudwatchLogsExports"] == ["audit"]
    assert primary["EnabledCloudwatchLogsExports"] == ["error"]


def test_a_replica_in_the_same_region_shares_groups_and_goes_by_name(east):
    east.create_db_parameter_group(DBParameterGroupName="own", DBParameterGroupFamily="mysql8.4", Description="Own")
    east.create_db_instance(**PRIMARY, DBParameterGroupName="own")

    east.create_db_instance_read_replica(**{**REPLICA, "SourceDBInstanceIdentifier": "primary"})

    replica = instance(east, "replica")
    assert replica["ReadReplicaSourceDBInstanceIdentifier"] == "primary"
    assert replica["DBParameterGroups"][0]["DBParameterGroupName"] == "own"


def test_a_deleted_replica_leaves_its_source(east, west):
    east.create_db_instance(**PRIMARY)
    west.create_db_instance_read_replica(**REPLICA)

    west.delete_db_instance(DBInstanceIdentifier="replica", SkipFinalSnapshot=True)

    assert instance(east, "primary")["ReadReplicaDBInstanceIdentifiers"] == []


def test_a_replica_whose_source_is_gone_can_be_deleted(east, west):
    east.create_db_instance(**PRIMARY)
    west.create_db_instance_read_replica(**REPLICA)
    east.delete_db_instance(DBInstanceIdentifier="primary", SkipFinalSnapshot=True)

    west.delete_db_instance(DBInstanceIdentifier="replica", SkipFinalSnapshot=True)

    assert west.describe_db_instances()["DBInstances"] == []


def test_a_promoted_replica_is_on_its_own(east, west):
    east.create_db_instance(**PRIMARY)
    west.create_db_instance_read_replica(**REPLICA)
    before = instance(west, "replica")["DbiResourceId"]

    west.promote_read_replica(DBInstanceIdentifier="replica", BackupRetentionPeriod=3)

    replica = instance(west, "replica")
    assert "ReadReplicaSourceDBInstanceIdentifier" not in replica
    assert (replica["DbiResourceId"], replica["BackupRetentionPeriod"]) == (before, 3)
    assert instance(east, "primary")["ReadReplicaDBInstanceIdentifiers"] == []
    assert "not a read replica" in refused(west.promote_read_replica, DBInstanceIdentifier="replica")


# Groups ---------------------------------------------------------------------------------------------------------------


def test_parameters_are_the_users_until_they_are_reset(east):
    east.create_db_parameter_group(DBParameterGroupName="own", DBParameterGroupFamily="mysql8.4", Description="Own")
    parameters = [
        {"ParameterName": name, "ParameterValue": "1", "ApplyMethod": "immediate"}
        for name in ("long_query_time", "slow_query_log")
    ]
    east.modify_db_parameter_group(DBParameterGroupName="own", Parameters=parameters)
    assert {each["Source"] for each in shown(east)} == {"user"}

    east.reset_db_parameter_group(DBParameterGroupName="own", Parameters=parameters[:1])
    assert [each["ParameterName"] for each in shown(east)] == ["slow_query_log"]

    east.reset_db_parameter_group(DBParameterGroupName="own", ResetAllParameters=True)
    assert shown(east) == []


def shown(client: Any) -> list[dict[str, Any]]:
    return client.describe_db_parameters(DBParameterGroupName="own")["Parameters"]


def test_an_option_group_of_mysql_8_4(east):
    east.create_option_group(
        OptionGroupName="own", EngineName="mysql", MajorEngineVersion="8.4", OptionGroupDescription="Own"
    )

    assert east.describe_option_groups(OptionGroupName="own")["OptionGroupsList"][0]["MajorEngineVersion"] == "8.4"


def test_a_changed_subnet_group_is_still_there(aws, east):
    subnets = [subnet["SubnetId"] for subnet in aws.client("ec2").describe_subnets()["Subnets"]]
    east.create_db_subnet_group(DBSubnetGroupName="own", DBSubnetGroupDescription="Own", SubnetIds=subnets[:2])

    east.modify_db_subnet_group(DBSubnetGroupName="own", SubnetIds=subnets[:3])

    group = east.describe_db_subnet_groups(DBSubnetGroupName="own")["DBSubnetGroups"][0]
    assert [subnet["SubnetIdentifier"] for subnet in group["Subnets"]] == subnets[:3]


def test_a_subscription_changes(east):
    east.create_event_subscription(
        SubscriptionName="own", SnsTopicArn="arn:one", SourceType="db-instance", SourceIds=["a"], EventCategories=["x"]
    )

    east.modify_event_subscription(SubscriptionName="own", EventCategories=["y"], Enabled=False)
    east.add_source_identifier_to_subscription(SubscriptionName="own", SourceIdentifier="b")
    east.remove_source_identifier_from_subscription(SubscriptionName="own", SourceIdentifier="a")

    subscription = east.describe_event_subscriptions(SubscriptionName="own")["EventSubscriptionsList"][0]
    assert (subscription["EventCategoriesList"], subscription["Enabled"]) == (["y"], False)
    assert (subscription["SourceIdsList"], subscription["SnsTopicArn"]) == (["b"], "arn:one")


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"EngineVersion": "8.4.4"}, "InvalidParameterCombination: Cannot find version 8.4.4 for mysql"),
        ({"EngineVersion": "8.9.1"}, "Cannot find version 8.9.1"),
        ({"Iops": 4000}, "a storage size less than 400"),
        ({"StorageThroughput": 200}, "a storage size less than 400"),
        ({"EnablePerformanceInsights": True, "DBInstanceClass": "db.t4g.micro"}, "Performance Insights not supported"),
        ({"DBParameterGroupName": "old"}, "use a parameter group with DBParameterGroupFamily mysql8.4"),
    ],
)
def test_an_instance_that_aws_refuses(east, settings, words):
    east.create_db_parameter_group(DBParameterGroupName="old", DBParameterGroupFamily="mysql8.0", Description="Old")

    assert words in refused(east.create_db_instance, **{**PRIMARY, **settings})
    assert east.describe_db_instances()["DBInstances"] == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"BackupRetentionPeriod": 0}, "InvalidDBInstanceState: Automated backups are not enabled"),
        ({"ManageMasterUserPassword": True}, "where ManageMasterUserPassword is enabled is not supported"),
        ({"StorageEncrypted": True}, "specify a KmsKeyId"),
    ],
)
def test_a_source_of_which_aws_makes_no_replica(east, west, source, words):
    east.create_db_instance(**{**PRIMARY, **source})

    assert words in refused(west.create_db_instance_read_replica, **REPLICA)
    assert instance(east, "primary")["ReadReplicaDBInstanceIdentifiers"] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"EngineVersion": "8.4.9"}, "Cannot upgrade mysql from 8.4.10 to 8.4.9"),
        ({"EngineVersion": "8.4.99"}, "Cannot find version 8.4.99"),
        ({"Iops": 4000}, "a storage size less than 400"),
        ({"AllocatedStorage": 50}, "can't be reduced"),
        ({"BackupRetentionPeriod": 0}, "with read replicas"),
        ({"ManageMasterUserPassword": True}, "ManageMasterUserPassword is not supported"),
    ],
)
def test_a_change_that_aws_refuses(east, west, change, words):
    east.create_db_instance(**PRIMARY)
    west.create_db_instance_read_replica(**REPLICA)
    before = instance(east, "primary")

    assert words in refused(east.modify_db_instance, DBInstanceIdentifier="primary", **change)

    after = instance(east, "primary")
    assert {**after, "LatestRestorableTime": None} == {**before, "LatestRestorableTime": None}


def test_a_new_major_version_needs_a_word(east):
    east.create_db_instance(**{**PRIMARY, "EngineVersion": "8.0"})
    upgrade = {"DBInstanceIdentifier": "primary", "EngineVersion": "8.4.10"}

    assert "AllowMajorVersionUpgrade" in refused(east.modify_db_instance, **upgrade)
    east.modify_db_instance(**upgrade, AllowMajorVersionUpgrade=True)

    assert instance(east, "primary")["EngineVersion"] == "8.4.10"


def test_no_final_snapshot_of_a_replica(east, west):
    east.create_db_instance(**PRIMARY)
    west.create_db_instance_read_replica(**REPLICA)

    assert "FinalDBSnapshotIdentifier" in refused(
        west.delete_db_instance, DBInstanceIdentifier="replica", FinalDBSnapshotIdentifier="last"
    )


def test_a_static_parameter_is_not_set_at_once(east):
    east.create_db_parameter_group(DBParameterGroupName="own", DBParameterGroupFamily="mysql8.4", Description="Own")
    parameter = {"ParameterName": "innodb_buffer_pool_instances", "ParameterValue": "8", "ApplyMethod": "immediate"}

    assert "static parameter" in refused(
        east.modify_db_parameter_group, DBParameterGroupName="own", Parameters=[parameter]
    )


# What moto does by itself ---------------------------------------------------------------------------------------------

SETUP = f"""
east, west = client("rds"), client("rds", "us-west-2")
east.create_db_instance(**{PRIMARY!r})
def shown(client, name="primary"):
    return client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
"""
REPLICATED = f"{SETUP}\nwest.create_db_instance_read_replica(**{REPLICA!r})\n"
GROUP = """
east = client("rds")
east.create_db_parameter_group(DBParameterGroupName="own", DBParameterGroupFamily="mysql8.4", Description="-")
"""
GAPS = {
    "one id for all": (SETUP + "answer = shown(east)['DbiResourceId']", "db-M5ENSHXFPU6XHZ4G4ZEI5QIO2U"),
    "settings are dropped": (
        SETUP + "east.modify_db_instance(DBInstanceIdentifier='primary', EnablePerformanceInsights=True)\n"
        "answer = shown(east).get('PerformanceInsightsEnabled'), shown(east).get('EngineLifecycleSupport')",
        "(None, None)",
    ),
    "gp3 without iops": (SETUP + "answer = shown(east).get('Iops')", "None"),
    "the port stays": (
        SETUP + "east.modify_db_instance(DBInstanceIdentifier='primary', DBPortNumber=3307)\n"
        "answer = shown(east)['Endpoint']['Port']",
        "3306",
    ),
    "a replica is a copy": (REPLICATED + "answer = shown(west, 'replica')['BackupRetentionPeriod']", "2"),
    "a replica cannot be deleted": (
        REPLICATED + "west.delete_db_instance(DBInstanceIdentifier='replica', SkipFinalSnapshot=True)",
        "ValueError",
    ),
    "promoted, and still a replica": (
        REPLICATED + "west.promote_read_replica(DBInstanceIdentifier='replica')\n"
        "answer = shown(west, 'replica')['ReadReplicaSourceDBInstanceIdentifier']",
        SOURCE,
    ),
    "parameters without a source": (
        GROUP + "parameter = {'ParameterName': 'long_query_time', 'ParameterValue': '1', 'ApplyMethod': 'immediate'}\n"
        "east.modify_db_parameter_group(DBParameterGroupName='own', Parameters=[parameter])\n"
        "answer = east.describe_db_parameters(DBParameterGroupName='own')['Parameters'][0].get('Source')",
        "None",
    ),
    "no reset of parameters": (
        GROUP + "east.reset_db_parameter_group(DBParameterGroupName='own', ResetAllParameters=True)",
        "NotImplementedError",
    ),
    "no option group of 8.4": (
        "client('rds').create_option_group(OptionGroupName='own', EngineName='mysql', MajorEngineVersion='8.4', "
        "OptionGroupDescription='-')",
        "Cannot find major version 8.4",
    ),
    "a changed subnet group is gone": (
        "east, subnets = client('rds'), client('ec2').describe_subnets()['Subnets']\n"
        "ids = [subnet['SubnetId'] for subnet in subnets]\n"
        "east.create_db_subnet_group(DBSubnetGroupName='own', DBSubnetGroupDescription='-', SubnetIds=ids)\n"
        "east.modify_db_subnet_group(DBSubnetGroupName='own', SubnetIds=ids)\n"
        "answer = east.describe_db_subnet_groups()['DBSubnetGroups']",
        "[]",
    ),
    "subscriptions cannot be changed": (
        "client('rds').create_event_subscription(SubscriptionName='own', SnsTopicArn='arn')\n"
        "client('rds').modify_event_subscription(SubscriptionName='own', Enabled=False)",
        "NotImplementedError",
    ),
    "any version": (f"client('rds').create_db_instance(**{PRIMARY!r} | {{'EngineVersion': '8.4.4'}})", "taken"),
    "iops below the threshold": (f"client('rds').create_db_instance(**{PRIMARY!r} | {{'Iops': 4000}})", "taken"),
    "any source of a replica": (
        "source = {'BackupRetentionPeriod': 0, 'ManageMasterUserPassword': True}\n"
        f"client('rds').create_db_instance(**{PRIMARY!r} | source)\n"
        f"client('rds', 'us-west-2').create_db_instance_read_replica(**{REPLICA!r})",
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


@pytest.mark.sandbox(minutes=6)
def test_the_provider_applies_changes_promotes_and_destroys(stack, aws):
    rds = stack("rds")
    changed = ["-var=in_place=true"]
    promoted = [*changed, "-var=promoted=true"]

    rds.apply()
    assert rds.plan() == ""

    assert set(map(tuple, rds.actions(*changed).values())) == {("update",)}
    rds.apply(*changed)
    assert rds.plan(*changed) == ""

    assert rds.actions(*promoted) == {"aws_db_instance.replica": ["update"]}
    rds.apply(*promoted)
    assert rds.plan(*promoted) == ""
    assert "ReadReplicaSourceDBInstanceIdentifier" not in instance(aws.client("rds", WEST), "replica")

    rds.destroy()
    for region in ("us-east-1", WEST):
        assert aws.client("rds", region).describe_db_instances()["DBInstances"] == []
    assert aws.unsupported() == []
