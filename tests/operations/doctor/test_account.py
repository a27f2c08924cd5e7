"""What doctor says of AWS's answers, for each verdict, and what a real API answers."""

from __future__ import annotations

import os
from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from xyztf.environment.model import Environment
from xyztf.operations.doctor import account, asking
from xyztf.operations.doctor.account import Account
from xyztf.operations.doctor.asking import ask
from xyztf.operations.doctor.finding import Verdict
from xyztf.terraform.bootstrap import bootstrap

ENVIRONMENT = Environment.model_validate(
    {
        "name": "dev",
        "project": "shop",
        "account_id": "123456789012",
        "primary_region": "us-east-1",
        "regions": {"us-east-1": {"cidr": "10.0.0.0/16"}, "us-west-2": {"cidr": "10.1.0.0/16"}},
    }
)
KEYS = {"method": "env", "profile": None, "expires": None}
IDENTITY = {"account": "123456789012", "arn": "arn:aws:sts::123456789012:assumed-role/deploy/ann"}


def asked(environment: Environment | None = ENVIRONMENT, *, sandbox: bool = False, **answers: object) -> Account:
    return Account(answers, environment, sandbox)


def error(code: str, message: str = "") -> dict[str, object]:
    return {"error": {"code": code, "message": message}}


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"credentials": KEYS, "identity": IDENTITY}, "from environment variables"),
        (
            {
                "credentials": {"method": "sso", "profile": "work", "expires": "2026-11-25T18:30:00+00:00"},
                "identity": IDENTITY,
            },
            "from single sign-on, profile work, until 2026-11-25 18:30",
        ),
        ({"credentials": {"method": "new-way"}, "identity": IDENTITY}, "new-way"),
    ],
)
def test_credentials_are_named_by_their_kind(answers, says):
    found = account.credentials(asked(**answers))
    assert (found.verdict, found.says) == (Verdict.OK, says)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"credentials": {"method": None}}, "there are none"),
        ({"credentials": KEYS, "identity": error("ExpiredToken", "The token is expired")}, "they have expired"),
        ({"credentials": error("UnauthorizedSSOTokenError", "expired")}, "they have expired"),
        ({"credentials": error("SSOTokenLoadError", "Token for x does not exist")}, "not logged in, or no longer"),
        ({"credentials": KEYS, "identity": error("InvalidClientTokenId", "is invalid")}, "InvalidClientTokenId"),
        ({"credentials": error("ProfileNotFound", "The config profile (x) could not be found")}, "profile (x)"),
        ({"credentials": KEYS, "identity": error("ConnectTimeoutError", "no way")}, "AWS does not answer (no way)"),
        (error("Timeout", "AWS did not answer in 30 seconds"), "AWS does not answer"),
        (error("Failed", "ImportError: boto3"), "ImportError: boto3"),
    ],
)
def test_credentials_that_cannot_be_used_are_a_problem_with_a_way_out(answers, words):
    found = account.credentials(asked(**answers))
    assert found.verdict is Verdict.PROBLEM
    assert words in found.says
    assert found.hint


def test_after_unusable_credentials_nothing_else_is_judged():
    for check in account.CHECKS[1:]:
        assert check(asked(credentials={"method": None})) is None


@pytest.mark.parametrize(
    ("identity", "verdict", "words"),
    [
        (IDENTITY, Verdict.OK, "123456789012, as assumed-role/deploy/ann"),
        ({**IDENTITY, "arn": "arn:aws:iam::123456789012:root"}, Verdict.WARNING, "as its root user"),
        ({**IDENTITY, "account": "999999999999"}, Verdict.PROBLEM, "of 999999999999, and dev is in 123456789012"),
    ],
)
def test_the_account_is_held_against_the_environments(identity, verdict, words):
    found = account.whose(asked(identity=identity))
    assert found is not None
    assert found.verdict is verdict
    assert words in found.says


def test_without_an_environment_any_account_will_do():
    found = account.whose(asked(None, identity={**IDENTITY, "account": "999999999999"}))
    assert found is not None
    assert found.verdict is Verdict.OK


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        ({"status": {"us-east-1": "opt-in-not-required", "me-south-1": "opted-in"}}, Verdict.OK, "me-south-1"),
        ({"status": {"me-south-1": "not-opted-in"}}, Verdict.PROBLEM, "not turned on: me-south-1"),
        (error("UnauthorizedOperation"), Verdict.NOT_KNOWN, "UnauthorizedOperation"),
    ],
)
def test_regions_must_be_turned_on(answer, verdict, words):
    found = account.regions(asked(regions=answer))
    assert found is not None
    assert found.verdict is verdict
    assert words in found.says


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        ({"refused": []}, Verdict.OK, "allow the 14 actions"),
        ({"root": True}, Verdict.OK, "all"),
        ({"refused": ["rds:CreateDBInstance"]}, Verdict.WARNING, "do not allow rds:CreateDBInstance"),
        (error("AccessDenied", "not authorized"), Verdict.NOT_KNOWN, "cannot be asked: AccessDenied"),
    ],
)
def test_permissions_are_what_the_simulator_says_and_else_not_known(answer, verdict, words):
    found = account.permissions(asked(permissions=answer))
    assert found is not None
    assert found.verdict is verdict
    assert words in found.says


@pytest.mark.parametrize(
    ("lacks", "verdict", "words"),
    [
        ([], Verdict.OK, "versioned, encrypted and closed: us-east-1"),
        (["created"], Verdict.PROBLEM, "missing in us-east-1"),
        (["versioning turned on"], Verdict.WARNING, "us-east-1: still to do: versioning turned on"),
    ],
)
def test_state_buckets_must_be_there_and_be_as_bootstrap_makes_them(lacks, verdict, words):
    answer = {"us-east-1": {"bucket": "b", "lacks": lacks}}
    found = account.buckets(asked(buckets=answer))
    assert found is not None
    assert found.verdict is verdict
    assert words in found.says
    assert verdict is Verdict.OK or found.hint == "run xyztf bootstrap dev"


def test_one_that_may_not_be_looked_at_is_a_problem():
    found = account.buckets(asked(buckets={"us-east-1": {"lacks": []}, "us-west-2": error("403", "Forbidden")}))
    assert found is not None
    assert found.verdict is Verdict.PROBLEM
    assert "us-west-2: 403, Forbidden" in found.says


def test_the_sandbox_makes_its_buckets_by_itself():
    found = account.buckets(asked(sandbox=True, buckets={"us-east-1": {"bucket": "b", "lacks": ["created"]}}))
    assert found is not None
    assert found.verdict is Verdict.OK


# With an API that answers --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def variables(tmp_path_factory) -> Iterator[dict[str, str]]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    empty = tmp_path_factory.mktemp("home") / "empty"
    empty.write_text("")
    # moto reads all of EC2 with the first call for it, which doctor would not wait for on a machine that is busy.
    keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
    boto3.client("ec2", region_name="us-east-1", endpoint_url=f"http://{host}:{port}", **keys).describe_regions()
    yield {
        **{name: value for name, value in os.environ.items() if not name.upper().startswith("AWS_")},
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "very-secret",
        "AWS_CONFIG_FILE": str(empty),
        "AWS_SHARED_CREDENTIALS_FILE": str(empty),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    server.stop()


def test_aws_is_asked_and_the_buckets_are_looked_at_and_left_as_they_are(variables):
    names = {"us-east-1": "ask-one", "us-west-2": "ask-two"}

    def answers():
        return ask(variables, "us-east-1", account_id="123456789012", buckets=names, permissions=False)

    first = answers()
    assert first["credentials"] == {"method": "env", "profile": None, "expires": None}
    assert first["identity"]["account"] == "123456789012"
    assert set(first["regions"]["status"]) == set(names)
    assert [each["lacks"] for each in first["buckets"].values()] == [["created"], ["created"]]
    assert "very-secret" not in str(first)

    bootstrap({"us-west-2": "ask-two"}, "123456789012", variables)
    boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        aws_access_key_id="none",
        aws_secret_access_key="none",
    ).create_bucket(Bucket="ask-one")
    second = answers()
    assert second["buckets"]["us-west-2"]["lacks"] == []
    assert "versioning turned on" in second["buckets"]["us-east-1"]["lacks"]
    assert answers() == second


def test_without_credentials_nothing_more_is_asked(variables):
    bare = {name: value for name, value in variables.items() if "KEY" not in name}
    assert ask(bare, "us-east-1") == {"credentials": {"method": None}}


def test_an_aws_that_is_not_there_is_told_as_that(variables):
    answers = ask({**variables, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "us-east-1")
    assert answers["identity"]["error"]["code"] == "EndpointConnectionError"
    found = account.credentials(Account(answers, None, False))
    assert found.verdict is Verdict.PROBLEM
    assert "AWS does not answer" in found.says


def test_an_aws_that_is_silent_does_not_hold_us_up(variables, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.05)
    assert ask(variables, "us-east-1")["error"]["code"] == "Timeout"


def test_a_role_is_asked_for_by_its_full_name_and_the_root_user_not_at_all():
    class Iam:
        def get_role(self, **given):
            assert given == {"RoleName": "deploy"}
            return {"Role": {"Arn": "arn:aws:iam::1:role/some/path/deploy"}}

        def simulate_principal_policy(self, **given):
            assert given["PolicySourceArn"] == "arn:aws:iam::1:role/some/path/deploy"
            names = given["ActionNames"]
            return {
                "EvaluationResults": [
                    {"EvalActionName": name, "EvalDecision": "implicitDeny" if name.startswith("rds:") else "allowed"}
                    for name in names
                ]
            }

    assert asking._permissions(Iam(), "arn:aws:sts::1:assumed-role/deploy/ann") == {"refused": ["rds:CreateDBInstance"]}
    assert asking._permissions(None, "arn:aws:iam::1:root") == {"root": True}
