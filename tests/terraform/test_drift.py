"""Drift, from plans.

`fixtures/drift` holds what Terraform 1.11.4 and provider 5.100.0 printed for stacks of dev in the sandbox, shortened to
what drifted: us-east-1 freshly applied (clean) and after changes by hand (changed), and global, freshly applied.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import pytest

from xyztf.terraform.binary import find_binary
from xyztf.terraform.differences import SENSITIVE
from xyztf.terraform.drift import Drift, Drifted, drift_of, find_drift
from xyztf.terraform.planned import NotAPlan
from xyztf.terraform.saved import make_plan, saved_plan
from xyztf.terraform.workspace import TerraformFailed, Workspace

PLANS = Path(__file__).parent / "fixtures" / "drift"


def read(name: str) -> Drift:
    return drift_of(json.loads((PLANS / f"{name}.json").read_text("utf-8")))


def entry(actions: list[str], before: Any = None, after: Any = None, **more: Any) -> dict[str, Any]:
    """An entry of resource_drift or of resource_changes; `unknown` and `hidden` are of its change."""
    change = {
        "actions": actions,
        "before": before,
        "after": after,
        "after_unknown": more.pop("unknown", {}),
        "before_sensitive": more.get("hidden", {}),
        "after_sensitive": more.pop("hidden", {}),
    }
    return {"address": "x.this", "mode": "managed", "type": "x", "name": "this", **more, "change": change}


def drift(
    *drifted: dict[str, Any], back: tuple[dict[str, Any], ...] = (), sets: tuple[str, ...] = (), **more: Any
) -> Drift:
    """What a plan says in which `drifted` differs, `back` is planned, and the configuration of x.this sets `sets`."""
    block = {
        "address": "x.this",
        "mode": "managed",
        "type": "x",
        "name": "this",
        "expressions": {name: {} for name in sets},
    }
    configuration = {"root_module": {"resources": [block]}}
    plan = {"format_version": "1.2", "resource_drift": list(drifted), "resource_changes": list(back)}
    return drift_of({**plan, "configuration": configuration, **more})


def texts(resources: tuple[Drifted, ...]) -> list[str]:
    return [str(attribute) for resource in resources for attribute in resource.attributes]


# What real plans say -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["clean", "global"])
def test_what_a_service_fills_in_after_the_first_apply_is_not_drift(name: str) -> None:
    found = json.loads((PLANS / f"{name}.json").read_text("utf-8"))["resource_drift"]
    assert len(found) > 5, "Terraform itself finds much"
    assert not read(name).any


def test_every_change_by_hand_is_drift_and_nothing_else_is() -> None:
    found = {
        resource.address.split(".", 2)[2]: ["gone"] if resource.gone else [*map(str, resource.attributes)]
        for resource in read("changed").resources
    }
    statement = found["aws_sns_topic_policy.alarms"].pop()
    assert statement.startswith('policy: Statement[1] {"Action": "sns:Publish"')
    assert statement.endswith("-> nothing")
    assert found == {
        "aws_cloudwatch_log_group.engine_log": ["retention_in_days 365 -> 1"],
        "aws_dynamodb_table.realtime_analytics": [
            "point_in_time_recovery[0].enabled true -> false",
            "point_in_time_recovery[0].recovery_period_in_days 35 -> 0",
            'ttl[0].attribute_name "ExpiresAt" -> "gone_at"',
        ],
        "aws_kinesis_stream.device_data_stream": ["retention_period 24 -> 72"],
        'aws_cloudwatch_metric_alarm.cache_evictions["xyz-corp-dev-cache-001"]': ["gone"],
        'aws_cloudwatch_metric_alarm.cache_host_cpu["xyz-corp-dev-cache-001"]': ["threshold 90 -> 99"],
        # No template sets it: it is the provider's default, and would be put back.
        'aws_cloudwatch_metric_alarm.database_storage["xyz-corp-dev-primary-db"]': ["actions_enabled true -> false"],
        "aws_sns_topic_policy.alarms": [],
        "aws_db_instance.this": [
            "backup_retention_period 1 -> 9",
            'tags.Owner "database-team" -> "somebody"',
            'tags.Temp nothing -> "yes"',
        ],
        "aws_kms_key.database": ["enable_key_rotation true -> false"],
        "aws_vpc_security_group_ingress_rule.database_from_application": ["gone"],
    }
    assert [*map(str, read("changed").added)] == [
        "module.vpc.aws_security_group.cache: ingress tcp 6379 from 0.0.0.0/0"
    ]


def test_what_changed_where_the_configuration_says_nothing_is_kept_apart() -> None:
    left = read("clean").left
    assert 'option["MARIADB_AUDIT_PLUGIN"].port nothing -> 0' in texts(left)
    assert "aws_security_group" not in {resource.type for resource in left}, "their rules are resources of their own"


# What would be put back ----------------------------------------------------------------------------------------------


def test_what_no_plan_would_put_back_is_not_drift() -> None:
    # Ignored by the block's lifecycle, or the same to the provider.
    found = drift(entry(["update"], {"image": "a"}, {"image": "b"}), back=(entry(["no-op"]),))
    assert not found.any
    assert texts(found.left) == ['image "a" -> "b"']


def test_json_that_is_written_otherwise_is_not_even_a_change() -> None:
    was, now = {"policy": '{"a":1,"b":2}'}, {"policy": '{ "b": 2, "a": 1 }'}
    assert drift(entry(["update"], was, now), back=(entry(["update"], now, was),)) == Drift()


def test_a_change_of_the_configuration_that_waits_is_not_drift() -> None:
    found = drift(
        entry(["update"], {"size": 1, "seen": "now"}, {"size": 1, "seen": "then"}),
        back=(entry(["update"], {"size": 1, "seen": "then"}, {"size": 5, "seen": "then"}),),
    )
    assert not found.any


def test_drift_is_told_since_the_applied_value_also_when_the_configuration_wants_another_by_now() -> None:
    found = drift(entry(["update"], {"size": 1}, {"size": 2}), back=(entry(["update"], {"size": 2}, {"size": 3}),))
    assert texts(found.resources) == ["size 1 -> 2"]


def test_what_is_written_into_the_configuration_meanwhile_is_not_drift() -> None:
    assert not drift(entry(["update"], {"size": 1}, {"size": 2}), back=(entry(["no-op"], {"size": 2}),)).any


@pytest.mark.parametrize(("sets", "shown"), [(("size",), []), (("size", "arn"), ['arn "a" -> "b"'])])
def test_what_is_only_known_after_apply_is_drift_where_it_is_written(sets: tuple[str, ...], shown: list[str]) -> None:
    found = drift(
        entry(["update"], {"arn": "a"}, {"arn": "b"}, address='x.this["one"]'),
        back=(entry(["update"], {"arn": "b"}, {}, unknown={"arn": True}, address='x.this["one"]'),),
        sets=sets,
    )
    assert texts(found.resources) == shown


def test_what_stands_in_a_module_is_found_in_the_configuration_whatever_its_keys() -> None:
    address = 'module.a["x.y[0]"].module.b[0].x.this["one"]'
    block = {"address": "x.this", "expressions": {"arn": {}}}
    inner = {"module_calls": {"b": {"module": {"resources": [block]}}}}
    found = drift(
        entry(["update"], {"arn": "a"}, {"arn": "b"}, address=address),
        back=(entry(["update"], {"arn": "b"}, {}, unknown={"arn": True}, address=address),),
        configuration={"root_module": {"module_calls": {"a": {"module": inner}}}},
    )
    assert texts(found.resources) == ['arn "a" -> "b"']


def test_elements_that_move_between_the_two_comparisons_are_still_drift() -> None:
    was, now = [{"v": 1}, {"v": 2}], [{"v": 3}, {"v": 1}]
    found = drift(
        entry(["update"], {"rule": was}, {"rule": now}), back=(entry(["update"], {"rule": now}, {"rule": was}),)
    )
    assert texts(found.resources) == ["rule[0].v 2 -> 3"]


def test_paths_that_only_begin_alike_do_not_meet() -> None:
    found = drift(
        entry(["update"], {"name_prefix": "a"}, {"name_prefix": "b"}),
        back=(entry(["update"], {"name": "a"}, {"name": "b"}),),
    )
    assert not found.any


def test_a_replacement_is_told() -> None:
    back = entry(["delete", "create"], {"zone": "b"}, {"zone": "a"})
    found = drift(entry(["update"], {"zone": "a"}, {"zone": "b"}), back=(back,))
    assert found.resources[0].replaces


def test_a_resource_that_is_gone_is_drift_unless_its_block_is_gone_too() -> None:
    gone = entry(["delete"], {"size": 1})
    assert drift(gone, back=(entry(["create"], None, {"size": 1}),)).resources == (Drifted("x.this", "x", gone=True),)
    assert not drift(gone).any
    assert not drift(gone, back=(entry(["forget"], {"size": 1}),)).any


def test_a_resource_whose_block_is_gone_is_not_put_back() -> None:
    assert not drift(entry(["update"], {"size": 1}, {"size": 2}), back=(entry(["delete"], {"size": 2}),)).any


def test_a_move_in_the_state_is_not_drift() -> None:
    assert drift(entry(["no-op"], {"size": 1}, {"size": 1}, previous_address="x.that")) == Drift()


def test_a_tag_is_told_once_also_one_of_the_providers() -> None:
    was = {"tags": {"Name": "a"}, "tags_all": {"Name": "a", "Owner": "us"}}
    now = {"tags": {"Name": "b"}, "tags_all": {"Name": "b"}}
    found = drift(entry(["update"], was, now), back=(entry(["update"], now, was),))
    assert texts(found.resources) == ['tags.Name "a" -> "b"', 'tags.Owner "us" -> nothing']


def test_what_is_sensitive_is_not_shown_not_even_below_other_names() -> None:
    was, now = {"secret": "hunter22", "note": "x"}, {"secret": "changed22", "note": "is changed22"}
    hidden = {"secret": True}
    found = drift(
        entry(["update"], was, now, hidden=hidden),
        back=(entry(["update"], now, was, hidden=hidden),),
    )
    assert texts(found.resources) == [f"secret {SENSITIVE} -> {SENSITIVE}", f'note "x" -> {SENSITIVE}']


def test_a_plan_that_failed_says_nothing_of_drift() -> None:
    with pytest.raises(NotAPlan):
        drift(errored=True)


# What others have added ----------------------------------------------------------------------------------------------


def group(ingress: list[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    """A security group that has these rules by now."""
    return "aws_security_group", {"id": "sg-1", "ingress": ingress}


def rule(**more: Any) -> dict[str, Any]:
    return {"protocol": "tcp", "from_port": 3306, "to_port": 3306, "cidr_blocks": [], "self": False, **more}


def state(*resources: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """What there is by now: x.this."""
    entries = [{"address": "x.this", "type": kind, "mode": "managed", "values": values} for kind, values in resources]
    module = {"resources": entries}
    return {"values": {"root_module": {"child_modules": [module]}}}


OPEN = rule(cidr_blocks=["10.0.0.0/8", "0.0.0.0/0"])
MADE = {
    "security_group_id": "sg-1",
    "ip_protocol": "tcp",
    "from_port": 3306,
    "to_port": 3306,
    "cidr_ipv4": "10.0.0.0/8",
}


def test_a_rule_that_no_resource_of_the_stack_has_made_is_drift() -> None:
    found = drift(prior_state=state(group([OPEN]), ("aws_vpc_security_group_ingress_rule", MADE)))
    assert [*map(str, found.added)] == ["x.this: ingress tcp 3306 from 0.0.0.0/0"]
    assert found.any


def test_a_rule_that_another_group_or_the_other_direction_has_does_not_count() -> None:
    elsewhere = ("aws_vpc_security_group_ingress_rule", {**MADE, "security_group_id": "sg-2"})
    other_way = ("aws_vpc_security_group_egress_rule", MADE)
    found = drift(prior_state=state(group([OPEN]), elsewhere, other_way))
    assert len(found.added) == 2


def test_all_traffic_and_ranges_and_the_group_itself_are_told() -> None:
    rules = [
        rule(protocol="-1", from_port=0, to_port=0, ipv6_cidr_blocks=["::/0"]),
        rule(to_port=3310, prefix_list_ids=["pl-1"]),
        rule(self=True),
    ]
    assert [each.what for each in drift(prior_state=state(group(rules))).added] == [
        "everything from ::/0",
        "tcp 3306-3310 from pl-1",
        "tcp 3306 from sg-1",
    ]
    everything = {"security_group_id": "sg-1", "ip_protocol": "-1", "from_port": None, "cidr_ipv6": "::/0"}
    own = {**MADE, "cidr_ipv4": None, "referenced_security_group_id": "sg-1"}
    old = {"security_group_id": "sg-1", "type": "ingress", **rule(to_port=3310, prefix_list_ids=["pl-1"])}
    made = state(
        group(rules),
        ("aws_vpc_security_group_ingress_rule", everything),
        ("aws_vpc_security_group_ingress_rule", own),
        ("aws_security_group_rule", old),
    )
    assert not drift(prior_state=made).any


def test_rules_that_the_group_lists_itself_are_put_back_by_terraform() -> None:
    assert not drift(prior_state=state(group([OPEN])), sets=("ingress",)).added


def test_a_policy_that_somebody_gave_a_role_is_drift() -> None:
    role = {
        "name": "app",
        "inline_policy": [{"name": "ours", "policy": "{}"}, {"name": "theirs", "policy": "{}"}],
        "managed_policy_arns": ["arn:ours", "arn:AdministratorAccess"],
    }
    there = state(
        ("aws_iam_role", role),
        ("aws_iam_role_policy", {"role": "app", "name": "ours"}),
        ("aws_iam_role_policy", {"role": "other", "name": "theirs"}),
        ("aws_iam_role_policy_attachment", {"role": "app", "policy_arn": "arn:ours"}),
    )
    assert [str(each) for each in drift(prior_state=there).added] == [
        "x.this: inline_policy theirs",
        "x.this: managed_policy_arns arn:AdministratorAccess",
    ]


def test_what_is_sensitive_elsewhere_is_not_shown_as_an_addition() -> None:
    secret = entry(["no-op"], {"token": "hunter22"}, {"token": "hunter22"}, hidden={"token": True})
    role = {"name": "app", "inline_policy": [{"name": "for-hunter22", "policy": "{}"}]}
    assert drift(back=(secret,), prior_state=state(("aws_iam_role", role))).added[0].what == SENSITIVE


# With Terraform ------------------------------------------------------------------------------------------------------


MAIN = """
terraform {
  backend "local" {}
}

resource "terraform_data" "one" {
  input = "first"
}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    folder = tmp_path / "environments" / "demo" / "global"
    folder.mkdir(parents=True)
    (tmp_path / "modules" / "demo").mkdir(parents=True)
    (folder / "main.tf").write_text(MAIN)
    variables = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    return Workspace("demo", "global", folder, tmp_path / "private", find_binary().path, variables)


@pytest.mark.terraform
def test_looking_writes_nothing_keeps_nothing_and_leaves_a_kept_plan_alone(workspace: Workspace) -> None:
    kept = make_plan(workspace, "123456789012")
    before = sorted(workspace.private.rglob("*")), sorted(workspace.folder.rglob("*")), kept.path.read_bytes()
    assert find_drift(workspace) == Drift()
    assert (sorted(workspace.private.rglob("*")), sorted(workspace.folder.rglob("*")), kept.path.read_bytes()) == before
    assert saved_plan(workspace, "123456789012") is not None


@pytest.mark.terraform
def test_looking_does_not_wait_for_the_lock_of_an_apply(workspace: Workspace) -> None:
    workspace.init()
    state = workspace.folder / "terraform.tfstate"
    with state.open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        code, _, err = workspace.run("plan", lock_timeout="0s")
        assert code == 1
        assert "acquiring the state lock" in err
        assert find_drift(workspace) == Drift()


@pytest.mark.terraform
def test_a_stack_that_cannot_be_planned_is_not_one_without_drift(workspace: Workspace) -> None:
    (workspace.folder / "main.tf").write_text(MAIN.replace('"first"', "var.missing"))
    with pytest.raises(TerraformFailed, match="undeclared input variable"):
        find_drift(workspace)
    assert not [path for path in workspace.private.iterdir() if path.name.startswith("drift-")]
