"""Terraform's own opinion of everything that we render: init and validate of every stack."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from xyztf.project import Project
from xyztf.render.project import rendering
from xyztf.render.write import apply
from xyztf.stacks.stack import stacks
from xyztf.terraform.binary import find_binary
from xyztf.terraform.validate import validate

pytestmark = pytest.mark.terraform

ROOT = Path(__file__).resolve().parent.parent.parent

HEAD = """\
project: acme
account_id: "123456789012"
primary_region: eu-west-1
"""

SHAPES = {
    "ten lines": HEAD
    + """\
regions:
  eu-west-1: { cidr: 10.0.0.0/16 }
  eu-central-1: { cidr: 10.1.0.0/16 }
database:
  replicas: { eu-central-1: {} }
cache: {}
notify: { emails: [oncall@example.com] }
""",
    "only a table": HEAD
    + """\
regions: { eu-west-1: { cidr: 10.0.0.0/16 } }
tables:
  things: { partition_key: { name: Id }, billing_mode: PROVISIONED, read_capacity: 5, write_capacity: 5 }
""",
    "a gateway per zone, and a promoted replica": HEAD
    + """\
regions:
  eu-west-1: { cidr: 10.0.0.0/20, availability_zones: [eu-west-1a, eu-west-1b, eu-west-1c] }
  eu-central-1: { cidr: 10.1.0.0/16 }
network: { nat: per_zone, interface_endpoints: [kms, secretsmanager] }
database:
  storage: { type: io2, size_gb: 400, iops: 3000 }
  replicas: { eu-central-1: { role: promoted, instance_class: db.r7g.large, multi_az: true } }
cache: { engine: valkey, cluster_mode: true, shards: 2, nodes: 3, regions: [eu-west-1] }
""",
    "streams without processors, several tables": HEAD
    + """\
protected: true
regions: { eu-west-1: { cidr: 10.0.0.0/24 } }
network: { nat: single }
streams:
  raw_events: {}
  clicks: { mode: provisioned, shards: 2, processor: { table: clicks-by-user } }
tables:
  clicks-by-user:
    partition_key: { name: User }
    sort_key: { name: At, type: N }
    indexes: { by-page: { partition_key: { name: Page }, projection: INCLUDE, attributes: [User] } }
  sessions:
    partition_key: { name: Id }
    stream: NEW_AND_OLD_IMAGES
    processor: { alerts: [ { attribute: Age, above: 9 } ] }
""",
}


def validated(root: Path) -> list[str]:
    project = Project.at(root)
    pairs = [
        (loaded.environment.name, stack.name)
        for loaded in project.load_all(project.names())
        for stack in stacks(loaded.environment)
    ]
    told: list[tuple[str, str]] = []
    problems = validate(root, pairs, find_binary(), lambda environment, stack, _: told.append((environment, stack)))
    assert told == pairs
    return [str(problem) for problem in problems]


def test_every_stack_of_dev_staging_and_prod_is_valid():
    assert validated(ROOT) == []


def test_environments_of_other_shapes_are_valid_and_formatted(tmp_path):
    (tmp_path / "environments").mkdir()
    for number, text in enumerate(SHAPES.values()):
        (tmp_path / "environments" / f"shape-{number}.yaml").write_text(text)
    project = Project.at(tmp_path)
    environments = [loaded.environment for loaded in project.load_all(project.names())]
    apply(tmp_path, rendering(tmp_path, environments, whole=True).changes)
    quiet = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull}
    formatted = subprocess.run(
        [find_binary().path, "fmt", "-check", "-diff", "-recursive", tmp_path],
        capture_output=True,
        text=True,
        check=False,
        env=quiet,
    )
    assert (formatted.returncode, formatted.stdout) == (0, "")
    assert validated(tmp_path) == []


def test_what_is_committed_is_formatted():
    quiet = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull}
    for folder in ("modules", "environments"):
        arguments = [find_binary().path, "fmt", "-check", "-diff", "-recursive", ROOT / folder]
        formatted = subprocess.run(arguments, capture_output=True, text=True, check=False, env=quiet)
        assert (formatted.returncode, formatted.stdout) == (0, "")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A project with one mistake in a module: an argument that the resource does not have."""
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "demo.yaml").write_text(SHAPES["only a table"])
    own = tmp_path / "templates" / "modules" / "vpc"
    own.mkdir(parents=True)
    shutil.copy(ROOT / "templates" / "modules" / "vpc" / "endpoints.tf.j2", own)
    with (own / "endpoints.tf.j2").open("a") as file:
        file.write('\nresource "aws_vpc_endpoint" "mistake" {\n  nonsense = 1\n}\n')
    return tmp_path


def xyztf(project: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "xyztf", *arguments, "--project", str(project)]


def test_a_mistake_is_told_with_its_place_in_the_project_and_nothing_is_left_behind(broken):
    run = lambda *arguments: subprocess.run(xyztf(broken, *arguments), capture_output=True, text=True, check=False)  # noqa: E731
    stale = run("validate")
    assert stale.returncode == 1
    assert "run xyztf render first" in stale.stderr
    assert run("render").returncode == 0
    before = sorted(path.as_posix() for path in broken.rglob("*"))
    found = run("validate", "demo", "--stack", "eu-west-1")
    assert found.returncode == 1
    lines = (broken / "modules" / "demo" / "vpc" / "endpoints.tf").read_text().splitlines()
    line = lines.index("  nonsense = 1") + 1
    assert f"modules/demo/vpc/endpoints.tf:{line}:3: error: Unsupported argument" in found.stderr
    assert found.stdout == "demo/eu-west-1: 2 problems\n"
    assert sorted(path.as_posix() for path in broken.rglob("*")) == before
    unknown = run("validate", "demo", "--stack", "eu-west-2")
    assert unknown.returncode == 64
    assert "global, eu-west-1" in unknown.stderr


def test_ctrl_c_ends_terraform_too(broken, tmp_path_factory):
    subprocess.run(xyztf(broken, "render"), check=True, capture_output=True)
    scratch = tmp_path_factory.mktemp("scratch")
    process = subprocess.Popen(
        xyztf(broken, "validate"),
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not working_in(scratch) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    time.sleep(0.5)
    assert working_in(scratch) == []
    assert list(scratch.iterdir()) == []


def working_in(folder: Path) -> list[str]:
    """The ids of processes whose working folder is below `folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(os.readlink(entry / "cwd")).startswith(str(folder)):
                found.append(entry.name)
        except OSError:
            continue
    return found


def test_with_sandbox_it_also_says_what_the_sandbox_would_not_run(small, capsys):
    backend = 'terraform {\n  backend "http" {\n    address = "https://example.com"\n  }\n}\n'
    (small.packaged / "stacks" / "global" / "main.tf.j2").write_text(backend)
    assert small.run("render") == 0
    assert small.run("validate", "dev", "--stack", "global") == 0
    assert small.run("validate", "dev", "--stack", "global", "--sandbox") == 1
    assert "environments/dev/global/main.tf:5: error: the backend http could reach anything" in capsys.readouterr().err
