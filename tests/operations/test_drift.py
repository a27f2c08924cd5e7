"""Drift of a small environment in the sandbox, with the real Terraform and provider, and how it is told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from xyztf.cli.app import run
from xyztf.errors import Location, Problem, XyztfError
from xyztf.operations.drift import as_data, as_markdown, as_text
from xyztf.terraform.additions import Addition
from xyztf.terraform.differences import Attribute
from xyztf.terraform.drift import Drift, Drifted
from xyztf.terraform.order import Outcome

TINY = """\
project: acme
account_id: "123456789012"
primary_region: eu-west-1
regions: { eu-west-1: { cidr: 10.0.0.0/16 } }
tables:
  things: { partition_key: { name: Id }, deletion_protection: false }
"""
EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
SIZE = Attribute("size", "size", (), 1, 2)
DRIFT = Drift(
    (Drifted("x.one", "x", attributes=(SIZE,), replaces=True), Drifted("x.two", "x", gone=True)),
    (Addition("x.three", "x", "ingress", "tcp 22 from 0.0.0.0/0"),),
    (Drifted("x.four", "x", attributes=(SIZE,)),),
)
OUTCOMES = [
    Outcome("global", Drift()),
    Outcome("one", DRIFT),
    Outcome("two", error=XyztfError(Problem("no way in", Location("environments/demo/two")))),
]


def test_text_has_what_changed_from_which_value() -> None:
    assert list(as_text(OUTCOMES)) == [
        "global: no drift",
        "one: 1 changed, 1 gone, 1 added",
        "  ~ x.one: to be replaced",
        "      size 1 -> 2",
        "  - x.two: gone",
        "  + x.three: ingress tcp 22 from 0.0.0.0/0",
        "two: not looked at",
    ]


def test_text_has_the_rest_only_when_asked_for() -> None:
    assert "    ~ x.four" in list(as_text(OUTCOMES, everything=True))


def test_markdown_is_a_table_and_a_block_for_each_stack_with_drift() -> None:
    assert as_markdown("demo", OUTCOMES).splitlines() == [
        *("### Drift of demo", "", "| Stack | Drift |", "| --- | --- |"),
        *("| global | no drift |", "| one | 1 changed, 1 gone, 1 added |", "| two | not looked at |"),
        *("", "**one**", "", "```", "~ x.one: to be replaced", "    size 1 -> 2", "- x.two: gone"),
        *("+ x.three: ingress tcp 22 from 0.0.0.0/0", "```"),
    ]
    assert "~ x.four" in as_markdown("demo", OUTCOMES, everything=True)


def test_data_tells_a_stack_without_drift_from_one_that_was_not_looked_at() -> None:
    clean, drifted, failed = as_data(OUTCOMES)
    assert clean == {"stack": "global", "looked_at": True, "drift": [], "added": [], "errors": []}
    assert drifted["drift"][0] == {
        "address": "x.one",
        "type": "x",
        "gone": False,
        "replaces": True,
        "attributes": [{"path": "size", "old": 1, "new": 2, "sensitive": False}],
    }
    assert drifted["added"][0]["what"] == "tcp 22 from 0.0.0.0/0"
    assert (failed["looked_at"], failed["errors"]) == (False, ["environments/demo/two: no way in"])
    assert [len(stack["left"]) for stack in as_data(OUTCOMES, everything=True)] == [0, 1, 0]


def test_an_unknown_format_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["drift", "demo", "--format", "yaml"]) == 64
    assert "there is no format yaml" in capsys.readouterr().err


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory):
    root = tmp_path_factory.mktemp("project")
    (root / "environments").mkdir()
    (root / "environments" / "tiny.yaml").write_text(TINY)
    assert xyztf(root, "render").returncode == 0
    yield root
    xyztf(root, "sandbox", "reset", "tiny")


def xyztf(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "xyztf", *arguments, "--project", str(root)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(root / "cache"), **variables}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, stdin=subprocess.DEVNULL
    )


def client(root: Path, service: str) -> Any:
    """A hand that changes things beside Terraform."""
    told = xyztf(root, "sandbox", "status", "tiny").stdout
    endpoint = re.search(r"http://127\.0\.0\.1:\d+", told)
    assert endpoint, told
    keys = {"aws_access_key_id": "xyztf-sandbox", "aws_secret_access_key": "xyztf-sandbox"}
    return boto3.client(service, region_name="eu-west-1", endpoint_url=endpoint[0], **keys)


@pytest.mark.terraform
def test_exactly_what_was_changed_by_hand_is_drift_until_it_is_put_back(project: Path) -> None:
    stack = ("tiny", "--sandbox", "--stack", "global")
    assert xyztf(project, "apply", *stack).returncode == 0
    clean = xyztf(project, "drift", *stack)
    assert (clean.returncode, clean.stdout) == (0, "global: no drift\n"), clean.stderr
    assert "next:" not in clean.stderr

    iam = client(project, "iam")
    role = "acme-tiny-application"
    policy = iam.list_role_policies(RoleName=role)["PolicyNames"][0]
    iam.update_role(RoleName=role, Description="by hand")
    iam.tag_role(RoleName=role, Tags=[{"Key": "Stack", "Value": "mine"}])
    iam.delete_role_policy(RoleName=role, PolicyName=policy)
    iam.put_role_policy(RoleName=role, PolicyName="open", PolicyDocument=json.dumps(EVERYTHING))

    drifted = xyztf(project, "drift", *stack)
    assert drifted.returncode == 2, drifted.stderr
    assert drifted.stdout.splitlines() == [
        "global: 1 changed, 1 gone, 1 added",
        "  ~ aws_iam_role.application",
        '      description "What the application of acme tiny runs as" -> "by hand"',
        '      tags.Stack "global" -> "mine"',
        "  - aws_iam_role_policy.application: gone",
        "  + aws_iam_role.application: inline_policy open",
    ]
    assert "xyztf apply tiny --sandbox" in drifted.stderr

    iam.delete_role_policy(RoleName=role, PolicyName="open")
    assert xyztf(project, "apply", *stack).returncode == 0
    back = xyztf(project, "drift", *stack)
    assert (back.returncode, back.stdout) == (0, "global: no drift\n")


@pytest.mark.terraform
def test_a_stack_that_cannot_be_looked_at_is_a_failure(project: Path) -> None:
    hidden = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}
    done = xyztf(project, "drift", "tiny", "--stack", "global", **hidden, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    assert (done.returncode, done.stdout) == (1, "global: not looked at\n")
    assert "environments/tiny/global: error:" in done.stderr
    assert "Traceback" not in done.stderr
