"""Plans as data. `fixtures/plans` holds what Terraform 1.11.4 printed, shortened: without configuration, state and
values that are null on both sides. shapes.json is of terraform_data; aws.json of provider 5.100.0, planned with
-refresh=false on a state made by hand, so that everything in it changes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xyztf.errors import XyztfError
from xyztf.terraform.differences import SENSITIVE, UNKNOWN, Secrets
from xyztf.terraform.planned import KINDS, Change, Counts, Kind, NotAPlan, Planned, from_document, from_json

PLANS = Path(__file__).parent / "fixtures" / "plans"


def read(name: str) -> Planned:
    return from_json((PLANS / f"{name}.json").read_text("utf-8"))


def at(planned: Planned, address: str) -> Change:
    return next(change for change in planned.changes if change.address == address)


def texts(change: Change) -> list[str]:
    return [str(attribute) for attribute in change.attributes]


def resource(actions: list[str], before: Any = None, after: Any = None, **more: Any) -> dict[str, Any]:
    """One entry of resource_changes; `unknown`, `hidden` and `paths` are of its change."""
    change = {
        "actions": actions,
        "before": before,
        "after": after,
        "after_unknown": more.pop("unknown", {}),
        "before_sensitive": more.pop("was_hidden", more.get("hidden", {})),
        "after_sensitive": more.pop("hidden", {}),
        "replace_paths": more.pop("paths", []),
    }
    return {"address": "x.this", "mode": "managed", "type": "x", "name": "this", **more, "change": change}


def plan(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format_version": "1.2", "resource_changes": list(resources), **more}


def one(*arguments: Any, **more: Any) -> Change:
    return from_document(plan(resource(*arguments, **more))).changes[0]


def test_kinds_of_a_real_plan() -> None:
    shapes = read("shapes")
    kinds = {change.address: change.kind for change in shapes.changes}
    assert kinds["data.terraform_remote_state.x"] is Kind.READ
    assert kinds["terraform_data.updated"] is Kind.UPDATE
    assert kinds["terraform_data.replaced"] is Kind.REPLACE
    assert kinds['terraform_data.gone["dropped here"]'] is Kind.DELETE
    assert kinds["terraform_data.forgotten"] is Kind.FORGET
    assert kinds["terraform_data.same"] is Kind.NO_OP
    assert kinds["terraform_data.new"] is Kind.CREATE
    assert shapes.counts() == Counts(added=1, changed=6, replaced=3, destroyed=1, forgotten=1)
    assert shapes.complete


def test_what_else_is_known_of_a_change() -> None:
    shapes = read("shapes")
    inner = at(shapes, "module.inner[0].terraform_data.this")
    assert (inner.module, inner.type, inner.name) == ("module.inner[0]", "terraform_data", "this")
    assert at(shapes, "terraform_data.after_move").moved_from == "terraform_data.before_move"
    assert at(shapes, "terraform_data.imported").imported == '"some-id"'
    assert at(shapes, "terraform_data.replaced_ahead").create_first
    assert not at(shapes, "terraform_data.replaced").create_first
    assert not at(shapes, "data.terraform_remote_state.x").managed


def test_reasons_in_words() -> None:
    shapes = read("shapes")
    assert at(shapes, "terraform_data.replaced").because == "triggers_replace cannot be changed in place"
    assert at(shapes, "terraform_data.by_request").because == "-replace asks for it"
    assert at(shapes, 'terraform_data.gone["dropped here"]').because == "its for_each no longer has the key"
    assert at(shapes, "terraform_data.same").because is None


def test_attributes_of_a_real_plan() -> None:
    assert texts(at(read("shapes"), "terraform_data.nested"))[:-1] == [
        'input.blocks["y"].value 2 -> 3',
        'input.blocks["x"] nothing -> {"name": "x", "value": 1}',
        'input.list[0] nothing -> "c"',
        'input.set[1] "2" -> "3"',
        'input.tags["a b"] "0" -> "1"',
        'input.tags.old "x" -> nothing',
    ]
    assert f'output "old" -> {UNKNOWN}' in texts(at(read("shapes"), "terraform_data.updated"))


def test_aws_attributes_of_a_real_plan() -> None:
    aws = read("aws")
    database = texts(at(aws, "aws_db_instance.this"))
    assert 'instance_class "db.t3.medium" -> "db.r7g.large"' in database
    assert 'vpc_security_group_ids[1] "sg-1" -> "sg-3"' in database
    assert not [text for text in database if "password_wo " in text]
    parameters = at(aws, "aws_db_parameter_group.this").attributes
    assert [(each.schema_path, each.keys) for each in parameters] == [
        ("parameter.value", ("max_connections",)),
        ("parameter.value", ("innodb_buffer_pool_instances",)),
        ("parameter", ("back_log",)),
    ]
    replaced = at(aws, "aws_db_instance.replaced")
    assert replaced.replace_paths == ("storage_encrypted",)
    assert [each.path for each in replaced.attributes if each.forces_replacement] == ["storage_encrypted"]


def test_outputs() -> None:
    assert [str(each) for each in read("shapes").outputs_changed] == [
        f"hidden {SENSITIVE} -> {SENSITIVE}",
        "word false -> true",
    ]


def test_settings_are_those_that_will_be_or_of_what_goes() -> None:
    aws = read("aws")
    assert at(aws, "aws_db_instance.this").settings["port"] == 3307
    assert at(aws, "aws_db_instance.replaced").settings["storage_encrypted"] is False
    assert at(aws, "aws_kms_key.gone[0]").settings["description"] == "Database"
    assert "password" not in at(aws, "aws_db_instance.replaced").settings


def test_nothing_sensitive_of_the_real_plans() -> None:
    for name, words in (("shapes", ("first-secret", "second-secret")), ("aws", ("hunter2", "x1234567890"))):
        planned = read(name)
        assert not [word for word in words if word in repr(planned)]
    # Terraform itself shows this one in clear: the resource has computed it from a sensitive input.
    assert "first-secret-word" in (PLANS / "shapes.json").read_text("utf-8")


def test_a_secret_that_is_no_longer_marked_stays_hidden() -> None:
    change = one(["update"], {"a": "old-secret"}, {"a": "new-value"}, was_hidden={"a": True}, hidden={})
    assert texts(change) == [f"a {SENSITIVE} -> {SENSITIVE}"]


def test_a_secret_does_not_show_by_moving_in_a_list() -> None:
    change = one(
        ["update"], {"a": ["s3cret-one"]}, {"a": ["b", "s3cret-one"]}, was_hidden={"a": [True]}, hidden={"a": []}
    )
    assert "s3cret-one" not in repr(change)


def test_a_sensitive_value_that_does_not_change_is_no_change() -> None:
    assert one(["update"], {"a": "s", "b": 1}, {"a": "s", "b": 2}, hidden={"a": True}).attributes[0].path == "b"


def test_lists() -> None:
    def of(old: Any, new: Any, unknown: Any = None) -> list[str]:
        return texts(one(["update"], {"a": old}, {"a": new}, unknown={"a": unknown} if unknown else {}))

    assert of([1, 2, 3], [1, 3]) == ["a[1] 2 -> nothing"]
    assert of([1, 2], [2, 1]) == ["a [1, 2] -> [2, 1]"]
    assert of([{"b": 1}], [{"b": 2}]) == ["a[0].b 1 -> 2"]
    assert of([{"name": "n", "b": 1}, {"name": "n", "b": 2}], [{"name": "n", "b": 2}]) == [
        'a[0] {"name": "n", "b": 1} -> nothing'
    ]
    assert of([{"name": "n", "b": 1}], [{"name": "m"}, {"name": "n", "b": 2}]) == [
        'a["n"].b 1 -> 2',
        'a["m"] nothing -> {"name": "m"}',
    ]
    assert of([{"name": "n"}, {"name": "m"}], [{"name": "m"}, {"name": "n"}])
    assert of(["x"], [None, "x"], [True, False]) == [f"a[0] nothing -> {UNKNOWN}"]
    assert of([1], [1.0]) == ["a[0] 1 -> 1.0"]
    assert of([0], [False]) == ["a[0] 0 -> false"]
    assert of(None, []) == []


def test_replace_paths_reach_into_lists() -> None:
    before = {"option": [{"settings": 1, "b": 1}, {"settings": 5}]}
    after = {"option": [{"settings": 2, "b": 2}, {"settings": 6}]}
    change = one(["delete", "create"], before, after, paths=[["option", 0, "settings"]])
    assert change.replace_paths == ("option[0].settings",)
    assert texts(change) == [
        "option[0].settings 1 -> 2 (forces replacement)",
        "option[0].b 1 -> 2",
        "option[1].settings 5 -> 6",
    ]


def test_deposed_objects_have_a_name_of_their_own() -> None:
    change = one(["delete"], {"id": "old"}, deposed="1a2b3c4d")
    assert change.label == "x.this (deposed object 1a2b3c4d)"


def test_drift() -> None:
    planned = from_document(plan(resource_drift=[resource(["update"], {"size": 1}, {"size": 2})]))
    assert texts(planned.drift[0]) == ["size 1 -> 2"]
    assert planned.counts() == Counts()


def test_a_plan_that_puts_off_work_is_not_complete() -> None:
    assert not from_document(plan(complete=False)).complete


@pytest.mark.parametrize("actions", sorted(KINDS), ids="-".join)
def test_every_known_combination_of_actions(actions: tuple[str, ...]) -> None:
    assert one(list(actions), {"a": 1}, {"a": 2}).kind is KINDS[actions]


@given(st.lists(st.sampled_from(["no-op", "create", "read", "update", "delete", "forget", "renew"]), max_size=3))
def test_any_combination_of_actions_is_known_or_refused(actions: list[str]) -> None:
    try:
        kind = one(actions, {"a": 1}, {"a": 2}).kind
    except NotAPlan as error:
        assert tuple(actions) not in KINDS
        assert "x.this" in str(error)
    else:
        assert kind is KINDS[tuple(actions)]
        if "delete" in actions:
            assert kind in (Kind.DELETE, Kind.REPLACE)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("", "not JSON"),
        ("[]", "not an object"),
        ("{}", "no format_version"),
        ('{"format_version": "1.0", "values": {}}', "no format_version and no changes"),
        ('{"format_version": "2.0", "resource_changes": []}', "2.0"),
        ('{"format_version": "1.2", "resource_changes": [], "errored": true}', "failed"),
        ('{"format_version": "1.2", "resource_changes": {"a": 1}}', "not a list"),
        ('{"format_version": "1.2", "resource_changes": [{}]}', "not an object"),
        ("[" * 100000, "not JSON"),
    ],
)
def test_what_is_no_plan(document: str, says: str) -> None:
    with pytest.raises(NotAPlan, match=says):
        from_json(document)


def test_a_plan_without_changes() -> None:
    assert from_json('{"format_version": "1.2", "planned_values": {"root_module": {}}}') == Planned(())


SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
)
MARKS = st.recursive(
    st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)
ANYTHING = st.fixed_dictionaries(
    {},
    optional={
        "address": st.text(max_size=3) | VALUES,
        "mode": st.sampled_from(["managed", "data", 1]),
        "type": st.just("aws_db_instance"),
        "name": st.just("x"),
        "deposed": VALUES,
        "change": VALUES
        | st.fixed_dictionaries(
            {"actions": VALUES | st.sampled_from([list(each) for each in KINDS])},
            optional={
                "before": VALUES,
                "after": VALUES,
                "after_unknown": MARKS,
                "before_sensitive": MARKS,
                "after_sensitive": MARKS,
                "replace_paths": VALUES,
                "importing": VALUES,
            },
        ),
    },
)


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {"format_version": st.sampled_from(["1.2", "1", "x", 1, None])},
        optional={
            "resource_changes": st.lists(ANYTHING, max_size=2) | VALUES,
            "resource_drift": st.lists(ANYTHING, max_size=2) | VALUES,
            "output_changes": VALUES | st.dictionaries(st.text(max_size=2), VALUES, max_size=2),
            "errored": st.booleans(),
            "complete": VALUES,
        },
    )
    | VALUES
)
def test_any_json_is_a_plan_or_an_error_of_ours(document: Any) -> None:
    try:
        repr(from_json(json.dumps(document)))
    except XyztfError as error:
        assert str(error)


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES)
def test_what_differs_is_reported_and_what_does_not_is_not(old: Any, new: Any) -> None:
    found = one(["update"], {"a": old}, {"a": new}).attributes
    same = json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)
    assert not (found and same)
    if not found and not same:
        assert _without_empty(old) == _without_empty(new)


def _without_empty(value: Any) -> Any:
    """Nothing, an empty list and an empty block are the same to people."""
    if isinstance(value, dict):
        found = {key: _without_empty(each) for key, each in value.items()}
        return {key: each for key, each in found.items() if each is not None} or None
    return None if value in (None, []) else json.dumps(value, sort_keys=True)


SECRET = "S3CR3T"
"""Stands in each sensitive text, and nowhere else."""


@st.composite
def marked(draw: st.DrawFn, depth: int = 3) -> tuple[Any, Any]:
    """A value with sensitive texts in it, and Terraform's marks for them."""
    kind = draw(st.sampled_from(["secret", "plain", "list", "dict", "all"] if depth else ["secret", "plain"]))
    if kind == "secret":
        return f"{SECRET}{draw(st.integers(0, 3))}", True
    if kind == "plain":
        return draw(SCALARS), draw(st.sampled_from([False, None]))
    if kind == "all":
        return draw(marked(depth - 1))[0], True
    if kind == "list":
        pairs = draw(st.lists(marked(depth - 1), max_size=3))
        return [value for value, _ in pairs], [marks for _, marks in pairs]
    pairs_by_name = draw(st.dictionaries(st.sampled_from(["a", "name", "b c"]), marked(depth - 1), max_size=3))
    return {key: value for key, (value, _) in pairs_by_name.items()}, {key: m for key, (_, m) in pairs_by_name.items()}


@settings(max_examples=100, deadline=None)
@given(marked(), marked(), MARKS, st.sampled_from(sorted(KINDS)))
def test_no_sensitive_text_is_carried(old: Any, new: Any, unknown: Any, actions: tuple[str, ...]) -> None:
    entry = resource(
        list(actions),
        # The copy stands for what a resource computes: it is not marked.
        {"x": old[0], "copy": f"see {SECRET}1"},
        {"x": new[0], "copy": old[0]},
        unknown={"x": unknown},
        was_hidden={"x": old[1]},
        hidden={"x": new[1]},
        paths=[["x"]],
    )
    rest = [resource(["no-op"], {"x": f"{SECRET}{n}"}, None, was_hidden={"x": True}) for n in range(4)]
    output = {**entry["change"], "before_sensitive": True, "after_sensitive": True}
    document = plan(entry, *rest, resource_drift=[entry], output_changes={"o": output})
    planned = from_document(document)
    assert SECRET not in repr(planned)
    assert SECRET not in "".join(str(each) for change in planned.changes for each in change.attributes)


@settings(max_examples=60, deadline=None)
@given(marked(), marked(), MARKS)
def test_marks_alone_hide_what_is_marked(old: Any, new: Any, unknown: Any) -> None:
    """Without the search for copies, which would cover up a mark that was not heeded."""
    marks = {"was_hidden": {"x": old[1]}, "hidden": {"x": new[1]}}
    with mock.patch.object(Secrets, "hide", lambda _, text: text):
        change = one(["update"], {"x": old[0]}, {"x": new[0]}, unknown={"x": unknown}, **marks)
    assert SECRET not in repr(change)


# The real Terraform -------------------------------------------------------------------------------------------------

CONFIGURATION = """\
variable "second" {
  type    = bool
  default = false
}
variable "word" {
  type      = string
  default   = "a-secret-word"
  sensitive = true
}
resource "terraform_data" "kept" {
  input = var.second ? "new" : var.word
}
resource "terraform_data" "replaced" {
  triggers_replace = var.second
}
resource "terraform_data" "gone" {
  count = var.second ? 0 : 1
}
resource "terraform_data" "checked" {
  lifecycle {
    precondition {
      condition     = !var.second || var.word != "wrong"
      error_message = "No."
    }
  }
}
"""


def terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": "/dev/null", "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    done = ["terraform", *arguments]
    return subprocess.run(done, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans")
    (folder / "main.tf").write_text(CONFIGURATION, "utf-8")
    assert terraform(folder, "init").returncode == 0
    assert terraform(folder, "apply", "-auto-approve").returncode == 0
    return folder


def shown(folder: Path, *options: str) -> tuple[int, str]:
    code = terraform(folder, "plan", "-input=false", "-out=p", *options).returncode
    return code, terraform(folder, "show", "-json", "p").stdout


@pytest.mark.terraform
def test_plans_of_the_terraform_that_is_installed(applied: Path) -> None:
    _, text = shown(applied, "-var=second=true", "-replace=terraform_data.checked")
    planned = from_json(text)
    assert planned.counts() == Counts(added=0, changed=1, replaced=2, destroyed=1)
    assert at(planned, "terraform_data.checked").because == "-replace asks for it"
    assert at(planned, "terraform_data.replaced").because == "triggers_replace cannot be changed in place"
    assert "a-secret-word" in text and "a-secret-word" not in repr(planned)


@pytest.mark.terraform
def test_a_plan_to_destroy_is_a_plan(applied: Path) -> None:
    assert from_json(shown(applied, "-destroy")[1]).counts() == Counts(destroyed=4)


@pytest.mark.terraform
def test_a_plan_that_failed_is_none_although_it_can_be_shown(applied: Path) -> None:
    code, text = shown(applied, "-var=second=true", "-var=word=wrong")
    assert code == 1
    assert json.loads(text)["errored"] is True
    with pytest.raises(NotAPlan, match="failed while it planned"):
        from_json(text)
