"""The guard: what it refuses, what lets it pass, what it says of interruptions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xyztf.errors import ExitCode, UsageError
from xyztf.facts.interruptions import Means, When
from xyztf.terraform.guard import About, Interruption, NotDestroyed, Refused, Verdict, Why, allowed_by_stack, judge
from xyztf.terraform.planned import KINDS, Kind, Planned, from_document, from_json

AWS = from_json((Path(__file__).parent / "fixtures" / "plans" / "aws.json").read_text("utf-8"))
"""What provider 5.100.0 planned; see test_planned.py."""


def entry(address: str, actions: list[str], before: Any = None, after: Any = None, **more: Any) -> dict[str, Any]:
    kind, name = address.split(".")[-2:]
    change = {"actions": actions, "before": before, "after": after}
    for key in ("after_unknown", "before_sensitive", "after_sensitive", "replace_paths"):
        if key in more:
            change[key] = more.pop(key)
    return {"address": address, "mode": "managed", "type": kind, "name": name, "change": change, **more}


def plan(*entries: dict[str, Any]) -> Planned:
    return from_document({"format_version": "1.2", "resource_changes": list(entries)})


def verdict(*entries: dict[str, Any], protected: bool = False, allowed: tuple[str, ...] = ()) -> Verdict:
    return judge(plan(*entries), protected=protected, allowed=frozenset(allowed))


def refused(*entries: dict[str, Any], **more: Any) -> list[str]:
    return [refusal.label for refusal in verdict(*entries, **more).refusals]


def updated(address: str, attribute: str, old: Any, new: Any, **same: Any) -> Interruption:
    """The one interruption of a change of one attribute."""
    entries = entry(address, ["update"], {attribute: old, **same}, {attribute: new, **same})
    (found,) = verdict(entries).interruptions
    return found


REPLACE = (["delete", "create"], ["create", "delete"], ["create", "forget"])


@pytest.mark.parametrize("protected", [False, True])
@pytest.mark.parametrize("actions", [["delete"], *REPLACE], ids="-".join)
def test_what_holds_data_is_never_destroyed(actions: list[str], protected: bool) -> None:
    address = "module.rds_primary.aws_db_instance.this"
    (refusal,) = verdict(entry(address, actions, {"a": 1}, {}), protected=protected).refusals
    assert (refusal.label, refusal.why) == (address, Why.HOLDS_DATA)
    assert "its databases" in refusal.lost and refusal.source


def test_what_holds_no_data_is_destroyed_where_nothing_is_protected() -> None:
    assert refused(entry("aws_cloudwatch_metric_alarm.cpu", ["delete"], {})) == []


def test_nothing_is_deleted_in_a_protected_environment() -> None:
    (refusal,) = verdict(entry("aws_cloudwatch_metric_alarm.cpu", ["delete"], {}), protected=True).refusals
    assert refusal.why is Why.PROTECTED
    assert refused(entry("google_thing.x", ["delete"], {}), protected=True) == ["google_thing.x"]


@pytest.mark.parametrize("actions", REPLACE, ids="-".join)
def test_a_password_can_be_changed_in_a_protected_environment(actions: list[str]) -> None:
    entries = entry("aws_secretsmanager_secret_version.admin", actions, {"secret_string_wo_version": 1}, {})
    found = verdict(entries, protected=True)
    assert found.refusals == ()
    assert [each.means for each in found.interruptions] == [Means.CONNECTIONS]


@pytest.mark.parametrize("actions", [["no-op"], ["create"], ["update"], ["read"], ["forget"]], ids="-".join)
def test_what_destroys_nothing_is_not_refused(actions: list[str]) -> None:
    assert refused(entry("aws_db_instance.this", actions, {}, {}), protected=True) == []


def test_what_is_forgotten_is_said_and_not_refused() -> None:
    entries = [entry("aws_db_instance.this", ["forget"], {}), entry("aws_sns_topic.x", ["forget"], {})]
    found = verdict(*entries, protected=True)
    assert found.refusals == ()
    assert [each.about for each in found.notices] == [About.FORGOTTEN] * 2
    assert "goes on costing" in found.notices[0].words and "write an import block" in found.notices[0].words
    assert "import block" not in found.notices[1].words


INVOKED = {
    "address": "action.aws_ec2_stop_instance.x",
    "type": "aws_ec2_stop_instance",
    "name": "x",
    "config_values": {"instance_id": "i-1", "token": "hunter2hunter2"},
    "config_sensitive": {"token": True},
}


def triggered(event: str, resource: str) -> dict[str, Any]:
    trigger = {"action_trigger_event": event, "triggering_resource_address": resource}
    return {**INVOKED, "lifecycle_action_trigger": trigger}


def invoking(*actions: dict[str, Any], protected: bool, allowed: tuple[str, ...] = ()) -> Verdict:
    document = {"format_version": "1.2", "resource_changes": [], "action_invocations": list(actions)}
    return judge(from_document(document), protected=protected, allowed=frozenset(allowed))


def test_an_action_is_said_and_in_a_protected_environment_it_has_to_be_named() -> None:
    actions = [triggered("AfterCreate", "aws_x.y"), triggered("BeforeUpdate", "aws_x.z"), INVOKED]
    name = "action.aws_ec2_stop_instance.x"
    open_to_all = invoking(*actions, protected=False)
    assert open_to_all.refusals == ()
    (notice,) = open_to_all.notices
    assert (notice.about, notice.label) == (About.ACTION, name)
    assert "after create of aws_x.y, before update of aws_x.z, by itself" in notice.words
    (refusal,) = invoking(*actions, protected=True).refusals
    assert (refusal.label, refusal.why, refusal.kind) == (name, Why.UNSEEN, None)
    assert str(refusal).startswith(f"{name} would be carried out. What an action does stands in no plan")
    named = invoking(*actions, protected=True, allowed=(name,))
    assert (named.refusals, [each.label for each in named.notices]) == ((), [name])


def test_what_is_put_off_or_not_known_does_not_pass_in_silence() -> None:
    def said(**more: Any) -> list[str]:
        document = {"format_version": "1.9", "resource_changes": [], **more}
        notices = judge(from_document(document), protected=True, allowed=frozenset()).notices
        return [f"{each.about.value} {each}" for each in notices]

    assert said() == said(complete=True, timestamp="x", applyable=True) == []
    later = {"reason": "instance_count_unknown", "resource_change": {"address": "aws_x.y"}}
    action = {"reason": "absent_prereq", "action_invocation": INVOKED}
    assert said(complete=False, deferred_changes=[later], deferred_action_invocations=[action]) == [
        "deferred aws_x.y: cannot be planned yet (instance_count_unknown): apply, then plan again",
        "deferred action.aws_ec2_stop_instance.x: cannot be planned yet (absent_prereq): apply, then plan again",
    ]
    assert said(complete=False) == [
        "deferred The plan is not all of it: Terraform put off a part. Apply, then plan again"
    ]
    assert said(teleported_resources=[{}], nothing=[]) == [
        "unknown The plan has teleported_resources, which this version of xyztf does not know or judge"
    ]


def test_what_an_action_is_given_in_secret_is_hidden_everywhere() -> None:
    changed = entry("aws_x.y", ["update"], {"a": "1"}, {"a": "with hunter2hunter2"})
    document = {"format_version": "1.2", "resource_changes": [changed], "action_invocations": [INVOKED]}
    assert "hunter2" not in str(from_document(document))


def test_data_sources_are_none_of_the_guards_business() -> None:
    assert refused(entry("data.aws_db_instance.this", ["delete"], {}, mode="data"), protected=True) == []


@pytest.mark.parametrize("reason", ["replace_by_request", "replace_because_tainted"])
def test_replace_and_taint_are_no_way_round(reason: str) -> None:
    replaced = entry("aws_kms_key.this", ["delete", "create"], {}, {}, action_reason=reason)
    (refusal,) = verdict(replaced).refusals
    assert refusal.because and refusal.because in str(refusal)


def test_the_exact_address_lets_it_pass_and_no_other() -> None:
    entries = [entry(f'aws_kms_key.k["{name}"]', ["delete"], {}) for name in "ab"]
    assert refused(*entries, allowed=('aws_kms_key.k["a"]',)) == ['aws_kms_key.k["b"]']
    for part in ("aws_kms_key.k", 'aws_kms_key.k["A"]', 'aws_kms_key.k["a"] ', "*"):
        with pytest.raises(NotDestroyed):
            refused(*entries, allowed=(part,))


def test_an_address_that_is_not_in_the_plan_is_an_error_that_knows_better() -> None:
    with pytest.raises(NotDestroyed) as caught:
        refused(entry("module.cache.aws_kms_key.this", ["delete"], {}), allowed=("module.cache.aws_kms_key.thiss",))
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.problems[0].hint == "did you mean --allow-destroy module.cache.aws_kms_key.this?"


@pytest.mark.parametrize("actions", [["no-op"], ["update"]], ids="-".join)
def test_an_address_that_stays_cannot_be_allowed_in_advance(actions: list[str]) -> None:
    with pytest.raises(NotDestroyed, match="does not destroy it"):
        refused(entry("aws_kms_key.this", actions, {}, {}), allowed=("aws_kms_key.this",))


def test_what_was_left_behind_has_a_name_of_its_own() -> None:
    entries = [
        entry("aws_db_instance.this", ["delete"], {}, deposed="1a2b3c4d"),
        entry("aws_db_instance.this", ["delete", "create"], {}, {}),
    ]
    left = "aws_db_instance.this (deposed object 1a2b3c4d)"
    assert refused(*entries) == [left, "aws_db_instance.this"]
    assert refused(*entries, allowed=("aws_db_instance.this",)) == [left]
    assert refused(*entries, allowed=(left,)) == ["aws_db_instance.this"]


def test_the_rest_of_a_replacement_may_be_cleared_away_in_a_protected_environment() -> None:
    assert refused(entry("aws_security_group.this", ["delete"], {}, deposed="1a2b3c4d"), protected=True) == []


def test_what_is_lost_with_a_database() -> None:
    def lost(**before: Any) -> str:
        return verdict(entry("aws_db_instance.this", ["delete"], before)).refusals[0].lost

    assert "no final snapshot" in lost(skip_final_snapshot=True)
    assert "no final snapshot" not in lost(skip_final_snapshot=False)
    assert "its primary keeps the data" in lost(skip_final_snapshot=True, replicate_source_db="arn:aws:rds:x")


def test_a_refusal_says_what_to_write() -> None:
    first = verdict(entry('module.a.aws_kms_key.k["x y"]', ["delete"], {}))
    alone = Refused.of("prod", {"us-east-1": first})
    assert alone.exit_code is ExitCode.REFUSED
    hint = alone.problems[0].hint
    assert hint and "--allow-destroy 'module.a.aws_kms_key.k[\"x y\"]'" in hint and "type prod" in hint
    several = Refused.of("prod", {"us-east-1": Verdict(), "us-west-2": first})
    assert "--allow-destroy 'us-west-2:module.a" in str(several)
    assert len(several.problems) == 1


def test_with_several_stacks_an_address_says_which() -> None:
    stacks = ("global", "us-east-1")
    assert allowed_by_stack(["us-east-1:a.b", 'us-east-1:c["x:y"]'], stacks) == {
        "global": frozenset(),
        "us-east-1": frozenset({"a.b", 'c["x:y"]'}),
    }
    with pytest.raises(UsageError, match="does not say in which stack"):
        allowed_by_stack(["a.b"], stacks)
    assert allowed_by_stack(['c["x:y"]'], ["global"]) == {"global": frozenset({'c["x:y"]'})}
    assert allowed_by_stack(["global:a.b"], ["global"]) == {"global": frozenset({"a.b"})}


# Interruptions -------------------------------------------------------------------------------------------------------


def test_when_a_change_happens() -> None:
    address, window = "aws_db_instance.this", "sun:03:00-sun:04:00"
    waits = updated(address, "instance_class", "a", "b", multi_az=True, maintenance_window=window)
    assert waits.means is Means.FAILOVER
    assert waits.timing == f"in the maintenance window ({window} UTC)"
    at_once = updated(address, "instance_class", "a", "b", apply_immediately=True, maintenance_window=window)
    assert (at_once.means, at_once.when, at_once.timing) == (Means.RESTART, When.NOW, "at once")
    port = updated(address, "port", 3306, 3307, apply_immediately=False)
    assert port.when is When.NOW


def test_an_instance_that_only_now_gets_a_standby_restarts() -> None:
    before, after = {"instance_class": "a", "multi_az": False}, {"instance_class": "b", "multi_az": True}
    found = verdict(entry("aws_db_instance.this", ["update"], before, after)).interruptions
    assert [each.means for each in found] == [Means.RESTART, Means.SLOW]


def test_the_attribute_and_its_values_are_said() -> None:
    assert 'instance_class "db.t3.medium" -> "db.r7g.large"' in str(
        updated("aws_db_instance.this", "instance_class", "db.t3.medium", "db.r7g.large")
    )


def test_a_static_parameter_waits_and_a_dynamic_one_does_not() -> None:
    def parameters(value: str) -> dict[str, Any]:
        names = ("max_connections", "innodb_buffer_pool_instances")
        return {"parameter": [{"name": name, "value": value} for name in names]}

    found = verdict(entry("aws_db_parameter_group.this", ["update"], parameters("1"), parameters("2"))).interruptions
    assert [each.timing for each in found] == ["when it is rebooted"]
    assert [each.keys for each in found[0].attributes] == [("innodb_buffer_pool_instances",)]


def test_what_cannot_be_seen_counts_as_the_worst() -> None:
    entries = entry(
        "aws_db_instance.this",
        ["update"],
        {"backup_retention_period": 7},
        {},
        after_unknown={"backup_retention_period": True},
    )
    assert verdict(entries).interruptions[0].means is Means.LOSS


def test_what_was_allowed_is_still_said_and_first() -> None:
    entries = [
        entry("aws_lambda_function.this", ["update"], {"memory_size": 1}, {"memory_size": 2}),
        entry("aws_kms_key.this", ["delete"], {}),
    ]
    assert [each.means for each in verdict(*entries).interruptions] == [Means.SLOW]
    found = verdict(*entries, allowed=("aws_kms_key.this",)).interruptions
    assert [each.means for each in found] == [Means.LOSS, Means.SLOW]
    assert "encrypted with the key" in str(found[0])


def test_creating_and_forgetting_interrupt_nothing() -> None:
    entries = [entry(f"aws_db_instance.{kind}", [kind], {"port": 1}, {"port": 2}) for kind in ("create", "forget")]
    assert verdict(*entries).interruptions == ()


def test_a_real_plan() -> None:
    found = judge(AWS, protected=True, allowed=frozenset())
    assert [(refusal.label, refusal.kind, refusal.why) for refusal in found.refusals] == [
        ("aws_cloudwatch_metric_alarm.cpu[0]", Kind.DELETE, Why.PROTECTED),
        ("aws_db_instance.replaced", Kind.REPLACE, Why.HOLDS_DATA),
        ("aws_kms_key.gone[0]", Kind.DELETE, Why.HOLDS_DATA),
    ]
    assert found.refusals[1].because == "storage_encrypted cannot be changed in place"
    said = [(each.label, each.means.value, each.when.value) for each in found.interruptions]
    ranks = [each.means.rank for each in found.interruptions]
    assert ranks == sorted(ranks)
    assert said[:5] == [
        ("aws_sqs_queue.this", "loss", "now"),
        ("aws_db_instance.this", "restart", "now"),
        ("aws_db_instance.this", "restart", "window"),
        ("aws_db_instance.this", "failover", "window"),
        ("aws_elasticache_replication_group.this", "failover", "window"),
    ]
    assert ("aws_kinesis_stream.this", "slow", "now") in said
    assert ("aws_dynamodb_table.this", "connections", "now") in said
    assert ("aws_security_group.database", "connections", "now") in said
    assert said[-1] == ("aws_db_parameter_group.this", "waits", "reboot")
    assert "hunter2" not in str(found)
    assert all(each.source for each in found.interruptions)


TYPES = ["aws_db_instance", "aws_kms_key", "aws_cloudwatch_metric_alarm", "aws_secretsmanager_secret_version", "x_y"]
ENTRIES = st.lists(
    st.tuples(st.sampled_from(TYPES), st.sampled_from(sorted(KINDS)), st.booleans(), st.sampled_from([None, "1a2b"])),
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(ENTRIES, st.booleans())
def test_nothing_that_holds_data_goes_unnamed(
    drawn: list[tuple[str, tuple[str, ...], bool, str | None]], protected: bool
) -> None:
    planned = plan(
        *(
            entry(f"{kind}.n{number}", list(actions), {"a": 1}, {"a": 2}, deposed=deposed)
            | {"mode": "managed" if managed else "data"}
            for number, (kind, actions, managed, deposed) in enumerate(drawn)
        )
    )
    found = judge(planned, protected=protected, allowed=frozenset())
    labels = {refusal.label for refusal in found.refusals}
    for change in planned.changes:
        gone = change.managed and "delete" in next(key for key, kind in KINDS.items() if kind is change.kind)
        if gone and change.type in ("aws_db_instance", "aws_kms_key"):
            assert change.label in labels
        if change.kind is Kind.DELETE and change.managed and protected and not change.deposed:
            assert change.label in labels
    assert judge(planned, protected=protected, allowed=frozenset(labels)).refusals == ()


SECRET = "S3CR3T-TEXT"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["aws_db_instance", "aws_elasticache_replication_group", "aws_lambda_function", "x_y"]),
    st.sampled_from(["port", "engine_version", "auth_token", "environment", "maintenance_window", "password"]),
    st.sampled_from([SECRET, [SECRET], {"a": [SECRET]}, [{"name": SECRET}]]),
    st.sampled_from([None, "plain", [], {}]),
    st.booleans(),
    st.sampled_from(sorted(KINDS)),
)
def test_the_guard_never_says_a_secret(
    kind: str, attribute: str, secret: Any, other: Any, turned: bool, actions: tuple[str, ...]
) -> None:
    before, after = (other, secret) if turned else (secret, other)
    marks = {f"{when}_sensitive": {attribute: True} for when in ("before", "after")}
    window = f"{SECRET} copied"
    known = {"instance_class": "a", "maintenance_window": window}
    changed = {"instance_class": "b", "maintenance_window": window}
    entries = entry(f"{kind}.this", list(actions), {**known, attribute: before}, {**changed, attribute: after}, **marks)
    planned = plan(entries)
    for protected in (False, True):
        found = judge(planned, protected=protected, allowed=frozenset())
        said = [*map(str, found.refusals), *map(str, found.interruptions), repr(found)]
        assert SECRET not in "\n".join(said)
        allowed = frozenset(refusal.label for refusal in found.refusals)
        assert SECRET not in repr(judge(planned, protected=protected, allowed=allowed))
