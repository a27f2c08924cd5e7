"""Preflight: what we render runs against the sandbox, and whatever could lead past it does not."""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
from pathlib import Path

import pytest

from xyztf.errors import ExitCode
from xyztf.sandbox.environment import sandbox_variables
from xyztf.sandbox.preflight import NotIsolated, preflight
from xyztf.sandbox.server import Running
from xyztf.sandbox.state import Record
from xyztf.terraform.provider import terraform_environment

ROOT = Path(__file__).parents[2]
STACKS = sorted(path.relative_to(ROOT) for path in ROOT.glob("environments/*/*/"))
FINE = """\
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }

  backend "s3" {
    bucket       = "state"
    key          = "a"
    region       = "us-east-1"
    use_lockfile = true
  }
}

provider "aws" {
  region = "us-east-1"
}
"""


class Flight:
    """A stack that may run, to be spoilt in one way at a time."""

    def __init__(self, aws, tmp_path: Path) -> None:
        self.root = tmp_path
        self.stack = tmp_path / "environments" / "dev" / "global"
        self.stack.mkdir(parents=True)
        self.write("main.tf", FINE)
        port = int(aws.endpoint.rpartition(":")[2])
        self.running = Running(aws.place, Record(1, port, "token", "123456789012", "", ""))
        self.variables = sandbox_variables(os.environ, aws.endpoint, "us-east-1", tmp_path)

    def write(self, name: str, text: str) -> None:
        path = self.stack / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def go(self) -> None:
        preflight(self.stack, self.running, self.variables, self.root)

    def refused(self) -> str:
        with pytest.raises(NotIsolated) as caught:
            self.go()
        assert caught.value.exit_code is ExitCode.REFUSED
        return str(caught.value)


@pytest.fixture
def flight(aws, tmp_path):
    return Flight(aws, tmp_path)


def test_what_is_fine_runs(flight):
    flight.go()


@pytest.mark.parametrize("stack", STACKS, ids=str)
def test_so_does_all_that_we_render(flight, stack):
    flight.stack, flight.root = ROOT / stack, ROOT
    flight.go()


# Variables


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ENDPOINT_URL", None),
        ("AWS_ENDPOINT_URL", "https://sts.amazonaws.com"),
        ("AWS_ENDPOINT_URL", "http://localhost:4566"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1@evil.example"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("AWS_ENDPOINT_URL_STS", "https://sts.amazonaws.com"),
        ("AWS_S3_ENDPOINT", "https://s3.amazonaws.com"),
        ("AWS_ACCESS_KEY_ID", "AKIAREALREALREALREAL"),
        ("AWS_SECRET_ACCESS_KEY", None),
        ("AWS_SESSION_TOKEN", "x"),
        ("AWS_PROFILE", "prod"),
        ("AWS_CONFIG_FILE", "/etc/passwd"),
        ("AWS_SHARED_CREDENTIALS_FILE", None),
        ("AWS_EC2_METADATA_DISABLED", "false"),
        ("AWS_CA_BUNDLE", "x"),
        ("HTTPS_PROXY", None),
        ("HTTP_PROXY", "http://evil.example"),
        ("ALL_PROXY", "http://evil.example"),
        ("NO_PROXY", "*"),
        ("no_proxy", "amazonaws.com"),
        ("TF_CLI_ARGS_plan", "-var=x"),
        ("TF_REATTACH_PROVIDERS", "{}"),
        ("TF_WORKSPACE", "x"),
        ("REQUEST_METHOD", "GET"),
    ],
)
def test_a_variable_that_leads_elsewhere_is_refused_by_name(flight, name, value):
    flight.variables.pop(name, None)
    if value is not None:
        flight.variables[name] = value
    assert name in flight.refused()


def test_a_secret_in_a_variable_is_not_printed(flight):
    flight.variables["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI"
    assert "wJalrXUtnFEMI" not in flight.refused()


# Files


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('provider "aws" {\n  profile = "prod"\n}', 2, "profile of the provider"),
        ('provider "aws" {\n  access_key = "A"\n}', 2, "access_key"),
        ('provider "aws" {\n  shared_credentials_files = []\n}', 2, "shared_credentials_files"),
        ('provider "aws" {\n  endpoints {\n    sts = "https://x"\n  }\n}', 2, "endpoints"),
        ('provider "aws" {\n  assume_role {\n  }\n}', 2, "assume_role"),
        ('provider "aws" {\n  dynamic "endpoints" {\n    for_each = [1]\n    content {}\n  }\n}', 2, "endpoints"),
        ('provider "aws" {\n  no_proxy = "*"\n}', 2, "no_proxy"),
        ('provider "aws" {\n  skip_requesting_account_id = true\n}', 2, "skip_requesting_account_id"),
        ('provider aws {\n  profile = "prod"\n}', 2, "profile"),
        ('provider "google" {}', 1, "the provider google"),
        ('terraform {\n  backend "s3" {\n    profile = "prod"\n  }\n}', 3, "profile of the backend"),
        ('terraform {\n  backend "s3" {\n    endpoints = { s3 = "https://x" }\n  }\n}', 3, "endpoints"),
        ('terraform {\n  backend "http" {}\n}', 2, "the backend http"),
        ("terraform {\n  cloud {}\n}", 2, "HashiCorp"),
        ('terraform {\n  required_providers {\n    aws = { source = "evil/aws" }\n  }\n}', 3, "evil/aws"),
        ('terraform {\n  required_providers {\n    local = { source = "hashicorp/aws" }\n  }\n}', 3, "hashicorp/aws"),
        ('terraform {\n  required_providers {\n    aws = { "source" : "x.y/hashicorp/aws" }\n  }\n}', 3, "x.y"),
        ('resource "null_resource" "a" {\n  provisioner "local-exec" {\n  }\n}', 2, "provisioner"),
        ('data "http" "a" {\n}', 1, "http"),
        ('data "external" "a" {\n}', 1, "external"),
        ('check "a" {\n  data "http" "a" {\n  }\n}', 2, "http"),
        ('data "terraform_remote_state" "a" {\n}', 1, "terraform_remote_state"),
        ('module "a" {\n  source = "terraform-aws-modules/vpc/aws"\n}', 1, "comes from elsewhere"),
        ('module "a" {\n  source = "${path.root}/x"\n}', 1, "comes from elsewhere"),
        ('module "a" {\n}', 1, "comes from elsewhere"),
        ('module "a" {\n  source = "./nothing"\n}', 0, "cannot be read"),
        ("surprise {\n}", 1, "surprise is not known"),
        ("surprise = 1", 1, "surprise is not known"),
        ('provider "aws" {', 1, "not understood"),
    ],
)
def test_a_file_that_leads_elsewhere_is_refused_with_its_place(flight, text, line, said):
    flight.write("other.tf", text)
    message = flight.refused()
    assert said in message
    assert f"environments/dev/global/{f'other.tf:{line}' if line else 'nothing'}:" in message


def test_modules_are_looked_into_and_theirs_too(flight):
    flight.write("modules.tf", 'module "a" {\n  source = "./a"\n}')
    flight.write("a/main.tf", 'module "b" {\n  source = "../b"\n}')
    flight.write("b/main.tf", 'module "a" {\n  source = "../a"\n}\nprovider "aws" {\n  token = "x"\n}')
    assert "global/b/main.tf:5: token" in flight.refused()


@pytest.mark.parametrize("name", ["a.tf.json", "override.tf", "a_override.tf", "a.tofu", "a.tofu.json"])
def test_files_that_are_not_read_are_refused(flight, name):
    flight.write(name, "")
    assert name in flight.refused()


def test_text_that_is_no_utf_8_is_refused(flight):
    (flight.stack / "a.tf").write_bytes(b"\xff\xfe")
    assert "cannot be read" in flight.refused()


def note(flight, kind: str, **configuration: object) -> None:
    state = {"version": 3, "backend": {"type": kind, "config": configuration, "hash": 1}}
    flight.write(".terraform/terraform.tfstate", json.dumps(state))


def test_what_an_earlier_init_noted_counts(flight):
    note(flight, "s3", bucket="state", key="a", region="us-east-1", profile=None, insecure=False)
    flight.go()
    note(flight, "s3", bucket="state", profile="prod")
    assert "noted profile" in flight.refused()
    note(flight, "remote", organization="acme")
    assert "noted the backend remote" in flight.refused()


def test_it_is_looked_for_where_terraform_looks(flight, tmp_path):
    note(flight, "s3", profile="prod")
    flight.variables["TF_DATA_DIR"] = str(tmp_path / "data")
    flight.go()
    shutil.copytree(flight.stack / ".terraform", tmp_path / "data")
    assert "noted profile" in flight.refused()


# The server


def test_a_server_that_cannot_prove_itself_is_refused(flight):
    record = flight.running.record
    flight.running = Running(flight.running.place, Record(1, record.port, "other", record.account_id, "", ""))
    assert "is not our sandbox" in flight.refused()


def test_so_is_one_of_another_account(flight):
    record = flight.running.record
    flight.running = Running(flight.running.place, Record(1, record.port, "token", "999999999999", "", ""))
    assert "STS says the account is 123456789012" in flight.refused()


def test_nothing_is_asked_over_the_network_when_something_is_wrong_already(flight):
    flight.variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    assert "STS" not in flight.refused()


# All of it together


class Trap:
    """Counts who connects."""

    def __init__(self) -> None:
        self.caught = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            self.caught += 1
            connection.close()


@pytest.mark.sandbox
def test_terraform_in_hostile_surroundings_reaches_the_sandbox_alone(stack, aws, tmp_path):
    trap = Trap()
    topics = stack("without_patches")
    home = tmp_path / "home" / ".aws"
    home.mkdir(parents=True)
    profile = f"[default]\nendpoint_url = {trap.endpoint}\naws_access_key_id = A\naws_secret_access_key = B\n"
    for name in ("config", "credentials"):
        (home / name).write_text(profile)
    surroundings = terraform_environment(os.environ, tmp_path) | {
        "HOME": str(home.parent),
        "AWS_PROFILE": "default",
        "AWS_ENDPOINT_URL_SNS": trap.endpoint,
        "AWS_ENDPOINT_URL_STS": trap.endpoint,
        "AWS_ENDPOINT_URL_IAM": trap.endpoint,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": trap.endpoint,
        "HTTPS_PROXY": trap.endpoint,
        "NO_PROXY": "*",
        "TF_CLI_ARGS_apply": "-destroy",
    }
    topics.variables.clear()
    topics.variables.update(sandbox_variables(surroundings, aws.endpoint, "us-east-1", tmp_path))
    running = Running(aws.place, Record(1, int(aws.endpoint.rpartition(":")[2]), "token", "123456789012", "", ""))
    preflight(topics.folder, running, topics.variables, tmp_path)
    topics.apply("-target=aws_sns_topic.this")
    assert aws.client("sns").list_topics()["Topics"]
    del topics.variables["AWS_ENDPOINT_URL"]
    (topics.folder / "soon_override.tf").write_text('provider "aws" {\n  max_retries = 1\n}\n')
    lost = topics.run("plan", "-no-color", "-target=aws_sns_topic.this")
    assert lost.returncode == 1
    assert "FORBIDDEN" in lost.stderr
    assert trap.caught == 0
