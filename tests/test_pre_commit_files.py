"""Which files start which of the hooks in .pre-commit-hooks.yaml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
HOOKS = ("xyztf-render", "xyztf-lint", "xyztf-scan", "xyztf-check")


@pytest.mark.parametrize(
    ("path", "hooks"),
    [
        ("environments/dev.yaml", HOOKS),
        ("infra/environments/_defaults.yaml", HOOKS),
        ("environments/dev/global/main.tf", HOOKS),
        ("modules/dev/kinesis-dynamo/functions/processor/handler.py", ("xyztf-render", "xyztf-check")),
        ("templates/modules/vpc/main.tf.j2", ("xyztf-render", "xyztf-check")),
        ("live/terragrunt.hcl", ("xyztf-scan", "xyztf-check")),
        ("live/main.tf", ("xyztf-lint", "xyztf-scan", "xyztf-check")),
        ("live/prod.auto.tfvars.json", ("xyztf-lint", "xyztf-scan", "xyztf-check")),
        ("live/main.tofu", ("xyztf-lint", "xyztf-scan", "xyztf-check")),
        ("rules/databases.py", ("xyztf-lint", "xyztf-check")),
        ("infra/rules/_teams.py", ("xyztf-lint", "xyztf-check")),
        ("xyztf-suppressions.yaml", ("xyztf-lint", "xyztf-scan", "xyztf-check")),
        ("README.md", ()),
        ("app/main.py", ()),
        ("app/settings.yaml", ()),
        ("my-environments/dev.yaml", ()),
        ("app/rules/deep/rule.py", ()),
    ],
)
def test_which_files_start_which_hooks(path: str, hooks: Sequence[str]):
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in offered] == list(HOOKS)
    assert [hook["id"] for hook in offered if re.search(hook["files"], path)] == list(hooks)
