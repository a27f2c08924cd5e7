"""All of prod in the sandbox: applied, failed over as docs/failover.md says with us-east-1 out of reach, taken down.

A quarter of an hour, nearly all of it the provider's own waits for RDS; what can wait side by side does.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

pytestmark = [pytest.mark.sandbox(minutes=15), pytest.mark.timeout(3000)]

REPOSITORY = Path(__file__).parents[2]
EAST, WEST, OHIO = "us-east-1", "us-west-2", "us-east-2"
STACKS = ["global", EAST, WEST, OHIO]
REPLICA = "xyz-corp-prod-replica-us-west-2"


@dataclass(frozen=True)
class Prod:
    """A copy of this repository's environments and modules."""

    root: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "xyztf", *arguments, "--project", str(self.root)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "XDG_CACHE_HOME": str(self.root / "cache")},
            stdin=subprocess.DEVNULL,
        )

    def must(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, f"xyztf {shlex.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
        return done.stdout

    def unchanged(self, *stacks: str) -> None:
        """Plan, and find nothing to change."""
        chosen = [part for stack in stacks for part in ("--stack", stack)]
        said = self.must("plan", "prod", "--sandbox", "--detailed-exitcode", "--parallel", "4", *chosen)
        assert said.splitlines() == [f"{stack}: no changes" for stack in stacks or STACKS]

    def edit(self, *changes: tuple[str, str]) -> None:
        """Change the environment's file as a person would, and render."""
        path = self.root / "environments" / "prod.yaml"
        text = path.read_text()
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path.write_text(text)

    def client(self, service: str, region: str) -> Any:
        endpoint = re.findall(r"http://\S+", self.must("sandbox", "status", "prod"))[0]
        keys = {"aws_access_key_id": "xyztf-sandbox", "aws_secret_access_key": "xyztf-sandbox"}
        return boto3.client(service, region_name=region, endpoint_url=endpoint, config=Config(proxies={}), **keys)

    def databases(self, region: str) -> dict[str, dict[str, Any]]:
        found = self.client("rds", region).describe_db_instances()["DBInstances"]
        return {instance["DBInstanceIdentifier"]: instance for instance in found}

    def alarms(self, region: str) -> set[str]:
        pages = self.client("cloudwatch", region).get_paginator("describe_alarms").paginate()
        return {alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]}


@pytest.fixture
def prod(tmp_path: Path) -> Iterator[Prod]:
    for part in ("environments", "modules"):
        shutil.copytree(REPOSITORY / part, tmp_path / part, ignore=shutil.ignore_patterns(".terraform*"))
    prod = Prod(tmp_path)
    yield prod
    prod.run("sandbox", "reset", "prod")


def runbook(heading: str) -> list[list[str]]:
    """The commands below a heading of the runbook, for the sandbox."""
    text = (REPOSITORY / "docs" / "failover.md").read_text().replace("\\\n", " ")
    section = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL) for line in block.splitlines()]
    assert lines, heading
    return [[*words, *([] if words[0] == "render" else ["--sandbox"])] for words in (shlex.split(x)[1:] for x in lines)]


def test_prod_is_applied_failed_over_and_taken_down(prod):
    before = files(prod.root)
    prod.must("up", "prod", "--sandbox", "--parallel", "4")
    prod.unchanged()
    assert files(prod.root) == before, "the project was touched"
    replica = prod.databases(WEST)[REPLICA]

    prod.must("sandbox", "outage", "prod", EAST)
    with ThreadPoolExecutor() as pool:
        lost = pool.submit(prod.run, "plan", "prod", "--sandbox", "--stack", EAST, "--stack", "global")
        fail_over(prod)
        assert lost.result().returncode == 1
        assert lost.result().stdout.splitlines() == ["global: not planned", f"{EAST}: not planned"]
        assert lost.result().stderr.count(f"{EAST} is out of reach: the sandbox has an outage there") == 2
    prod.unchanged(OHIO)
    promoted = prod.databases(WEST)[REPLICA]
    assert promoted["DbiResourceId"] == replica["DbiResourceId"]
    assert "ReadReplicaSourceDBInstanceIdentifier" in replica
    assert "ReadReplicaSourceDBInstanceIdentifier" not in promoted
    assert promoted["BackupRetentionPeriod"] == 7
    alarms = prod.alarms(WEST)
    assert {f"{REPLICA}-database-cpu", f"{REPLICA}-database-connections", f"{REPLICA}-database-storage"} <= alarms
    assert not [name for name in alarms if name.startswith(f"{REPLICA}-replica")]

    prod.must("sandbox", "outage", "prod", "--end")
    for command in runbook("Coming back"):
        prod.must(*command)

    protected = prod.run("destroy", "prod", "--sandbox", "--stack", OHIO)
    assert protected.returncode == 1
    assert "Instance cannot be destroyed" in protected.stderr
    take_down(prod)


def fail_over(prod: Prod) -> None:
    (look,) = runbook("1. See that us-west-2 can be changed")
    assert prod.must(*look) == f"{WEST}: no changes\n"

    prod.edit((f"    {WEST}: {{}}\n", f"    {WEST}: {{ role: promoted }}\n"))
    assert f"    {WEST}: {{ role: promoted }}\n" in (REPOSITORY / "docs" / "failover.md").read_text()
    render, plan, apply = runbook("2. Promote the replica")
    prod.must(*render)
    planned = prod.run(*plan)
    assert planned.returncode == 4, planned.stdout + planned.stderr
    named = [word for word in apply if word.startswith("module.")]
    assert re.findall(r"refused: (\S+) would be destroyed", planned.stderr) == named
    assert "  ~ module.rds_replica.aws_db_instance.this\n" in planned.stdout
    assert "±" not in planned.stdout
    prod.must(*apply)

    again, output = runbook("3. See that it stands alone")
    assert prod.must(*again) == f"{WEST}: no changes\n"
    assert REPLICA in prod.must(*output)


def take_down(prod: Prod) -> None:
    """As docs/guard.md says."""
    prod.edit(
        ("protected: true\n", "protected: false\n"),
        ("database:\n  version", "database:\n  deletion_protection: false\n  version"),
        ("    billing_mode: PAY_PER_REQUEST\n", "    billing_mode: PAY_PER_REQUEST\n    deletion_protection: false\n"),
    )
    prod.must("render", "prod")
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda stack: prod.must("apply", "prod", "--sandbox", "--stack", stack), STACKS[1:]))
    prod.must("destroy", "prod", "--sandbox", "--parallel", "4")
    empty = json.loads(prod.must("output", "prod", "--sandbox", "--format", "json"))
    assert empty == {stack: {} for stack in STACKS}
    for region in STACKS[1:]:
        assert prod.databases(region) == {}
        assert prod.alarms(region) == set()
    assert prod.must("sandbox", "logs", "prod", "--unsupported") == ""


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("environments", "modules")
        for path in (root / folder).rglob("*")
        if path.is_file()
    }
