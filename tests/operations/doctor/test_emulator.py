"""What doctor says of a sandbox, for each verdict."""

from __future__ import annotations

import json

import pytest

from xyztf.errors import Problem
from xyztf.operations.doctor import emulator
from xyztf.operations.doctor.emulator import Emulator
from xyztf.operations.doctor.finding import Verdict
from xyztf.sandbox.server import Running
from xyztf.sandbox.state import Place, Record, SandboxError

ACCOUNT = "123456789012"


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path, "dev")


def running(place, account_id=ACCOUNT):
    record = Record(1, 4000, "token", account_id, "1", "2026-11-25T08:00:00+00:00")
    return Emulator(place, ACCOUNT, Running(place, record))


def test_one_that_runs_is_named_with_its_address(place):
    found = emulator.runs(running(place))
    assert (found.verdict, found.says) == (Verdict.OK, "runs at http://127.0.0.1:4000, since 2026-11-25 08:00")


def test_one_that_does_not_run_is_no_problem(place):
    assert Emulator.of(place, ACCOUNT) == Emulator(place, ACCOUNT, None)
    found = emulator.runs(Emulator.of(place, ACCOUNT))
    assert (found.verdict, found.says) == (Verdict.OK, "dev has none yet: --sandbox starts it")
    place.snapshot.write_bytes(b"x" * 2_000_000)
    assert "with what it kept (2.0 MB)" in emulator.runs(Emulator.of(place, ACCOUNT)).says


def test_one_for_another_account_is_a_problem(place):
    found = emulator.runs(running(place, "999999999999"))
    assert (found.verdict, found.hint) == (Verdict.PROBLEM, "xyztf sandbox reset dev")


def test_so_is_one_that_does_not_answer(place):
    error = SandboxError(Problem("the sandbox of dev does not answer", hint="its log"))
    found = emulator.runs(Emulator(place, ACCOUNT, None, error))
    assert (found.verdict, found.says) == (Verdict.PROBLEM, "the sandbox of dev does not answer")


def test_calls_that_were_not_supported_are_a_warning_the_most_frequent_first(place):
    assert emulator.supported(running(place)) is None
    calls = [("rds", "Rare"), ("iam", "Often"), ("iam", "Often")]
    place.unsupported.write_text("".join(json.dumps({"service": s, "action": a}) + "\n" for s, a in calls))
    found = emulator.supported(running(place))
    assert found is not None
    assert (found.verdict, found.says) == (Verdict.WARNING, "3 calls were not supported: iam Often, rds Rare")


def test_a_variable_that_leads_away_from_aws_is_a_warning():
    assert emulator.endpoints({"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": ""}) is None
    found = emulator.endpoints({"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:4566"})
    assert found is not None
    assert found.verdict is Verdict.WARNING
    assert "AWS_ENDPOINT_URL_S3=http://127.0.0.1:4566 leads away from AWS" in found.says
