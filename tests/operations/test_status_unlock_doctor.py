"""`status`, `unlock` and `doctor` as commands, with the real Terraform: in the sandbox, and on moto in AWS's place."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from xyztf.operations.unlock import myself
from xyztf.terraform.binary import find_binary
from xyztf.terraform.hold import held
from xyztf.terraform.workspace import Workspace

pytestmark = pytest.mark.terraform

ENVIRONMENT = """\
project: acme
account_id: "123456789012"
primary_region: eu-west-1
regions: { eu-west-1: { cidr: 10.0.0.0/16 } }
tables:
  things: { partition_key: { name: Id } }
"""
BUCKET = "acme-tiny-tfstate-123456789012-eu-west-1"
STATE = {"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "aaaa", "outputs": {}, "resources": []}
RESOURCE = {
    "mode": "managed",
    "type": "terraform_data",
    "name": "one",
    "provider": 'provider["terraform.io/builtin/terraform"]',
    "instances": [{"schema_version": 0, "attributes": {"id": "1", "input": "very-secret"}}],
}
ID = "8b2c4f6e-6a0e-2d1c-3f4b-5a69788796a5"


@dataclass(frozen=True)
class Project:
    """A project with one environment, rendered; `variables` are those that its commands get."""

    root: Path
    variables: dict[str, str]

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "xyztf", *arguments, "--project", str(self.root)]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            check=False,
            env=self.variables,
            stdin=subprocess.DEVNULL,
        )

    def typed(self, answer: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same with a terminal, at which `answer` is typed."""
        ours, theirs = pty.openpty()
        try:
            os.write(ours, f"{answer}\n".encode())
            return subprocess.run(
                self.command(*arguments), capture_output=True, text=True, check=False, env=self.variables, stdin=theirs
            )
        finally:
            os.close(ours)
            os.close(theirs)


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Project]:
    def make(**variables: str) -> Project:
        root = tmp_path_factory.mktemp("project")
        (root / "environments").mkdir()
        (root / "environments" / "tiny.yaml").write_text(ENVIRONMENT)
        (root / "nothing").write_text("")
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("AWS_")}
        files = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), str(root / "nothing"))
        hidden = {**files, "AWS_EC2_METADATA_DISABLED": "true", "XDG_CACHE_HOME": str(root / "cache")}
        project = Project(root, {**kept, **hidden, **variables})
        assert project.run("render").returncode == 0
        return project

    return make


# In the sandbox ------------------------------------------------------------------------------------------------------


def test_in_the_sandbox(make):
    project = make()
    try:
        before = project.run("status", "tiny", "--sandbox")
        assert (before.returncode, before.stderr) == (0, "")
        assert "which was never started" in before.stdout
        assert before.stdout.count("not applied") == 2
        assert project.run("sandbox", "status", "tiny").returncode == 1, "looking must not start one"

        none = project.run("doctor", "tiny", "--sandbox")
        assert none.returncode == 0, none.stdout
        assert "ok         sandbox: tiny has none yet" in none.stdout

        assert project.run("sandbox", "start", "tiny").returncode == 0
        well = project.run("doctor", "tiny", "--sandbox", "--format", "json")
        assert well.returncode == 0, well.stdout
        found = {each["name"]: each for each in json.loads(well.stdout)["findings"]}
        assert found["sandbox"]["says"].startswith("runs at http://127.0.0.1:")
        assert found["account"]["says"] == "123456789012, as user/moto"
        assert found["credentials"]["says"] == "the sandbox's own"
        assert project.run("sandbox", "logs", "tiny", "--unsupported").stdout == "", "it asked for too much"

        shown = project.run("status", "tiny", "--sandbox")
        assert (shown.returncode, shown.stderr) == (0, "")
        assert shown.stdout.startswith("tiny: in the sandbox, at http://127.0.0.1:")
        assert project.run("plan", "tiny", "--sandbox", "--stack", "global").returncode == 0
        assert "global         not applied        -  kept  -" in project.run("status", "tiny", "--sandbox").stdout
        with (project.root / "environments" / "tiny" / "global" / "roles.tf").open("a") as file:
            file.write("# changed\n")
        stale = project.run("status", "tiny", "--sandbox")
        assert (stale.returncode, "global         not applied        -  stale -" in stale.stdout) == (0, True)
        assert "global: the plan is stale: the rendered files changed" in stale.stdout

        free = project.run("unlock", "tiny", "global", "--sandbox")
        assert (free.returncode, free.stdout, free.stderr) == (0, "", "global is not locked\n")
    finally:
        project.run("sandbox", "reset", "tiny")


def test_without_credentials_aws_is_a_problem_and_the_sandbox_is_not(make):
    project = make()
    done = project.run("doctor", "tiny")
    assert done.returncode == 1
    assert "problem    credentials: there are none for AWS" in done.stdout
    assert project.run("doctor").returncode == 1
    assert project.run("doctor", "--sandbox").returncode == 0
    status = project.run("status", "tiny")
    assert status.returncode == 1
    assert "environments/tiny/global: error: No valid credential sources found" in status.stderr
    assert "xyztf doctor tiny says what is wrong" in status.stdout


def test_what_is_not_there_is_said_with_what_there_is(make):
    project = make()
    assert "there is no environment tny" in project.run("doctor", "tny").stderr
    assert project.run("status", "tny").returncode == 64
    done = project.run("unlock", "tiny", "eu-west-2", "--sandbox")
    assert (done.returncode, "it has: global, eu-west-1" in done.stderr) == (64, True)
    assert project.run("status", "tiny", "--format", "xml").returncode == 64


# On an AWS that is moto's --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def project(make, endpoint) -> Project:
    return make(AWS_ENDPOINT_URL=endpoint, AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none")


@pytest.fixture(scope="module")
def s3(endpoint) -> Any:
    return boto3.client(
        "s3",
        region_name="eu-west-1",
        endpoint_url=endpoint,
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )


@pytest.fixture
def bucket(s3) -> Iterator[Callable[[str, object], None]]:
    """The state's bucket, empty: `bucket("global/terraform.tfstate", ...)` puts something into it."""
    # Not by bootstrap: moto, without our patches, takes a policy with a condition for one that denies everything.
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    yield lambda key, what: s3.put_object(
        Bucket=BUCKET, Key=f"tiny/{key}", Body=what if isinstance(what, str) else json.dumps(what)
    )
    for kind in ("Versions", "DeleteMarkers"):
        for found in s3.list_object_versions(Bucket=BUCKET).get(kind, []):
            s3.delete_object(Bucket=BUCKET, Key=found["Key"], VersionId=found["VersionId"])
    s3.delete_bucket(Bucket=BUCKET)


def lock(minutes: int, who: str) -> dict[str, str]:
    created = datetime.now(UTC) - timedelta(minutes=minutes)
    return {
        "ID": ID,
        "Operation": "OperationTypeApply",
        "Info": "",
        "Who": who,
        "Version": "1.11.4",
        "Created": created.isoformat().replace("+00:00", "Z"),
        "Path": f"{BUCKET}/tiny/global/terraform.tfstate",
    }


def test_without_a_state_bucket_bootstrap_is_named_and_it_is_no_failure(project):
    done = project.run("status", "tiny")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("no bucket   ") == 2
    assert "the state has no bucket yet: xyztf bootstrap tiny\n" in done.stdout
    doctor = project.run("doctor", "tiny")
    assert doctor.returncode == 1
    assert "problem    state buckets: missing in eu-west-1\n             run xyztf bootstrap tiny" in doctor.stdout
    assert "warning    endpoint: AWS_ENDPOINT_URL=http://127.0.0.1:" in doctor.stdout


def test_states_and_locks_are_told_without_what_is_in_them(project, bucket):
    bucket("global/terraform.tfstate", {**STATE, "resources": [RESOURCE]})
    bucket("global/terraform.tfstate.tflock", lock(12, "ann@laptop"))
    done = project.run("status", "tiny")
    assert (done.returncode, done.stderr) == (0, "")
    assert "global         1 resource         3  -     apply by ann@laptop, 12 minutes ago" in done.stdout
    assert "eu-west-1      not applied        -  -     -" in done.stdout
    logged = {"TF_LOG": "DEBUG", "TF_LOG_PATH": str(project.root / "log")}
    again = replace(project, variables={**project.variables, **logged}).run("status", "tiny", "--format", "json")
    log = (project.root / "log").read_text()
    assert "force-unlock" in log
    assert "starting plugin" not in log, "the provider was started"
    found = json.loads(again.stdout)["stacks"]
    assert [each["resources"] for each in found] == [1, 0]
    assert found[0]["lock"]["id"] == ID
    kept = [path for path in project.root.rglob("*") if path.is_file() and b"very-secret" in path.read_bytes()]
    assert ("very-secret" in done.stdout, kept) == (False, [])


def test_a_stack_that_cannot_be_read_takes_nothing_from_the_others(project, bucket):
    bucket("global/terraform.tfstate", {**STATE, "resources": [RESOURCE]})
    bucket("eu-west-1/terraform.tfstate", '{"version": 4')
    done = project.run("status", "tiny")
    assert done.returncode == 1
    assert "global         1 resource         3  -     -" in done.stdout
    assert "eu-west-1      not known          -  -     not known" in done.stdout
    assert "environments/tiny/eu-west-1: error: " in done.stderr


def test_files_that_were_changed_keep_nobody_from_looking_or_unlocking(project, bucket):
    bucket("global/terraform.tfstate.tflock", lock(60, myself()))
    file = project.root / "modules" / "tiny" / "vpc" / "README.md"
    text = file.read_text()
    try:
        file.write_text(f"{text}\n")
        assert "1 file is not as rendered: xyztf render tiny" in project.run("status", "tiny").stdout
        done = project.run("unlock", "tiny", "global", "--yes")
        assert (done.returncode, done.stderr) == (0, "released\n")
    finally:
        file.write_text(text)


def test_a_lock_is_released_after_a_yes_and_by_its_id(project, bucket):
    bucket("global/terraform.tfstate.tflock", lock(60, myself()))
    done = project.run("unlock", "tiny", "global")
    assert done.returncode == 64
    assert f"apply by {myself()} since " in done.stdout
    assert f"give --yes --lock-id {ID}" in done.stderr

    other = project.run("unlock", "tiny", "global", "--yes", "--lock-id", "another")
    assert other.returncode == 1
    assert f"the lock is not another: it is {ID}" in other.stderr
    assert project.typed("no", "unlock", "tiny", "global").returncode == 1
    agreed = project.typed("yes", "unlock", "tiny", "global", "--lock-id", ID)
    assert (agreed.returncode, agreed.stderr) == (0, "release it? Only yes goes on: released\n")
    assert project.run("unlock", "tiny", "global").stderr == "global is not locked\n"


def test_for_one_that_may_be_in_use_a_yes_is_not_enough(project, bucket):
    bucket("global/terraform.tfstate.tflock", lock(2, "ann@laptop"))
    hasty = project.typed("yes", "unlock", "tiny", "global")
    assert hasty.returncode == 1
    assert "warning: it is younger than 15 minutes" in hasty.stderr
    assert "warning: it was taken by ann@laptop" in hasty.stderr
    assert "nothing was released" in hasty.stderr
    assert project.typed("tiny", "unlock", "tiny", "global").returncode == 0


def test_while_a_run_works_here_there_is_nothing_to_unlock(project, bucket):
    bucket("global/terraform.tfstate.tflock", lock(60, myself()))
    assert project.run("status", "tiny").returncode == 0, "what runs here has initialised it"
    private = project.root / ".xyztf" / "aws" / "tiny" / "global"
    with held(Workspace("tiny", "global", project.root, private, find_binary().path, {})):
        done = project.run("unlock", "tiny", "global", "--yes")
        assert done.returncode == 1
        assert f"another run works on this stack: xyztf, process {os.getpid()}" in done.stderr
        shown = project.run("status", "tiny").stdout
    assert f"global: at work here: xyztf, process {os.getpid()}" in shown
    assert f"global: locked, apply by {myself()}" in shown
    assert "xyztf unlock" not in shown
    assert project.run("unlock", "tiny", "global", "--yes").returncode == 0


def test_a_run_that_has_only_begun_is_told_and_what_it_has_not_set_up_is_no_problem(make, endpoint, bucket):
    project = make(AWS_ENDPOINT_URL=endpoint, AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none")
    private = project.root / ".xyztf" / "aws" / "tiny" / "global"
    with held(Workspace("tiny", "global", project.root, private, find_binary().path, {})):
        done = project.run("status", "tiny")
    assert (done.returncode, done.stderr) == (0, "")
    assert "global         not known          -  -     not known" in done.stdout
    assert f"global: at work here: xyztf, process {os.getpid()}" in done.stdout
    assert "doctor" not in done.stdout
