"""table_processor: counting, latency, alerts, the guard on dimensions, and records it cannot read."""

from __future__ import annotations

import dataclasses

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given, settings
from hypothesis import strategies as st

MS = 1_700_000_000_000
COUNTS = ("ItemsInserted", "ItemsModified", "ItemsRemoved", "ItemsExpired", "Alerts")


def image(**attributes):
    return {name: TypeSerializer().serialize(value) for name, value in attributes.items()}


def change(name, new=None, old=None, sequence="1", **more):
    """Build a stream record from images given as plain dicts."""
    keys = {key: (new or old)[key] for key in ("DeviceId", "Timestamp")}
    body = {"Keys": image(**keys), "SequenceNumber": sequence, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    if new is not None:
        body["NewImage"] = image(**new)
    if old is not None:
        body["OldImage"] = image(**old)
    return {"eventID": "e", "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": body, **more}


def item(device="a", time=MS, **more):
    return {"DeviceId": device, "Timestamp": time, **more}


EXPIRY = {"userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}}


@pytest.fixture
def run(table, context, monkeypatch):
    """Call the handler at a fixed time; return the sequence numbers it reports as failed."""
    monkeypatch.setattr(table.handler, "now_ms", lambda: MS + 1500)

    def call(*records):
        response = table.handler.handler({"Records": list(records)}, context())
        return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]

    return call


@pytest.fixture
def configure(table, monkeypatch):
    def change_settings(**changes):
        monkeypatch.setattr(table.handler, "SETTINGS", dataclasses.replace(table.handler.SETTINGS, **changes))

    return change_settings


def by_type(metrics):
    """Return the counts of each dimension value."""
    return {document["DeviceType"]: tuple(document[name] for name in COUNTS) for document in metrics}


def test_changes_are_counted_per_dimension_value(run, output):
    pump, fan = item(DeviceType="pump"), item(DeviceType="fan")
    records = [
        change("INSERT", pump),
        change("INSERT", pump),
        change("INSERT", fan),
        change("MODIFY", pump, fan),
        change("REMOVE", old=fan),
        change("REMOVE", old=fan, **EXPIRY),
        change("REMOVE", old=pump, userIdentity={"type": "Service", "principalId": "someone"}),
        change("REMOVE", old=pump, userIdentity=None),
    ]
    assert run(*records) == []
    logs, metrics = output()
    assert by_type(metrics) == {"pump": (2, 1, 2, 0, 0), "fan": (1, 0, 1, 1, 0)}
    assert logs[-1]["message"] == "batch processed"
    assert tuple(logs[-1][name] for name in COUNTS) == (3, 1, 3, 1, 0)


def test_metrics_are_in_the_embedded_metric_format(run, output):
    run(change("INSERT", item(DeviceType="pump")))
    (document,) = output()[1]
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Test/Table"
    assert directive["Dimensions"] == [["FunctionName"], ["FunctionName", "DeviceType"]]
    assert {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]} == {
        **dict.fromkeys(COUNTS, "Count"),
        "EventLatency": "Milliseconds",
    }
    for name in [*(metric["Name"] for metric in directive["Metrics"]), "FunctionName", "DeviceType"]:
        assert name in document


def test_without_a_dimension_only_totals_are_published(run, output, configure):
    configure(analytics_dimension="")
    run(change("INSERT", item(DeviceType="pump")), change("INSERT", item()))
    (document,) = output()[1]
    assert document["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["FunctionName"]]
    assert document["ItemsInserted"] == 2
    assert "DeviceType" not in document


def test_an_empty_batch_publishes_nothing(run, output):
    assert run() == []
    assert output()[1] == []


# latency


def test_latency_is_that_of_inserts(run, output):
    run(
        change("INSERT", item(time=MS)),
        change("INSERT", item(time=MS + 1000)),
        change("INSERT", item(time=MS + 99_000)),
        change("MODIFY", item(time=MS), item(time=MS)),
        change("REMOVE", old=item(time=MS)),
    )
    (document,) = output()[1]
    assert document["EventLatency"] == [1500, 500, 0]


def test_without_a_time_there_is_no_latency(run, output, configure):
    configure(time_attribute="")
    run(change("INSERT", item()))
    (document,) = output()[1]
    assert "EventLatency" not in document
    assert "EventLatency" not in str(document["_aws"])


def test_latencies_are_split_into_documents_of_100_values(run, output):
    run(*(change("INSERT", item(DeviceType="pump")) for _ in range(250)))
    metrics = output()[1]
    assert [len(document["EventLatency"]) for document in metrics] == [100, 100, 50]
    assert sum(document.get("ItemsInserted", 0) for document in metrics) == 250


# the guard on dimensions


def test_only_the_most_frequent_dimension_values_are_published(run, output, table):
    limit = table.analytics.MAX_DIMENSION_VALUES
    records = [change("INSERT", item(DeviceType=f"t{number:02}")) for number in range(limit * 3)]
    records += [change("INSERT", item(DeviceType=f"t{number:02}")) for number in range(40, 50)]
    run(*records)
    found = by_type(output()[1])
    assert len(found) == limit
    assert sum(counts[0] for counts in found.values()) == len(records)
    assert set(found) == {f"t{number:02}" for number in [*range(40, 50), *range(limit - 11)]} | {"other"}
    assert found["t45"][0] == 2


def test_as_many_values_as_allowed_need_no_other(run, output, table):
    limit = table.analytics.MAX_DIMENSION_VALUES
    run(*(change("INSERT", item(DeviceType=f"t{number}")) for number in range(limit)))
    found = by_type(output()[1])
    assert len(found) == limit
    assert "other" not in found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("pump", "pump"),
        (7, "7"),
        ("  ", "unknown"),
        ("", "unknown"),
        (True, "unknown"),
        (["x"], "unknown"),
        ("pompe à eau\n", "pompe ? eau?"),
        ("x" * 3000, "x" * 256),
    ],
)
def test_dimension_values_are_what_cloudwatch_takes(run, output, value, expected):
    run(change("INSERT", item(DeviceType=value)))
    assert list(by_type(output()[1])) == [expected]


def test_an_item_without_the_dimension_is_counted_as_unknown(run, output):
    run(change("INSERT", item()))
    assert by_type(output()[1]) == {"unknown": (1, 0, 0, 0, 0)}


# alerts


def alerts(logs):
    return [log for log in logs if log["message"] == "alert"]


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        ({"Temperature": 91}, None, [{"attribute": "Temperature", "above": "90"}]),
        ({"Temperature": 90}, None, []),
        ({"Battery": 10}, None, [{"attribute": "Battery", "below": "10.5"}]),
        ({"Battery": 11}, None, []),
        (
            {"Temperature": 91, "Battery": -1},
            None,
            [{"attribute": "Temperature", "above": "90"}, {"attribute": "Battery", "below": "10.5"}],
        ),
        ({"Temperature": 91}, {"Temperature": 89}, [{"attribute": "Temperature", "above": "90"}]),
        ({"Temperature": 91}, {}, [{"attribute": "Temperature", "above": "90"}]),
        ({"Temperature": 99}, {"Temperature": 91}, []),
        ({"Temperature": 89}, {"Temperature": 91}, []),
        ({"Temperature": "91"}, None, []),
        ({"Temperature": True}, None, []),
        ({}, None, []),
    ],
)
def test_an_alert_is_raised_when_a_bound_is_crossed(run, output, new, old, expected):
    if old is None:
        run(change("INSERT", item(**new)))
    else:
        run(change("MODIFY", item(**new), item(**old)))
    logs, metrics = output()
    assert [log["rule"] for log in alerts(logs)] == expected
    assert by_type(metrics)["unknown"][-1] == len(expected)


def test_a_removed_item_raises_no_alert(run, output):
    run(change("REMOVE", old=item(Temperature=99)), change("REMOVE", old=item(Temperature=99), **EXPIRY))
    logs, metrics = output()
    assert alerts(logs) == []
    assert by_type(metrics)["unknown"][-1] == 0


def test_an_alert_says_the_keys_and_nothing_else_of_the_item(run, output, capsys):
    run(change("INSERT", item(Temperature=12345, Owner="S3CR3T")))
    text = capsys.readouterr().out
    assert "S3CR3T" not in text
    assert "12345" not in text
    run(change("INSERT", item(Temperature=12345, Owner="S3CR3T")))
    (alert,) = alerts(output()[0])
    assert alert["level"] == "WARNING"
    assert alert["keys"] == {"DeviceId": {"S": "a"}, "Timestamp": {"N": str(MS)}}


# malformed records


def broken(**body):
    record = change("INSERT", item(), sequence="7")
    record["dynamodb"] |= body
    return record


@pytest.mark.parametrize(
    "record",
    [
        {**change("INSERT", item(), sequence="7"), "eventName": "UPSERT"},
        {**change("INSERT", item(), sequence="7"), "eventName": None},
        {**change("INSERT", item(), sequence="7"), "eventName": "MODIFY"},
        {**change("INSERT", item(), sequence="7"), "eventName": "REMOVE"},
        broken(Keys=None),
        broken(NewImage=None),
        broken(NewImage={}),
        broken(NewImage="S3CR3T"),
        broken(NewImage={"DeviceId": "S3CR3T"}),
        broken(NewImage={"DeviceId": {}}),
        broken(NewImage={"Timestamp": {"N": "S3CR3T"}}),
        broken(NewImage={"Timestamp": {"N": "NaN"}}),
        broken(NewImage={"Timestamp": {"N": "1e126"}}),
        broken(NewImage={"Timestamp": {"N": "1e999999999"}}),
        broken(NewImage={"Temperature": {"N": ["S3CR3T"]}}),
    ],
)
def test_a_malformed_record_is_reported_and_ends_the_batch(run, output, capsys, record):
    good = change("INSERT", item(), sequence="6")
    after = change("INSERT", item(Temperature=99), sequence="8")
    assert run(good, record, after) == ["7"]
    logs, metrics = output()
    assert by_type(metrics) == {"unknown": (1, 0, 0, 0, 0)}
    assert alerts(logs) == []
    assert [log["sequenceNumber"] for log in logs if log["level"] == "ERROR"] == ["7"]
    assert "S3CR3T" not in str(logs)


@pytest.mark.parametrize("record", [{}, {"eventName": "INSERT", "dynamodb": None}, {"dynamodb": {}}])
def test_without_a_sequence_number_the_whole_batch_fails(run, record):
    with pytest.raises((KeyError, TypeError)):
        run(record)


def test_the_log_level_silences_logs_but_not_metrics(run, output, configure):
    configure(log_level="ERROR")
    run(change("INSERT", item(Temperature=99)))
    logs, metrics = output()
    assert logs == []
    assert by_type(metrics)["unknown"] == (1, 0, 0, 0, 1)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)
IMAGES = st.one_of(
    JSON,
    st.dictionaries(
        st.sampled_from(["DeviceId", "Timestamp", "DeviceType", "Temperature"]),
        st.one_of(
            JSON,
            st.dictionaries(st.sampled_from(["S", "N", "BOOL"]), JSON, min_size=1, max_size=1),
            st.integers(-(10**6), 10**15).map(lambda number: {"N": str(number)}),
            st.text(max_size=5).map(lambda text: {"S": text}),
        ),
    ),
)


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(["INSERT", "MODIFY", "REMOVE", "OTHER"]), keys=IMAGES, new=IMAGES, old=IMAGES, identity=JSON
)
def test_any_record_is_counted_once_or_reported(table, context, name, keys, new, old, identity):
    body = {"Keys": keys, "NewImage": new, "OldImage": old, "SequenceNumber": "7"}
    record = {"eventName": name, "dynamodb": body, "userIdentity": identity}
    response = table.handler.handler({"Records": [record]}, context())
    assert response["batchItemFailures"] in ([], [{"itemIdentifier": "7"}])
