"""CloudWatch: composite alarms.

- PutCompositeAlarm is missing, although alarms with a rule are kept and described.
- Moto takes what AWS refuses: a rule that names alarms which do not exist, and the deletion of an alarm that a rule
  still names. Terraform deletes before it changes what depends on it, unless it is told otherwise:
  https://github.com/hashicorp/terraform-provider-aws/issues/34807

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
"""

from __future__ import annotations

import re
from typing import Any

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse

from xyztf.sandbox.patches import add, replace

NAMED = re.compile(r"""\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*["']?(?:arn:[^"')]*:alarm:)?([^"')]+?)["']?\s*\)""")
"""The alarms in a rule, by name or by ARN."""


def install() -> None:
    """Install the patch."""
    add(CloudWatchResponse, put_composite_alarm)
    replace(CloudWatchBackend, "put_metric_alarm", _of_alarms_that_exist)
    replace(CloudWatchBackend, "delete_alarms", _unless_named)


def put_composite_alarm(self: Any) -> Any:
    """Create or change an alarm of other alarms: one that has a rule, and no metric."""
    return self.put_metric_alarm()


def _of_alarms_that_exist(original: Any) -> Any:
    def put_metric_alarm(self: Any, *arguments: Any, **named: Any) -> Any:
        missing = sorted(_alarms(named.get("rule")) - set(self.alarms))
        if missing:
            raise ValidationError(
                f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm rule do not exist"
            )
        return original(self, *arguments, **named)

    return put_metric_alarm


def _unless_named(original: Any) -> Any:
    def delete_alarms(self: Any, alarm_names: list[str]) -> None:
        staying = [alarm for name, alarm in self.alarms.items() if name not in alarm_names]
        needed = sorted(set(alarm_names) & {name for alarm in staying for name in _alarms(alarm.rule)})
        if needed:
            them = "it" if len(needed) == 1 else "them"
            raise ValidationError(
                f"Cannot delete {', '.join(needed)} as there are composite alarm(s) depending on {them}."
            )
        original(self, alarm_names)

    return delete_alarms


def _alarms(rule: str | None) -> set[str]:
    return set(NAMED.findall(rule or ""))
