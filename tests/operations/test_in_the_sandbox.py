"""An environment's life in the sandbox, with the real Terraform and provider: up, nothing to change, refused, down."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.terraform

TINY = """\
project: acme
account_id: "123456789012"
primary_region: eu-west-1
regions: { eu-west-1: { cidr: 10.0.0.0/16 } }
tables:
  things: { partition_key: { name: Id }, deletion_protection: false }
"""


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


def test_its_life(project):
    before = files(project)
    up = xyztf(project, "up", "tiny", "--sandbox")
    assert up.returncode == 0, up.stderr
    assert "  tables            acme-tiny-things\n" in up.stdout
    assert re.search(r"  alarms            \d+.*\n  alarms go to      arn:aws:sns:eu-west-1:", up.stdout), up.stdout
    for said in ("eu-west-1 valid", "eu-west-1 applied", "xyztf plan tiny --sandbox"):
        assert said in up.stderr
    (log,) = (project / ".xyztf" / "sandbox" / "tiny" / "logs").iterdir()
    assert log.stat().st_mode & 0o777 == 0o600
    kept = log.read_text()
    for words in ("up tiny --sandbox", "Terraform ", "aws_dynamodb_table.things: create\n", "Apply complete!"):
        assert words in kept, words
    assert re.search(r" - exit code 0 after \d+ s\n$", kept)

    again = xyztf(project, "plan", "tiny", "--sandbox", "--detailed-exitcode")
    assert (again.returncode, again.stdout) == (0, "global: no changes\neu-west-1: no changes\n")
    out = json.loads(xyztf(project, "output", "tiny", "--sandbox", "--format", "json").stdout)
    assert out["eu-west-1"]["table_names"] == {"things": "acme-tiny-things"}
    assert files(project) == before, "the project was touched"

    assert xyztf(project, "bootstrap", "tiny", "--sandbox").stdout == "nothing to change\n"

    stopped = xyztf(project, "sandbox", "stop", "tiny")
    assert stopped.returncode == 0, stopped.stderr
    kept = xyztf(project, "plan", "tiny", "--sandbox", "--detailed-exitcode", "--stack", "eu-west-1")
    assert kept.returncode == 0, kept.stdout + kept.stderr

    environment = project / "environments" / "tiny.yaml"
    environment.write_text(TINY.replace("name: Id", "name: Key"))
    outdated = xyztf(project, "plan", "tiny", "--sandbox")
    assert outdated.returncode == 1
    assert "run xyztf render tiny" in outdated.stderr
    assert xyztf(project, "render").returncode == 0
    refused = xyztf(project, "apply", "tiny", "--sandbox", "--stack", "eu-west-1")
    assert refused.returncode == 4
    assert "aws_dynamodb_table.things would be replaced" in refused.stderr
    assert "--allow-destroy module.kinesis_dynamo.aws_dynamodb_table.things" in refused.stderr
    told = re.search(r"^log: (.+)$", refused.stderr, re.MULTILINE)
    assert told
    kept = Path(told[1]).read_text()
    assert "aws_dynamodb_table.things would be replaced" in kept
    assert re.search(r" - exit code 4 after \d+ s\n$", kept)
    handed = project / "handed"
    made = xyztf(project, "plan", "tiny", "--sandbox", "--stack", "eu-west-1", "--out", str(handed))
    assert made.returncode == 4, made.stderr
    bound = json.loads((handed / "eu-west-1.json").read_text())
    assert bound["providers"]["registry.terraform.io/hashicorp/aws"][0].startswith("5.")
    assert (bound["target"], bound["state"]["serial"] > 0) == ("sandbox", True)
    elsewhere = xyztf(project, "apply", "tiny", "--plans", str(handed), "--yes")
    assert elsewhere.returncode == 1
    assert "it is a plan for the target sandbox, and this is aws" in elsewhere.stderr
    confirmed = xyztf(
        project,
        *("apply", "tiny", "--sandbox", "--plans", str(handed)),
        *("--allow-destroy", "module.kinesis_dynamo.aws_dynamodb_table.things"),
    )
    assert confirmed.returncode == 0, confirmed.stderr

    down = xyztf(project, "destroy", "tiny", "--sandbox")
    assert down.returncode == 0, down.stderr
    empty = json.loads(xyztf(project, "output", "tiny", "--sandbox", "--format", "json").stdout)
    assert empty == {"global": {}, "eu-west-1": {}}
    assert xyztf(project, "sandbox", "logs", "tiny", "--unsupported").stdout == ""


def files(root: Path) -> list[str]:
    return sorted(
        path.relative_to(root).as_posix()
        for folder in ("environments", "modules")
        for path in (root / folder).rglob("*")
    )


def test_against_aws_a_run_without_a_terminal_needs_yes_and_credentials(project):
    hidden = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}
    done = xyztf(project, "apply", "tiny", **hidden, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    assert done.returncode == 1
    assert "environments/tiny/global: error:" in done.stderr
    assert "Traceback" not in done.stderr
