"""CloudWatch: composite alarms."""

from __future__ import annotations

import pytest

RULE = 'ALARM("one") OR ALARM("two")'


def test_a_composite_alarm_is_kept_apart_from_those_of_metrics(aws):
    client = aws.client("cloudwatch")
    client.put_composite_alarm(AlarmName="all", AlarmRule=RULE, Tags=[{"Key": "Severity", "Value": "critical"}])
    found = client.describe_alarms(AlarmNames=["all"], AlarmTypes=["CompositeAlarm"])
    assert found["MetricAlarms"] == []
    (alarm,) = found["CompositeAlarms"]
    assert alarm["AlarmRule"] == RULE
    assert client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == [
        {"Key": "Severity", "Value": "critical"}
    ]


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
    assert alarms.actions(changed) == {"aws_cloudwatch_composite_alarm.this": ["update"]}
    alarms.apply(changed)
    assert alarms.plan(changed) == ""
    alarms.destroy()
    left = aws.client("cloudwatch").describe_alarms()
    assert left["MetricAlarms"] + left["CompositeAlarms"] == []
    assert aws.unsupported() == []
