"""The command line against the sandbox where everything around it leads to somebody's AWS: nobody there is called."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
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
KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PROFILE = """\
[default]
region = us-west-1
endpoint_url = {trap}
aws_access_key_id = {key}
aws_secret_access_key = {secret}
services = all

[profile prod]
endpoint_url = {trap}
role_arn = arn:aws:iam::999999999999:role/admin
source_profile = default

[services all]
s3 =
  endpoint_url = {trap}
iam =
  endpoint_url = {trap}
"""
NOTED = """\
{{"version": 3, "backend": {{"type": "s3", "hash": 1, "config": {{"bucket": "theirs", "key": "k", "region": "us-east-1",
 "profile": "prod", "endpoints": {{"s3": "{trap}"}}}}}}}}
"""
SERVICES = ("BUDGETS", "CLOUDWATCH", "DYNAMODB", "EC2", "IAM", "KMS", "LAMBDA", "RDS", "S3", "SNS", "SQS", "STS")


class Trap:
    """Stands for AWS. Counts who connects, and keeps what they send."""

    def __init__(self) -> None:
        self.caught: list[bytes] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            connection.settimeout(5)
            try:
                self.caught.append(connection.recv(2000))
            except OSError:
                self.caught.append(b"")
            connection.close()


@dataclass(frozen=True)
class Hostile:
    """A project, in surroundings that lead to the trap."""

    root: Path
    trap: Trap
    variables: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "xyztf", *arguments, "--project", str(self.root)],
            capture_output=True,
            text=True,
            check=False,
            env=self.variables,
            stdin=subprocess.DEVNULL,
        )


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Hostile]:
    trap, root, home = Trap(), tmp_path / "project", tmp_path / "home"
    (root / "environments").mkdir(parents=True)
    (root / "environments" / "tiny.yaml").write_text(TINY)
    (home / ".aws").mkdir(parents=True)
    for name in ("config", "credentials"):
        (home / ".aws" / name).write_text(PROFILE.format(trap=trap.address, key=KEY, secret=SECRET))
    variables = {
        **os.environ,
        "HOME": str(home),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "AWS_PROFILE": "prod",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2VjEXAMPLE",
        "AWS_REGION": "us-west-1",
        "AWS_ENDPOINT_URL": trap.address,
        **{f"AWS_ENDPOINT_URL_{service}": trap.address for service in SERVICES},
        "AWS_S3_ENDPOINT": trap.address,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": trap.address,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": trap.address,
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(home / ".aws" / "config"),
        "AWS_ROLE_ARN": "arn:aws:iam::999999999999:role/admin",
        "NO_PROXY": "*",
        "no_proxy": "*",
        "REQUEST_METHOD": "GET",
        "MOTO_ACCOUNT_ID": "999999999999",
        "TF_CLI_ARGS": "-var=x=1",
        "TF_CLI_ARGS_init": f"-backend-config=profile=prod -backend-config=endpoints={{s3='{trap.address}'}}",
        "TF_WORKSPACE": "theirs",
        "TF_VAR_region": "us-west-1",
    }
    made = Hostile(root, trap, variables)
    assert made.run("render").returncode == 0
    for stack in ("global", "eu-west-1"):
        noted = root / "environments" / "tiny" / stack / ".terraform" / "terraform.tfstate"
        noted.parent.mkdir()
        noted.write_text(NOTED.format(trap=trap.address))
    yield made
    made.run("sandbox", "reset", "tiny")
    trap.socket.close()


def test_plan_apply_a_changed_backend_and_destroy_call_nobody_else(hostile):
    chosen = ("tiny", "--sandbox", "--stack", "global")
    applied = hostile.run("apply", *chosen)
    assert applied.returncode == 0, applied.stderr
    assert "acme-tiny-application" in hostile.run("output", *chosen).stdout

    environment = hostile.root / "environments" / "tiny.yaml"
    environment.write_text(TINY.replace("project: acme", "project: acme-two"))
    assert hostile.run("render").returncode == 0
    moved = hostile.run("plan", *chosen)
    assert moved.returncode == 0, moved.stderr
    assert "global: 5 added" in moved.stdout

    environment.write_text(TINY)
    assert hostile.run("render").returncode == 0
    down = hostile.run("destroy", *chosen)
    assert down.returncode == 0, down.stderr
    assert hostile.run("bootstrap", "tiny", "--sandbox").returncode == 0

    assert hostile.trap.caught == []
    said = [line for path in hostile.root.rglob("*") if path.is_file() for line in path.read_bytes().splitlines()]
    assert not [line for line in said if SECRET.encode() in line]


BACKEND = 'terraform {{\n  backend "s3" {{\n    endpoints = {{ s3 = "{trap}" }}\n    profile = "prod"\n  }}\n}}\n'


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("state_override.tf", BACKEND, "state_override.tf: error: an override file could configure"),
        ("state.tf", BACKEND, "state.tf:3: error: endpoints of the backend could lead past the sandbox"),
        ("more.tf", 'provider "aws" {{\n  alias = "x"\n  profile = "prod"\n}}\n', "more.tf:3: error: profile of the"),
        ("more.tf.json", '{{"provider": {{"aws": {{"profile": "prod"}}}}}}', "the sandbox reads no such files"),
    ],
)
def test_a_backend_or_a_provider_in_the_files_is_refused_with_its_place(hostile, name, text, said):
    (hostile.root / "environments" / "tiny" / "global" / name).write_text(text.format(trap=hostile.trap.address))
    refused = hostile.run("plan", "tiny", "--sandbox", "--stack", "global")
    assert refused.returncode == 4, refused.stderr
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert hostile.trap.caught == []
