"""CloudWatch: composite alarms."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

RULE = 'ALARM("one") OR ALARM("two")'
METRIC = {
    "Namespace": "AWS/RDS",
    "MetricName": "CPUUtilization",
    "Statistic": "Average",
    "Period": 60,
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 80,
    "EvaluationPeriods": 2,
}


@pytest.fixture
def client(aws):
    """CloudWatch with the alarms one and two."""
    client = aws.client("cloudwatch")
    for name in ("one", "two"):
        client.put_metric_alarm(AlarmName=name, **METRIC)
    return client


def test_a_composite_alarm_is_kept_apart_from_those_of_metrics(client):
    client.put_composite_alarm(AlarmName="all", AlarmRule=RULE, Tags=[{"Key": "Severity", "Value": "critical"}])
    found = client.describe_alarms(AlarmNames=["all"], AlarmTypes=["CompositeAlarm"])
    assert found["MetricAlarms"] == []
    (alarm,) = found["CompositeAlarms"]
    assert alarm["AlarmRule"] == RULE
    assert client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == [
        {"Key": "Severity", "Value": "critical"}
    ]


def test_a_rule_names_alarms_that_exist(client):
    with pytest.raises(ClientError, match=r"alarms \[three\] in the alarm rule do not exist"):
        client.put_composite_alarm(AlarmName="all", AlarmRule=f'{RULE} OR NOT OK("three")')
    assert client.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"] == []


@pytest.mark.parametrize("rule", [RULE, "ALARM(two)", "OK('arn:aws:cloudwatch:us-east-1:123456789012:alarm:two')"])
def test_an_alarm_that_a_rule_names_is_not_deleted(client, rule):
    client.put_composite_alarm(AlarmName="all", AlarmRule=rule)
    with pytest.raises(ClientError, match=r"Cannot delete two as there are composite alarm\(s\) depending on it"):
        client.delete_alarms(AlarmNames=["two"])
    client.delete_alarms(AlarmNames=["two", "all"])
    assert [alarm["AlarmName"] for alarm in client.describe_alarms()["MetricAlarms"]] == ["one"]


@pytest.mark.upstream
def test_moto_still_takes_rules_and_deletions_that_aws_refuses(unpatched):
    script = (
        "from moto.cloudwatch.models import cloudwatch_backends\n"
        "backend = cloudwatch_backends['123456789012']['us-east-1']\n"
        "for name, rule in (('one', None), ('all', 'ALARM(one) OR ALARM(two)')):\n"
        "    backend.put_metric_alarm(name, *[None] * 7, '', [], [], rule=rule)\n"
        "backend.delete_alarms(['one'])\n"
        "print(list(backend.alarms))\n"
    )
    assert "['all']" in unpatched(script)


@pytest.mark.upstream
def test_moto_still_lacks_composite_alarms(unpatched):
    script = "client('cloudwatch').put_composite_alarm(AlarmName='all', AlarmRule='TRUE')"
    assert "NotImplementedError" in unpatched(script)


@pytest.mark.sandbox
def test_terraform_applies_updates_and_destroys(stack, aws):
    alarms = stack("cloudwatch")
    alarms.apply()
    assert alarms.plan() == ""
    changed = "-var=description=Something is very wrong."
    assert alarms.actions(changed) == {
        "aws_cloudwatch_composite_alarm.this": ["update"],
        "aws_cloudwatch_dashboard.this": ["update"],
        'aws_cloudwatch_metric_alarm.this["one"]': ["update"],
        'aws_cloudwatch_metric_alarm.this["two"]': ["update"],
    }
    alarms.apply(changed)
    assert alarms.plan(changed) == ""
    fewer = '-var=names=["one"]'
    alarms.apply(fewer)
    assert alarms.plan(fewer) == ""
    alarms.destroy()
    left = aws.client("cloudwatch").describe_alarms()
    assert left["MetricAlarms"] + left["CompositeAlarms"] == []
    assert aws.unsupported() == []
