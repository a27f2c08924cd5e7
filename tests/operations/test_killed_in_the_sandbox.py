"""kill -9 at random moments of an apply: `apply` again always ends in the applied state.

Five times xyztf alone is killed, as by a CI that loses patience: Terraform then ends in its own way, and nothing is
lost. Five times all of it is, as by a machine that goes down: nobody writes the state, or releases its lock.
The moments are printed with a failure.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

pytestmark = [pytest.mark.sandbox(minutes=4), pytest.mark.alone, pytest.mark.timeout(1500)]

REGION = "eu-west-1"
ENVIRONMENT = """\
project: acme
account_id: "123456789012"
primary_region: eu-west-1
regions: { eu-west-1: { cidr: 10.0.0.0/16 } }
database: { instance_class: db.t4g.medium }
tables: { things: { partition_key: { name: Id } } }
notify: { emails: [oncall@example.com] }
"""
SECONDS = 100
"""About how long the apply takes: the database's own waits are in it."""


def xyztf(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "xyztf", *arguments, "--project", str(root)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=variables(root), stdin=subprocess.DEVNULL
    )


def variables(root: Path) -> dict[str, str]:
    return {**os.environ, "XDG_CACHE_HOME": str(root / "cache")}


def make_project(root: Path) -> None:
    """A database and a table, with network, keys and alarms."""
    (root / "environments").mkdir()
    (root / "environments" / "small.yaml").write_text(ENVIRONMENT)
    assert xyztf(root, "render").returncode == 0


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox's file with the global stack applied."""
    root = tmp_path_factory.mktemp("prepared")
    make_project(root)
    done = xyztf(root, "apply", "small", "--sandbox", "--stack", "global")
    assert done.returncode == 0, done.stderr
    saved = root / "snapshot"
    assert xyztf(root, "sandbox", "save", "small", str(saved)).returncode == 0
    xyztf(root, "sandbox", "reset", "small")
    return saved


@pytest.fixture
def small_project(tmp_path: Path, prepared: Path) -> Iterator[Path]:
    make_project(tmp_path)
    done = xyztf(tmp_path, "sandbox", "restore", "small", str(prepared))
    assert done.returncode == 0, done.stderr
    yield tmp_path
    xyztf(tmp_path, "sandbox", "reset", "small")


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        left += children.get(found[-1], [])
    return found


def kill_while_applying(root: Path, seconds: float, *, everything: bool) -> None:
    """Start an apply, and kill it so long after Terraform began to."""
    said = root / "said"
    with said.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "xyztf", "apply", "small", "--sandbox", "--stack", REGION, "--project", str(root)],
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=variables(root),
        )
        until = time.monotonic() + 300
        while "to apply" not in said.read_text() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        assert process.poll() is None, said.read_text()
        time.sleep(seconds)
        for pid in family(process.pid) if everything else [process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait()


def client(root: Path, service: str) -> Any:
    endpoint = re.findall(r"http://\S+", xyztf(root, "sandbox", "status", "small").stdout)[0]
    keys = {"aws_access_key_id": "xyztf-sandbox", "aws_secret_access_key": "xyztf-sandbox"}
    return boto3.client(service, region_name=REGION, endpoint_url=endpoint, config=Config(proxies={}), **keys)


def assert_applied(root: Path) -> None:
    again = xyztf(root, "apply", "small", "--sandbox", "--stack", REGION)
    assert again.returncode == 0, again.stdout + again.stderr
    planned = xyztf(root, "plan", "small", "--sandbox", "--stack", REGION, "--detailed-exitcode")
    assert (planned.returncode, planned.stdout) == (0, f"{REGION}: no changes\n"), planned.stdout + planned.stderr
    assert len(client(root, "rds").describe_db_instances()["DBInstances"]) == 1
    status = json.loads(xyztf(root, "status", "small", "--sandbox", "--format", "json").stdout)
    (stack,) = [each for each in status["stacks"] if each["stack"] == REGION]
    assert stack["lock"] is None
    running = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True).stdout
    assert not [line for line in running.splitlines() if str(root) in line and "terraform" in line]


@pytest.mark.parametrize("number", range(5))
def test_xyztf_killed(small_project, number):
    seconds = random.uniform(number, number + 1) * SECONDS / 5
    print(f"killed {seconds:.2f} s into the apply")
    kill_while_applying(small_project, seconds, everything=False)
    assert_applied(small_project)
    assert (
        len(client(small_project, "ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"])
        == 1
    )


@pytest.mark.parametrize("number", range(5))
def test_all_killed(small_project, number):
    seconds = random.uniform(number, number + 1) * SECONDS / 5
    print(f"killed {seconds:.2f} s into the apply")
    kill_while_applying(small_project, seconds, everything=True)
    assert_applied(small_project)
