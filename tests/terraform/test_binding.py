"""What a plan hangs on: what is told when it no longer fits. With the real Terraform: test_saved.py."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xyztf.errors import Location
from xyztf.terraform.binding import Binding, Now, StalePlan, StateVersion, changed, in_plan, inputs, providers

WHERE = Location("environments/dev/global")
AWS = "registry.terraform.io/hashicorp/aws"
LOCK = """\
# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = ">= 5.100.0, < 7.0.0"
  hashes = [
    "h1:Ijt7pOlB7Tr7maGQIqtsLFbl7pSMIj06TVdkoSBcYOw=",
    "zh:054b8dd49f0549c9a7cc27d159e45327b7b65cf404da5e5a20da154b90b8a644",
  ]
}

provider "registry.terraform.io/hashicorp/archive" {
  version = "2.7.0"
  hashes = [
    "h1:x=",
  ]
}
"""
STATE = StateVersion("2ee4f959", 12)
NOW = Now("dev/global", "aws", "123456789012", "abc", "1.11.4", providers(LOCK), STATE)
THEN = Binding("dev/global", "aws", "123456789012", "abc", "1.11.4", providers(LOCK), STATE, False, True, "d1")


def test_a_lock_file_is_read() -> None:
    found = providers(LOCK)
    assert found[AWS][0] == "5.100.0"
    assert [each[:3] for each in found[AWS][1]] == ["h1:", "zh:"]
    assert found["registry.terraform.io/hashicorp/archive"] == ("2.7.0", ("h1:x=",))
    assert providers('# This file is maintained automatically by "terraform init".\n') == {}


def test_what_has_not_changed_is_not_told() -> None:
    assert list(changed(THEN, NOW)) == []


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (replace(NOW, inputs="abd"), "the rendered files changed since the plan was made"),
        (replace(NOW, terraform="1.12.0"), "Terraform has another version: 1.11.4 then, 1.12.0 now"),
        (
            replace(NOW, providers=providers(LOCK.replace("5.100.0", "6.1.0"))),
            "the provider hashicorp/aws has another version: 5.100.0 then, 6.1.0 now",
        ),
        (
            replace(NOW, providers=providers(LOCK.replace("zh:05", "zh:06"))),
            "the provider hashicorp/aws 5.100.0 has other hashes in .terraform.lock.hcl than when the plan was made",
        ),
        (
            replace(NOW, providers={AWS: NOW.providers[AWS]}),
            "the provider hashicorp/archive has another version: 2.7.0 then, none now",
        ),
        (
            replace(NOW, state=replace(STATE, serial=15)),
            "the state has moved on since the plan was made: serial 12 then, serial 15 now",
        ),
        (
            replace(NOW, state=StateVersion()),
            "the state has moved on since the plan was made: serial 12 then, no state now",
        ),
        (
            replace(NOW, state=StateVersion("other", 12)),
            "the state is another one than that which the plan was made for (its lineage differs)",
        ),
    ],
)
def test_what_has_changed_is_told_then_and_now(now: Now, told: str) -> None:
    assert list(changed(THEN, now)) == [told]


def test_everything_that_changed_is_told_at_once() -> None:
    assert len(list(changed(THEN, Now("", "", "", "x", "2", {}, StateVersion("x", 1))))) == 5


@given(
    st.builds(
        Binding,
        *[st.text()] * 5,
        st.dictionaries(st.text(), st.tuples(st.text(), st.lists(st.text()).map(tuple))),
        st.builds(StateVersion, st.text(), st.integers(0)),
        st.booleans(),
        st.booleans(),
        st.text(),
    )
)
def test_what_is_written_beside_a_plan_is_read_again(binding: Binding) -> None:
    assert Binding.from_json(binding.to_json(), WHERE) == binding


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04"])
def test_what_is_no_plan_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "plan").write_bytes(content)
    with pytest.raises(StalePlan, match="cannot be read"):
        in_plan(tmp_path / "plan")


def test_a_zip_without_a_state_is_no_plan_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "plan", "w") as file:
        file.writestr("tfplan", "x")
    with pytest.raises(StalePlan, match="cannot be read"):
        in_plan(tmp_path / "plan")


def test_the_inputs_are_the_stacks_files_and_the_modules_of_its_environment(tmp_path: Path) -> None:
    stack, module = tmp_path / "environments/dev/global", tmp_path / "modules/dev/vpc"
    for folder in (stack, module, tmp_path / "modules/prod/vpc", stack / ".terraform"):
        folder.mkdir(parents=True)
    (stack / "main.tf").write_text("a")
    (module / "function.zip").write_bytes(b"\0")
    seen = {inputs(stack)}
    for other in (tmp_path / "modules/prod/vpc/main.tf", stack / ".terraform/x", stack / ".terraform.lock.hcl"):
        other.write_text("not an input")
        assert {inputs(stack)} == seen
    (module / "function.zip").write_bytes(b"\1")
    assert inputs(stack) not in seen
    seen.add(inputs(stack))
    (module / "more.tf").write_text("")
    assert inputs(stack) not in seen


def test_the_provider_is_held_to_the_account_in_every_stack() -> None:
    root = Path(__file__).parents[2] / "environments"
    files = sorted(root.glob("*/*/providers.tf"))
    assert len(files) >= 7
    for file in files:
        blocks = file.read_text("utf-8").split('provider "aws" {')[1:]
        assert blocks, file
        for block in blocks:
            assert "allowed_account_ids = [" in block.split("\n}")[0], file
