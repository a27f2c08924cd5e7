"""Terraform as good public modules write it: References and Provider schema find nothing, and Terraform agrees."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.hcl.functions.console import agrees
from xyztf.hcl.configuration import called_folder, configuration
from xyztf.hcl.sources import Sources
from xyztf.rules.references import RULES as REFERENCES
from xyztf.rules.rule import Context, Stack
from xyztf.rules.run import run
from xyztf.rules.schema import RULES as SCHEMA
from xyztf.terraform.binary import find_binary
from xyztf.terraform.provider import terraform_environment

FOLDER = Path(__file__).parent / "public_style"
FOLDERS = Sources(FOLDER).folders()
VALUES = ["local.text", "local.sum", "local.mixed", "local.replaced", "var.names", "var.rules", "var.loose", "var.last"]
VALUES += ["var.size"]


def found_in(folder: Path, name: str) -> list[str]:
    stack = Stack(configuration(Sources(folder), name), Context(date(2026, 11, 28)))
    return [
        f"{each.location} {each.rule} {each.message}"
        for each in run([rule() for rule in (*REFERENCES, *SCHEMA)], [stack])
    ]


@pytest.mark.parametrize("name", FOLDERS)
def test_nothing_is_found(name):
    assert found_in(FOLDER, name) == []


def test_they_are_read_as_one_stack():
    """So that a finding could be there: every module is called, and its values are known."""
    sources = Sources(FOLDER)
    read = configuration(sources, "stack")
    assert {*read.folders(), "others", "settings"} == set(FOLDERS)
    (queue,) = [each for each in read.resources if each.address == 'module.queues.aws_sqs_queue.this["mails"]']
    assert queue.values["message_retention_seconds"] == 86400
    assert {called_folder("stack", call) for call in sources.module("stack").calls.values()} <= set(FOLDERS)


@pytest.mark.parametrize(
    ("file", "good", "wrong", "rule"),
    [
        ("modules/bucket/main.tf", "step.value.storage_class", "stepp_x.value.storage_class", "XYZ104"),
        ("modules/topic-json/topic.tf.json", "${mail.value}", "${var.mail}", "XYZ101"),
        ("modules/topic-json/topic.tf.json", '"statement": [', '"statment": [', "XYZ202"),
        ("modules/topic-json/topic.tf.json", '"set(string)"', '"sett(string)"', "XYZ114"),
        ("modules/database/main.tf", "password_wo_version ", "password_wo_versoin ", "XYZ202"),
        ("stack/main.tf", "module.topic.role }", "module.topic.rolle }", "XYZ105"),
        ("stack/changes.tf", "orders.id}", "order.id}", "XYZ104"),
    ],
)
def test_a_mistake_in_them_is_found(file, good, wrong, rule, tmp_path):
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    path = tmp_path / file
    assert path.read_text().count(good) == 1
    path.write_text(path.read_text().replace(good, wrong))
    found = found_in(tmp_path, "stack")
    assert any(f" {rule} " in each and each.startswith(file) for each in found), found


@pytest.mark.terraform
def test_terraform_finds_nothing_either(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "all")
    environment = terraform_environment(os.environ, tmp_path)
    for name in ("stack", "settings"):
        for arguments in (["init", "-backend=false", "-input=false"], ["validate", "-json"]):
            done = subprocess.run(
                [find_binary().path, *arguments],
                cwd=tmp_path / "all" / name,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["diagnostics"] == []


@pytest.mark.terraform
def test_json_overrides_and_values_mean_what_they_mean_to_terraform(tmp_path):
    shutil.copytree(FOLDER / "settings", tmp_path / "settings")
    done = subprocess.run(
        [find_binary().path, "console"],
        input=f"base64encode(jsonencode([{', '.join(VALUES)}]))\n",
        cwd=tmp_path / "settings",
        env=terraform_environment(os.environ, tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(base64.b64decode(json.loads(done.stdout)))
    root = configuration(Sources(FOLDER), "settings").root
    for name, answer in zip(VALUES, answers, strict=True):
        kind, _, rest = name.partition(".")
        assert agrees(root.find(kind, (rest,))[0], answer), name
