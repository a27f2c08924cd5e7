"""CloudWatch: PutCompositeAlarm is missing, although alarms with a rule are kept and described.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.responses import CloudWatchResponse

from xyztf.sandbox.patches import add


def install() -> None:
    """Install the patch."""
    add(CloudWatchResponse, put_composite_alarm)


def put_composite_alarm(self: Any) -> Any:
    """Create or change an alarm of other alarms: one that has a rule, and no metric."""
    return self.put_metric_alarm()
