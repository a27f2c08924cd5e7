"""The variables: nothing of the user's AWS, nothing that injects, and no way but the sandbox."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from xyztf.sandbox.environment import ACCESS_KEY, sandbox_variables

HOSTILE = {
    "AWS_PROFILE": "prod",
    "AWS_DEFAULT_PROFILE": "prod",
    "AWS_ACCESS_KEY_ID": "AKIAREALREALREALREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_SECURITY_TOKEN": "real",
    "AWS_ENDPOINT_URL": "https://evil.example",
    "AWS_ENDPOINT_URL_STS": "https://evil.example",
    "AWS_ENDPOINT_URL_S3": "https://evil.example",
    "AWS_S3_ENDPOINT": "https://evil.example",
    "AWS_STS_ENDPOINT": "https://evil.example",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_CA_BUNDLE": "/etc/ssl/evil.pem",
    "AWS_CONFIG_FILE": "/home/user/.aws/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/home/user/.aws/credentials",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
    "AWS_ROLE_ARN": "arn:aws:iam::1:role/real",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.2/",
    "AWS_EC2_METADATA_DISABLED": "false",
    "aws_profile": "prod",
    "BOTO_CONFIG": "/etc/boto.cfg",
    "TF_CLI_ARGS": "-var=x=1",
    "TF_CLI_ARGS_plan": "-destroy",
    "TF_WORKSPACE": "other",
    "TF_REATTACH_PROVIDERS": "{}",
    "TF_DATA_DIR": "/elsewhere",
    "TF_VAR_region": "eu-west-1",
    "TF_TOKEN_app_terraform_io": "real",
    "TF_ENCRYPTION": "x",
    "HTTP_PROXY": "http://evil.example",
    "https_proxy": "http://evil.example",
    "ALL_PROXY": "socks5://evil.example",
    "NO_PROXY": "*",
    "no_proxy": "*",
    "REQUEST_METHOD": "GET",
}
ENDPOINT = "http://127.0.0.1:4566"


@pytest.fixture
def variables(tmp_path):
    return sandbox_variables({**HOSTILE, "PATH": "/bin", "HOME": "/home/user"}, ENDPOINT, "us-west-2", tmp_path)


def test_nothing_of_the_users_comes_through(variables):
    kept = {name for name, value in HOSTILE.items() if variables.get(name) == value}
    assert kept == set()
    text = " ".join(variables.values())
    assert "evil" not in text
    assert "real" not in text.lower()


def test_what_is_set_leads_to_the_sandbox(variables):
    assert variables["AWS_ENDPOINT_URL"] == ENDPOINT
    assert variables["AWS_REGION"] == variables["AWS_DEFAULT_REGION"] == "us-west-2"
    assert variables["AWS_ACCESS_KEY_ID"] == variables["AWS_SECRET_ACCESS_KEY"] == ACCESS_KEY
    assert variables["AWS_EC2_METADATA_DISABLED"] == "true"
    proxies = {name: value for name, value in variables.items() if name.upper().endswith("_PROXY")}
    assert proxies == dict.fromkeys(["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"], ENDPOINT)


def test_profiles_and_credentials_are_read_from_an_empty_file(variables):
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        assert os.path.getsize(variables[name]) == 0


def test_what_is_about_something_else_stays(tmp_path):
    kept = {"PATH": "/bin", "HOME": "/root", "LANG": "C", "TF_CLI_CONFIG_FILE": "/mirror.tfrc", "TF_LOG": "debug"}
    assert kept.items() <= sandbox_variables(kept, ENDPOINT, "us-east-1", tmp_path).items()


SCRIPT = """
import boto3
try:
    print(boto3.client("sts").get_caller_identity()["Account"])
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def home(tmp_path):
    """A home with a profile that has credentials and an endpoint of its own."""
    (tmp_path / "home" / ".aws").mkdir(parents=True)
    (tmp_path / "home" / ".aws" / "config").write_text("[default]\nendpoint_url = http://127.0.0.1:1\n")
    (tmp_path / "home" / ".aws" / "credentials").write_text("[default]\naws_access_key_id = A\n[prod]\n")
    return str(tmp_path / "home")


def ask(variables: dict[str, str]) -> str:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT], env=variables, capture_output=True, text=True, timeout=120, check=False
    ).stdout


def test_boto3_in_hostile_surroundings_sees_the_sandbox(aws, tmp_path, home):
    surroundings = {**os.environ, **HOSTILE, "HOME": home}
    assert ask(sandbox_variables(surroundings, aws.endpoint, "us-east-1", tmp_path)).strip() == "123456789012"


def test_a_call_that_is_on_its_way_to_aws_all_the_same_ends_at_the_sandbox(aws, tmp_path, home):
    variables = sandbox_variables({**os.environ, "HOME": home}, aws.endpoint, "us-east-1", tmp_path)
    del variables["AWS_ENDPOINT_URL"]
    assert "ProxyConnectionError" in ask({**variables, "AWS_MAX_ATTEMPTS": "1"})
