"""CloudWatch Logs: metric filters.

A filter that is put again is kept beside the old one, which is the one that is found: the second plan changes it again.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
"""

from __future__ import annotations

from typing import Any

from moto.logs.metric_filters import MetricFilters

from xyztf.sandbox.patches import replace


def install() -> None:
    """Install the patch."""
    replace(MetricFilters, "add_filter", _instead)


def _instead(original: Any) -> Any:
    def add_filter(self: Any, filter_name: str, filter_pattern: str, log_group_name: str, transformations: Any) -> None:
        self.delete_filter(filter_name, log_group_name)
        original(self, filter_name, filter_pattern, log_group_name, transformations)

    return add_filter
