"""What plans would do, in lines and as data."""

from __future__ import annotations

import json
from pathlib import Path

from xyztf.errors import Location, Problem, XyztfError
from xyztf.operations.summary import as_data, as_text
from xyztf.terraform.planned import Counts

AWS = Path(__file__).parents[1] / "terraform" / "fixtures" / "plans" / "aws.json"


def test_a_line_per_stack_then_what_matters_the_gravest_stack_first(outcome, change) -> None:
    added = change("aws_x.new", ["create"], None, {})
    alarm = change("aws_x.alarm", ["update"], {"threshold": 1}, {"threshold": 2})
    key = change("aws_kms_key.data", ["delete"], {})
    text = list(
        as_text([outcome("global", added), outcome("us-east-1", alarm, added), outcome("us-west-2", alarm, key)])
    )
    assert text[:4] == [
        "global: 1 added",
        "us-east-1: 1 added, 1 changed",
        "us-west-2: 1 changed, 1 destroyed",
        "",
    ]
    assert text[4:] == [
        *("us-west-2", "  - aws_kms_key.data", "  ~ aws_x.alarm", "      threshold 1 -> 2", ""),
        *("us-east-1", "  ~ aws_x.alarm", "      threshold 1 -> 2"),
    ]


def test_one_stack_needs_no_heading(outcome, change) -> None:
    found = outcome("global", change("aws_x.y", ["update"], {"a": 1}, {"a": 2}))
    assert list(as_text([found])) == ["global: 1 changed", "  ~ aws_x.y", "      a 1 -> 2"]


def test_moved_and_imported_are_changes(outcome, change) -> None:
    moved = change("aws_x.new", ["no-op"], {"a": 1}, {"a": 1}, previous_address="aws_x.old")
    imported = change("aws_x.found", ["no-op"], {"a": 1}, {"a": 1})
    imported["change"]["importing"] = {"id": "i-1"}
    text = list(as_text([outcome("global", moved, imported, change("aws_x.same", ["no-op"], {}, {}))]))
    assert text == [
        "global: 1 moved, 1 imported",
        "  = aws_x.new (moved from aws_x.old)",
        '  = aws_x.found (imported: "i-1")',
    ]


def test_what_nobody_planned_is_told_with_the_reason(outcome) -> None:
    failed = outcome("global", error=XyztfError(Problem("no such key", Location("a.tf", 3), "write it")))
    assert list(as_text([failed])) == ["global: not planned"]
    (data,) = as_data([failed])
    assert data["problems"] == [{"message": "no such key", "location": "a.tf:3", "hint": "write it"}]
    assert (data["planned"], data["counts"], data["changes"]) == (False, None, [])


def test_actions_and_what_is_put_off_are_shown(outcome) -> None:
    invoked = {
        "address": "action.aws_lambda_invoke.tell",
        "type": "aws_lambda_invoke",
        "name": "tell",
        "lifecycle_action_trigger": {
            "triggering_resource_address": "aws_x.y",
            "action_trigger_event": "AfterUpdate",
        },
    }
    put_off = {"reason": "provider_config_unknown", "resource_change": {"address": "aws_x.later"}}
    found = outcome("global", action_invocations=[invoked], deferred_changes=[put_off], complete=False)
    assert list(as_text([found])) == [
        "global: 1 action invoked",
        "  ! action.aws_lambda_invoke.tell: is carried out after update of aws_x.y; what it does stands in no plan",
        "  ! aws_x.later: cannot be planned yet (provider_config_unknown): apply, then plan again",
    ]
    (data,) = as_data([found])
    assert data["counts"]["invoked"] == 1
    assert data["complete"] is False
    assert [each["about"] for each in data["notices"]] == ["action", "deferred"]


def test_the_keys_of_the_json_stay_what_they_are(outcome, change) -> None:
    replaced = change(
        "aws_kms_key.data",
        ["delete", "create"],
        {"spec": "a", "word": "x"},
        {"spec": "b", "word": "y"},
        replace_paths=[["spec"]],
        action_reason="replace_because_cannot_update",
        after_sensitive={"word": True},
    )
    resized = change(
        "aws_db_instance.main",
        ["update"],
        {"instance_class": "db.r7g.large", "maintenance_window": "sun:03:00-sun:04:00"},
        {"instance_class": "db.r7g.xlarge", "maintenance_window": "sun:03:00-sun:04:00"},
    )
    (data,) = json.loads(json.dumps(as_data([outcome("global", replaced, resized)])))
    assert list(data) == [
        *("stack", "planned", "problems", "has_changes", "destroy", "complete", "counts", "changes", "outputs"),
        *("actions", "interruptions", "refusals", "notices"),
    ]
    assert set(data["counts"]) == set(Counts.__dataclass_fields__)
    assert data["changes"][0] == {
        "address": "aws_kms_key.data",
        "type": "aws_kms_key",
        "kind": "replace",
        "because": "spec cannot be changed in place",
        "moved_from": None,
        "imported": None,
        "attributes": [
            {
                "path": "spec",
                "old": "a",
                "new": "b",
                "known": True,
                "sensitive": False,
                "forces_replacement": True,
            },
            {
                "path": "word",
                "old": "(sensitive)",
                "new": "(sensitive)",
                "known": True,
                "sensitive": True,
                "forces_replacement": False,
            },
        ],
    }
    (refusal,) = data["refusals"]
    assert set(refusal) == {"address", "kind", "why", "because", "words", "source"}
    assert (refusal["address"], refusal["kind"], refusal["why"]) == ("aws_kms_key.data", "replace", "holds_data")
    (interruption,) = data["interruptions"]
    assert interruption["attributes"][0]["path"] == "instance_class"
    assert (interruption["address"], interruption["when"]) == ("aws_db_instance.main", "window")
    assert interruption["window"] == "sun:03:00-sun:04:00"
    assert set(interruption) == {
        *("address", "means", "when", "window", "duration", "attributes", "words", "source"),
    }


def test_everything_of_a_real_plan_can_be_told(outcome, change) -> None:
    real = outcome("us-east-1", document=json.loads(AWS.read_text("utf-8")))
    text = "\n".join(as_text([real]))
    for each in as_data([real])[0]["changes"]:
        if each["kind"] in ("delete", "replace", "update"):
            assert each["address"] in text
