"""CloudWatch Logs: a metric filter that is put again takes the place of the old one."""

from __future__ import annotations

import pytest

METRIC = {"metricName": "slow", "metricNamespace": "shop", "metricValue": "1"}


def put(client, pattern: str) -> None:
    client.put_metric_filter(
        logGroupName="queries", filterName="slow", filterPattern=pattern, metricTransformations=[METRIC]
    )


def test_a_filter_that_is_put_again_is_another_one(aws):
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="queries")
    put(logs, "slow")
    put(logs, "slower")
    assert [found["filterPattern"] for found in logs.describe_metric_filters()["metricFilters"]] == ["slower"]
    logs.delete_metric_filter(logGroupName="queries", filterName="slow")
    assert logs.describe_metric_filters()["metricFilters"] == []


@pytest.mark.upstream
def test_moto_still_keeps_the_old_one(unpatched):
    script = f"""
logs = client("logs")
logs.create_log_group(logGroupName="queries")
for pattern in ("slow", "slower"):
    logs.put_metric_filter(logGroupName="queries", filterName="slow", filterPattern=pattern,
                           metricTransformations=[{METRIC}])
print(len(logs.describe_metric_filters()["metricFilters"]))
"""
    assert unpatched(script).strip() == "2"
