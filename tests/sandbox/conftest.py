"""The emulator in this process, patched and gated, boto3 and Terraform before it, and moto as it comes for comparison.

`aws.client("kinesis")` speaks to it; `stack("kinesis")` is the Terraform of tests/sandbox/fixtures/kinesis, to be
applied there; `unpatched(script)` runs a script against moto without our patches, in another process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.session import Session
from moto.core.base_backend import BackendDict
from werkzeug.serving import make_server

from xyztf.sandbox import process, server
from xyztf.sandbox.environment import sandbox_variables
from xyztf.sandbox.process import Emulator, Handler
from xyztf.sandbox.state import Place
from xyztf.terraform.provider import terraform_environment

ACCOUNT = "123456789012"
REGION = "us-east-1"
FIXTURES = Path(__file__).parent / "fixtures"
OPERATIONS = str(Path(__file__).parent / "data")
"""Operations that the botocore which checkov pins does not know yet; Terraform's provider does, and calls them."""
UNPATCHED = """\
import boto3
from moto import mock_aws
mock = mock_aws(config={{"lambda": {{"use_docker": False}}}})
mock.start()
def client(service, region="us-east-1"):
    return boto3.client(service, region_name=region)
{script}
"""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "sandbox: applies with the real provider to the emulator; takes seconds to minutes"
    )
    config.addinivalue_line("markers", "upstream: tells when moto has closed a gap by itself, and a patch can go")


@dataclass(frozen=True)
class Aws:
    """The emulator, as boto3 and Terraform see it."""

    endpoint: str
    place: Place
    application: Emulator

    def client(self, service: str, region: str = REGION) -> Any:
        core = Session()
        core.get_component("data_loader").search_paths.append(OPERATIONS)
        return boto3.Session(botocore_session=core).client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id="xyztf-sandbox",
            aws_secret_access_key="xyztf-sandbox",
            config=Config(retries={"total_max_attempts": 1}, proxies={}),
        )

    def unsupported(self) -> list[tuple[str, str]]:
        """The services and actions that could not be answered."""
        if not self.place.unsupported.exists():
            return []
        lines = map(json.loads, self.place.unsupported.read_text().splitlines())
        return [(line["service"], line["action"]) for line in lines]


@dataclass(frozen=True)
class Stack:
    """A copy of a fixture, with its own state beside it."""

    folder: Path
    variables: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *arguments], cwd=self.folder, env=self.variables, capture_output=True, text=True, check=False
        )

    def apply(self, *arguments: str) -> None:
        self._must("apply", "-auto-approve", *arguments)

    def destroy(self) -> None:
        self._must("destroy", "-auto-approve")

    def plan(self, *arguments: str) -> str:
        """What a plan prints; empty when there is nothing to change."""
        done = self.run("plan", "-input=false", "-no-color", "-detailed-exitcode", *arguments)
        assert done.returncode in (0, 2), done.stdout + done.stderr
        return done.stdout if done.returncode else ""

    def actions(self, *arguments: str) -> dict[str, list[str]]:
        """What a plan would do, by address: only what is to change."""
        self._must("plan", "-out=plan", *arguments)
        changes = json.loads(self._must("show", "-json", "plan")).get("resource_changes", [])
        return {
            change["address"]: change["change"]["actions"]
            for change in changes
            if change["change"]["actions"] not in (["no-op"], ["read"])
        }

    def _must(self, *arguments: str) -> str:
        extra = () if arguments[0] == "show" else ("-input=false", "-no-color")
        done = self.run(*arguments, *extra)
        assert done.returncode == 0, f"terraform {' '.join(arguments)}\n{done.stdout[-6000:]}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """One server for all tests of this process."""
    place = Place(tmp_path_factory.mktemp("emulator"), "test")
    process.configure(ACCOUNT)
    application = Emulator(place, "token", ACCOUNT)
    with served(application) as endpoint:
        yield Aws(endpoint, place, application)


@contextmanager
def served(application: Emulator) -> Iterator[str]:
    """Where the emulator answers, on a port of its own."""
    serving = make_server("127.0.0.1", 0, application, True, request_handler=Handler)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()


@pytest.fixture
def aws(emulator: Aws) -> Aws:
    """The emulator, with nothing in it."""
    BackendDict.reset()
    emulator.place.unsupported.unlink(missing_ok=True)
    return emulator


@pytest.fixture
def elsewhere(aws: Aws) -> Iterator[Aws]:
    """The same emulator at another address, as after a restore."""
    with served(aws.application) as endpoint:
        yield replace(aws, endpoint=endpoint)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A place for a process of our own, and an end of that process whatever happens."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    place = Place.of(tmp_path / "project", "dev")
    yield place
    server.reset(place)


@pytest.fixture
def stack(aws: Aws, tmp_path: Path) -> Callable[..., Stack]:
    """Copies a fixture and initialises Terraform there; with a backend, in a second step that reaches only ours."""

    def make(name: str, *, backend: bool = False) -> Stack:
        folder = tmp_path / name
        shutil.copytree(FIXTURES / name, folder)
        surroundings = terraform_environment(os.environ, tmp_path)
        made = Stack(folder, sandbox_variables(surroundings, aws.endpoint, REGION, tmp_path))
        init = subprocess.run(
            ["terraform", "init", "-input=false", "-no-color", "-backend=false"],
            cwd=folder,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert init.returncode == 0, init.stdout + init.stderr
        if backend:
            made.run("init", "-input=false", "-no-color").check_returncode()
        return made

    return make


@pytest.fixture(scope="session")
def unpatched() -> Callable[[str], str]:
    """What a script prints that runs against moto as it comes. `client(service)` is a client of boto3's."""

    def run(script: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", UNPATCHED.format(script=script)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "AWS_DATA_PATH": OPERATIONS},
        )
        return done.stdout + done.stderr

    return run
