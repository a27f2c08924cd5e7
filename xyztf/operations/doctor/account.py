"""Checks of what AWS answered: credentials, the account, regions, permissions, the buckets for the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from xyztf.environment.model import Environment
from xyztf.operations.doctor.asking import ACTIONS, Answers
from xyztf.operations.doctor.finding import Finding, not_known, ok, problem, warning
from xyztf.terraform.bootstrap import CREATED

KINDS = {
    "env": "from environment variables",
    "shared-credentials-file": "from the credentials file",
    "config-file": "from the configuration file",
    "sso": "from single sign-on",
    "login": "from aws login",
    "assume-role": "from a role that a profile assumes",
    "assume-role-with-web-identity": "from a web identity",
    "custom-process": "from a program that a profile names",
    "container-role": "from the container's role",
    "iam-role": "from the machine's role",
}
"""What botocore calls the ways to find credentials (botocore.credentials), in words."""
LOG_IN = "log in (aws sso login, aws login), or set AWS_PROFILE; then: aws sts get-caller-identity"
EXPIRED = ("Expired", "UnauthorizedSSOToken", "LoginRefresh")
LOGGED_OUT = ("SSOTokenLoad", "TokenRetrieval", "LoginTokenLoad")
UNREACHABLE = ("EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyConnectionError", "Timeout")


@dataclass(frozen=True, slots=True)
class Account:
    """What was answered, by an AWS that is the sandbox's or not, for an environment or none."""

    answers: Answers
    environment: Environment | None
    sandbox: bool

    def get(self, name: str) -> Any:
        """An answer; None where the question was not asked, as one before it was not answered."""
        return self.answers.get(name)


def credentials(account: Account) -> Finding:
    """Whether there are any, of which kind, and whether they are good."""
    whole, found, identity = (account.get(name) for name in ("error", "credentials", "identity"))
    error = whole or (found or {}).get("error") or (identity or {}).get("error")
    kind = KINDS.get(found["method"], found["method"]) if found and found.get("method") else ""
    if error:
        return _unusable(error, f"{kind}: " if kind else "")
    if not found or not found.get("method"):
        return problem("credentials", "there are none for AWS", LOG_IN)
    until = f", until {found['expires'][:16].replace('T', ' ')}" if found.get("expires") else ""
    profile = f", profile {found['profile']}" if found.get("profile") else ""
    return ok("credentials", "the sandbox's own" if account.sandbox else f"{kind}{profile}{until}")


def whose(account: Account) -> Finding | None:
    """The account they belong to, against the environment's."""
    found = account.get("identity")
    if not found or found.get("error"):
        return None
    if account.environment is None:
        return ok("account", f"{found['account']}, as {_name(found['arn'])}")
    wanted = account.environment.account_id
    if found["account"] != wanted:
        says = f"the credentials are of {found['account']}, and {account.environment.name} is in {wanted}"
        return problem("account", says, f"take others; or is account_id right in {account.environment.name}.yaml?")
    if found["arn"].endswith(":root"):
        return warning("account", f"{wanted}, as its root user", "use a role: the root user cannot be limited")
    return ok("account", f"{wanted}, as {_name(found['arn'])}")


def regions(account: Account) -> Finding | None:
    """Whether the environment's regions are turned on in the account."""
    found = account.get("regions")
    if not found:
        return None
    if found.get("error"):
        return not_known("regions", f"cannot be asked: {_reason(found['error'])}", "it takes ec2:DescribeRegions")
    off = [region for region, status in found["status"].items() if status == "not-opted-in"]
    if off:
        return problem("regions", f"not turned on: {', '.join(off)}", "turn them on: aws account enable-region")
    return ok("regions", f"turned on: {', '.join(found['status'])}")


def permissions(account: Account) -> Finding | None:
    """Some actions that an apply needs, asked of IAM's simulator. It knows the caller's policies, not all limits."""
    found = account.get("permissions")
    if not found:
        return None
    if found.get("error"):
        hint = "it takes iam:SimulatePrincipalPolicy, for a role iam:GetRole too"
        return not_known("permissions", f"cannot be asked: {_reason(found['error'])}", hint)
    if found.get("root"):
        return ok("permissions", "all: it is the root user")
    if found["refused"]:
        says = f"its policies do not allow {', '.join(found['refused'])}"
        return warning("permissions", says, "an apply that needs these fails; a plan needs less")
    return ok("permissions", f"its policies allow the {len(ACTIONS)} actions that were asked for")


def buckets(account: Account) -> Finding | None:
    """Whether the state has a bucket in each region, as it should be."""
    found, env = account.get("buckets"), account.environment
    if not found or env is None:
        return None
    errors = [f"{region}: {_reason(each['error'])}" for region, each in found.items() if each.get("error")]
    if errors:
        hint = "it takes s3:ListBucket and s3:GetBucket*, s3:GetEncryptionConfiguration on the bucket"
        return problem("state buckets", f"cannot be looked at: {'; '.join(errors)}", hint)
    missing = [region for region, each in found.items() if each["lacks"] == [CREATED]]
    lacks = [f"{region}: still to do: {', '.join(each['lacks'])}" for region, each in found.items() if each["lacks"]]
    hint = f"run xyztf bootstrap {env.name}{' --sandbox' if account.sandbox else ''}"
    if missing and account.sandbox:
        return ok("state buckets", "none yet: the first command with --sandbox makes them")
    if missing:
        return problem("state buckets", f"missing in {', '.join(missing)}", hint)
    if lacks:
        return warning("state buckets", "; ".join(lacks), hint)
    return ok("state buckets", f"versioned, encrypted and closed: {', '.join(found)}")


CHECKS: tuple[Callable[[Account], Finding | None], ...] = (credentials, whose, regions, permissions, buckets)


def _unusable(error: dict[str, str], kind: str) -> Finding:
    code = error["code"]
    if code.startswith(EXPIRED):
        return problem("credentials", f"{kind}they have expired", LOG_IN)
    if code.startswith(LOGGED_OUT):
        return problem("credentials", f"not logged in, or no longer: {error['message']}", LOG_IN)
    if code.startswith(UNREACHABLE):
        hint = "is there a network, a proxy (HTTPS_PROXY)? Without AWS, --sandbox works"
        return problem("credentials", f"{kind}AWS does not answer ({error['message']})", hint)
    if code == "ProfileNotFound":
        return problem("credentials", error["message"], "set AWS_PROFILE to one that aws configure list-profiles shows")
    return problem("credentials", f"{kind}{_reason(error)}", LOG_IN)


def _reason(error: dict[str, str]) -> str:
    return f"{error['code']}, {error['message']}" if error["message"] not in ("", error["code"]) else error["code"]


def _name(arn: str) -> str:
    """The user or role, without what is the same for all."""
    return arn.split(":", 5)[-1]
