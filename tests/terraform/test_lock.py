"""Who holds a state's lock, asked of the real Terraform with an S3 that has locks, and of what Terraforms have said."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from xyztf.terraform.events import diagnostics
from xyztf.terraform.lock import NotThisLock, holder, lock_in, release
from xyztf.terraform.workspace import TerraformFailed, Workspace

KEY = "demo/global/terraform.tfstate"
ID = "8b2c4f6e-6a0e-2d1c-3f4b-5a69788796a5"
CREATED = datetime(2026, 11, 25, 8, 0, 0, 123456, UTC)
LOCK = {
    "ID": ID,
    "Operation": "OperationTypeApply",
    "Info": "",
    "Who": "ann@laptop",
    "Version": "1.11.4",
    "Created": "2026-11-25T08:00:00.123456789Z",
    "Path": f"states/{KEY}",
}
TEXT = f"""\
Lock Info:
  ID:        {ID}
  Path:      states/{KEY}
  Operation: OperationTypeApply
  Who:       ann@laptop
  Version:   1.11.4
  Created:   2026-11-25 08:00:00.123456789 +0000 UTC
  Info:      
"""  # noqa: W291, as Terraform prints it
EMPTY = "Lock Info:\n  ID:        \n  Path:      \n  Operation: \n  Who:       \n  Version:   \n" + (
    "  Created:   0001-01-01 00:00:00 +0000 UTC\n  Info:      \n"
)


@pytest.fixture
def said(tmp_path: Path) -> Callable[[str], Workspace]:
    """A workspace, initialised with the backend `backend`, whose Terraform fails with `text`, or is content without."""

    def make(text: str, backend: str = "s3") -> Workspace:
        (tmp_path / "said").write_text(text)
        binary = tmp_path / "terraform"
        binary.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat {tmp_path}/said >&2\nexit {int(bool(text))}\n')
        binary.chmod(0o755)
        data = tmp_path / "private" / "data"
        data.mkdir(parents=True)
        (data / "terraform.tfstate").write_text(json.dumps({"backend": {"type": backend}}))
        return Workspace("demo", "global", tmp_path, tmp_path / "private", binary, dict(os.environ))

    return make


def test_a_lock_is_read_out_of_what_terraform_says():
    found = lock_in(f"Error message: 412\n{TEXT}\nTerraform acquires a state lock to protect the state")
    assert found is not None
    assert (found.id, found.path, found.operation) == (ID, f"states/{KEY}", "apply")
    assert (found.who, found.version, found.created) == ("ann@laptop", "1.11.4", CREATED)


def test_it_is_also_read_where_the_lines_were_made_into_one():
    line = json.dumps(
        {
            "type": "diagnostic",
            "diagnostic": {"severity": "error", "summary": "Error acquiring the state lock", "detail": TEXT},
        }
    )
    (problem,) = diagnostics(line, "environments/demo/global")
    assert problem.hint is not None
    assert lock_in(problem.hint) == lock_in(TEXT)


@pytest.mark.parametrize(
    "text", ["", "Error: no valid credential sources found", EMPTY], ids=["none", "other", "empty"]
)
def test_there_is_no_lock_in_other_texts(text):
    assert lock_in(text) is None


def test_a_lock_cannot_write_to_the_terminal():
    found = lock_in(TEXT.replace("ann@laptop", "ann\x1b[2J@laptop"))
    assert found is not None
    assert found.who == "ann[2J@laptop"


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=12), "12 minutes ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=2, hours=5), "2 days ago"),
    ],
)
def test_it_is_described_with_its_age(later, words):
    found = lock_in(TEXT)
    assert found is not None
    assert found.described(CREATED + later) == f"apply by ann@laptop since 2026-11-25 08:00 UTC, {words}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Failed to unlock state: operation error S3: GetObject, https response error StatusCode: 404, NoSuchKey: ",
        "Failed to unlock state: failed to retrieve lock info: no lock info found for: x within the DynamoDB table: y",
        f"Failed to unlock state: lock id does not match existing lock\n{EMPTY}",
    ],
    ids=["no locking", "S3", "DynamoDB", "OpenTofu"],
)
def test_nobody_holds_a_lock_that_is_not_there(said, text):
    assert holder(said(text)) is None


def test_what_cannot_be_told_is_an_error_and_not_an_unlocked_state(said):
    with pytest.raises(TerraformFailed) as error:
        holder(said("\nError: validating provider credentials: no EC2 IMDS role found\n\n"))
    (problem,) = error.value.problems
    assert str(problem) == (
        "environments/demo/global: the state's lock: validating provider credentials: no EC2 IMDS role found"
    )


@pytest.mark.parametrize("backend", ["local", "http"])
def test_a_backend_that_may_not_compare_ids_is_not_asked(said, backend, tmp_path):
    workspace = said("", backend)
    for call in (lambda: holder(workspace), lambda: release(workspace, ID)):
        with pytest.raises(TerraformFailed, match=f"the state's backend is {backend}, not s3"):
            call()
    assert not (tmp_path / "asked").exists()


def test_the_option_stands_before_the_id(said, tmp_path):
    release(said(""), ID)
    assert (tmp_path / "asked").read_text() == f"force-unlock -force -no-color {ID}\n"


def test_a_backend_that_does_not_answer_is_an_error(said):
    workspace = said("")
    workspace.binary.write_text("#!/bin/sh\nexec sleep 60\n")
    with pytest.raises(TerraformFailed, match=r"did not answer in 0.2 seconds"):
        holder(workspace, timeout_seconds=0.2)


# With the real Terraform ---------------------------------------------------------------------------------------------


@pytest.fixture
def workspace(states) -> Workspace:
    states.workspace.init()
    return states.workspace


@pytest.mark.terraform
def test_terraform_tells_who_holds_the_lock_and_releases_only_that(workspace, states):
    assert holder(workspace) is None

    states.put(f"{states.key}.tflock", json.dumps(LOCK))
    assert holder(workspace) == lock_in(TEXT)
    _, out, _ = workspace.run("plan", json=True, input=False)
    (problem,) = diagnostics(out, "environments/demo/global")
    assert lock_in(problem.hint or "") == lock_in(TEXT)

    with pytest.raises(NotThisLock, match=f"another one by now: {ID}, apply by ann@laptop"):
        release(workspace, "00000000-0000-0000-0000-000000000000")
    assert holder(workspace) is not None
    release(workspace, ID)
    assert holder(workspace) is None
    with pytest.raises(NotThisLock, match="the state is not locked"):
        release(workspace, ID)


@pytest.mark.terraform
def test_a_lock_that_cannot_be_read_is_no_unlocked_state(workspace, states):
    states.put(f"{states.key}.tflock", "nonsense")
    with pytest.raises(TerraformFailed, match="failed to unmarshal JSON data into LockInfo"):
        holder(workspace)
