"""What AWS says of the credentials, the account, its regions, permissions and state buckets. It is only asked.

A program of its own, so that the variables of the target, and nothing else, decide which AWS that is:
`python -m xyztf.operations.doctor.asking` reads what to ask, as JSON, and prints the answers, each by itself: what
cannot be asked is told as an error in its place. No secret is printed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from xyztf.terraform.process import run

SECONDS = 30.0
CONNECT_SECONDS, READ_SECONDS = 4.0, 8.0
ACTIONS = (
    *("ec2:CreateVpc", "iam:CreateRole", "iam:PassRole", "kms:CreateKey", "secretsmanager:CreateSecret"),
    *("rds:CreateDBInstance", "elasticache:CreateReplicationGroup", "kinesis:CreateStream", "dynamodb:CreateTable"),
    *("lambda:CreateFunction", "logs:CreateLogGroup", "cloudwatch:PutMetricAlarm", "sns:CreateTopic", "s3:PutObject"),
)
"""One for each service that the modules use, of those that a narrow role lacks first: the ones that create."""

Answers = dict[str, Any]


def ask(
    variables: Mapping[str, str],
    region: str,
    *,
    account_id: str | None = None,
    buckets: Mapping[str, str] | None = None,
    permissions: bool = True,
) -> Answers:
    """Ask the AWS that `variables` lead to. `buckets` maps regions to their state buckets.

    Gives answers by name; a whole that takes too long, or fails, is one answer: {"error": {...}}.
    """
    question = {
        "region": region,
        "account_id": account_id,
        "buckets": dict(buckets or {}),
        "permissions": permissions,
    }
    command = [sys.executable, "-P", "-m", "xyztf.operations.doctor.asking", json.dumps(question)]
    try:
        done = run(command, Path(), variables, timeout_seconds=SECONDS)
        answers: Answers = json.loads(done.out)
    except TimeoutError:
        return {"error": {"code": "Timeout", "message": f"AWS did not answer in {SECONDS:g} seconds"}}
    except ValueError:
        last = next(filter(None, reversed(done.err.splitlines())), "it ended without a word")
        return {"error": {"code": "Failed", "message": last}}
    return answers


def main(question: Mapping[str, Any]) -> Answers:
    """The program: see the module."""
    import boto3
    from botocore.config import Config

    once = {"total_max_attempts": 1, "mode": "standard"}
    short = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries=once)
    answers: Answers = {"credentials": _told(_credentials)}
    if answers["credentials"].get("error") or not answers["credentials"].get("method"):
        return answers
    session = boto3.Session(region_name=question["region"])

    def client(service: str, region: str | None = None) -> Any:
        return session.client(service, region_name=region, config=short)

    answers["identity"] = _told(lambda: _identity(client("sts")))
    if answers["identity"].get("error"):
        return answers
    buckets, account = question["buckets"], question["account_id"]
    questions: dict[str, Callable[[], Answers]] = {}
    if buckets:
        questions["regions"] = lambda: _regions(client("ec2"), list(buckets))
    if question["permissions"]:
        questions["permissions"] = lambda: _permissions(client("iam"), answers["identity"]["arn"])
    clients = {region: client("s3", region) for region in buckets}  # sessions are not for several threads

    def bucket(region: str) -> Answers:
        return _told(lambda: _bucket(clients[region], buckets[region], account))

    with ThreadPoolExecutor(max_workers=8) as pool:
        found = {name: pool.submit(_told, work) for name, work in questions.items()}
        there = {region: pool.submit(bucket, region) for region in buckets}
        answers |= {name: future.result() for name, future in found.items()}
        answers["buckets"] = {region: future.result() for region, future in there.items()}
    return answers


def _credentials() -> Answers:
    """Which kind there is, and until when. Finding them may mean asking for them: a role, a login, a program."""
    import botocore.session

    session = botocore.session.get_session()
    found = session.get_credentials()
    if found is None:
        return {"method": None}
    found.get_frozen_credentials()  # takes new ones where the old ones have run out, or says why not
    expires = getattr(found, "_expiry_time", None)
    return {
        "method": found.method,
        "profile": session.profile,
        "expires": expires.isoformat() if expires else None,
    }


def _identity(sts: Any) -> Answers:
    found = sts.get_caller_identity()
    return {"account": found["Account"], "arn": found["Arn"]}


def _regions(ec2: Any, regions: Sequence[str]) -> Answers:
    found = ec2.describe_regions(RegionNames=list(regions), AllRegions=True)["Regions"]
    return {"status": {region["RegionName"]: region.get("OptInStatus", "") for region in found}}


def _permissions(iam: Any, arn: str) -> Answers:
    """Which of our actions the caller's own policies refuse, as far as AWS tells without doing them."""
    kind, _, rest = arn.split(":", 5)[5].partition("/")
    if kind == "root":
        return {"root": True}
    if kind == "assumed-role":
        # The session's ARN lacks the role's path, and single sign-on's roles have one.
        arn = iam.get_role(RoleName=rest.split("/")[0])["Role"]["Arn"]
    found = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=list(ACTIONS))["EvaluationResults"]
    return {"refused": [each["EvalActionName"] for each in found if each["EvalDecision"] != "allowed"]}


def _bucket(s3: Any, bucket: str, account_id: str) -> Answers:
    from xyztf.terraform.bootstrap import lacking

    return {"bucket": bucket, "lacks": lacking(s3, bucket, account_id)}


def _told(work: Callable[[], Answers]) -> Answers:
    """What was answered, or why not."""
    from botocore.exceptions import ClientError

    try:
        return work()
    except ClientError as error:
        said = error.response["Error"]
        return {"error": {"code": said.get("Code", ""), "message": said.get("Message", "")}}
    except Exception as error:  # BotoCoreError, and others where something between us and AWS answers in its place
        return {"error": {"code": type(error).__name__, "message": next(iter(str(error).splitlines()), "")}}


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
