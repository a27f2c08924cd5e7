"""Terraform's JSON lines."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from xyztf.terraform.events import diagnostics, step

HOOK = {"resource": {"addr": "module.a.aws_db_instance.this", "resource_type": "aws_db_instance"}, "action": "create"}


def test_a_resource_on_its_way():
    found = step(json.dumps({"type": "apply_progress", "hook": {**HOOK, "elapsed_seconds": 10}}))
    assert found is not None
    assert (found.address, found.action, found.phase, found.seconds) == (
        "module.a.aws_db_instance.this",
        "create",
        "progress",
        10,
    )


def test_other_lines_tell_of_no_step():
    for line in ("", "plain text", '{"type": "version"}', "[]", '{"type": "apply_start"}'):
        assert step(line) is None


def test_an_error_has_its_place_in_the_project_and_its_resource():
    diagnostic = {
        "severity": "error",
        "summary": "creating RDS",
        "detail": "two\n  lines",
        "address": "module.db.aws_db_instance.this",
        "range": {"filename": "../../../modules/dev/rds-primary/main.tf", "start": {"line": 3, "column": 7}},
    }
    (found,) = diagnostics(json.dumps({"type": "diagnostic", "diagnostic": diagnostic}), "environments/dev/us-east-1")
    assert str(found.location) == "modules/dev/rds-primary/main.tf:3:7"
    assert found.message == "module.db.aws_db_instance.this: creating RDS"
    assert found.hint == "two lines"


def test_one_without_a_place_is_the_stacks():
    out = json.dumps({"type": "diagnostic", "diagnostic": {"severity": "error", "summary": "no", "detail": ""}})
    (found,) = diagnostics(out + "\nnoise", "environments/dev/global")
    assert str(found) == "environments/dev/global: no"


@given(st.text())
def test_any_text_is_read_without_a_crash(text):
    step(text)
    list(diagnostics(text, "x"))
