"""The data files themselves: they load, say where they come from, and hold what the look-ups rely on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from xyztf.facts.alarms import alarms_for, catalogue, dashboard
from xyztf.facts.tables import DATA, table

FILES = sorted(path.stem for path in DATA.glob("*.json"))


def origins(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Whatever has to name its source: the file, or else each table in it; and each entry that is not plain data."""
    tables = [content] if "source" in content else list(content.values())
    yield from tables
    for found in tables:
        for entries in found.values():
            if isinstance(entries, list) and entries and isinstance(entries[0], dict):
                yield from ({**entry, "as_of": entry.get("as_of", found.get("as_of"))} for entry in entries)


def test_there_are_data_files() -> None:
    assert len(FILES) >= 8


@pytest.mark.parametrize("name", [name for name in FILES if name != "alarms"])
def test_every_table_and_entry_names_its_source_and_date(name: str) -> None:
    for origin in origins(table(name)):
        assert origin["source"]
        assert date.fromisoformat(origin["as_of"]) <= date.today()


def test_every_alarm_names_its_source() -> None:
    assert table("alarms")["source"] and table("alarms")["as_of"]
    assert table("alarms")["dashboard"]["source"] and table("alarms")["dashboard"]["as_of"]
    assert all(alarm.source and alarm.because for alarm in catalogue())


@pytest.mark.parametrize("name", FILES)
def test_no_file_names_a_path_of_this_machine(name: str) -> None:
    assert not re.search(r"/(home|root|tmp|work|Users)/", (DATA / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_no_key_stands_twice(name: str) -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), keys
        return dict(pairs)

    json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"), object_pairs_hook=once)


def test_alarm_ids_are_unique_and_kebab() -> None:
    ids = [alarm.id for alarm in catalogue()]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", one) for one in ids)


@pytest.mark.parametrize("alarm", catalogue(), ids=lambda alarm: alarm.id)
def test_an_alarm_is_one_cloudwatch_takes(alarm: Any) -> None:
    assert (alarm.threshold is None) != (alarm.computed is None)
    assert (alarm.statistic is None) != (alarm.extended_statistic is None)
    assert alarm.period_seconds in (10, 30) or alarm.period_seconds % 60 == 0
    assert 1 <= alarm.datapoints_to_alarm <= alarm.evaluation_periods
    assert alarm.period_seconds * alarm.evaluation_periods <= 86400
    assert alarm.comparison in {
        "GreaterThanThreshold",
        "GreaterThanOrEqualToThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
    }
    assert alarm.treat_missing_data in {"missing", "breaching", "notBreaching", "ignore"}
    assert alarm.severity in {"critical", "warning"}
    assert len(alarm.operations) <= 9  # metric math takes ten metrics, and one is the sum
    assert set(alarm.kinds) <= {"database", "replica", "cache", "stream", "table", "function", "queue"}


def test_only_the_sum_over_operations_is_on_a_metric_that_needs_it() -> None:
    per_operation = {"SystemErrors", "ThrottledRequests", "SuccessfulRequestLatency"}
    assert all(bool(alarm.operations) == (alarm.metric in per_operation) for alarm in catalogue())


def test_every_kind_has_alarms_and_a_graph() -> None:
    for kind in ("database", "replica", "cache", "stream", "table", "function", "queue"):
        assert alarms_for(kind)
        assert any(kind in widget.kinds for widget in dashboard())


def test_the_graphs_show_what_the_seeds_ask_for() -> None:
    shown = {metric for widget in dashboard() for metric in widget.metrics}
    assert shown >= {"CPUUtilization", "DatabaseConnections", "FreeableMemory", "ReadLatency", "WriteLatency"}
    assert shown >= {"ReadIOPS", "WriteIOPS", "ReplicaLag"}
    ids = [widget.id for widget in dashboard()]
    assert len(ids) == len(set(ids))
