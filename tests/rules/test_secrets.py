"""The rules of the family Secrets, beyond what their examples promise."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xyztf.rules.describe import MARK
from xyztf.rules.run import run
from xyztf.rules.secrets import RULES
from xyztf.rules.secrets.patterns import KINDS, find_assigned, find_secret, is_secret_name

ALL = [rule() for rule in RULES]


def marked(files):
    return {
        (name, at) for name, text in files.items() for at, line in enumerate(text.split("\n"), 1) if line.endswith(MARK)
    }


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_examples(rule, stacks_of, tmp_path):
    bad = {**rule.files, "main.tf": rule.bad}
    found = run([rule], stacks_of(bad, rule.context))
    assert marked(bad)
    assert {(each.location.file, each.location.line) for each in found} == marked(bad), [str(each) for each in found]
    assert all(each.hint and each.address for each in found)
    good = {**rule.files, "main.tf": rule.good}
    assert run(ALL, stacks_of(good, rule.context)) == []


# Put together here: no scanner of this repository shall take them for real ones.
REAL = {
    "an access key of AWS": "AKIA" + "2E7XQ4PLMR5TZW3C",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE",
    "a token of GitHub": "ghp_" + "a1B2" * 9,
    "a token of GitLab": "glpat-" + "a1B2c" * 4,
    "a token of Slack": "xoxb-" + "123456789012-abcdef",
    "a key of Stripe": "sk_live_" + "a1B2" * 6,
    "a key of Google": "AIza" + "a1B2c" * 7,
    "a token of npm": "npm_" + "a1B2" * 9,
    "a token of Vault": "hvs." + "a1B2" * 6,
    "a connection string with its password": "postgresql://shop:hunter22@db.example.com/shop",
}


@pytest.mark.parametrize("kind", REAL)
def test_texts_that_are_secrets_under_any_name(kind, stacks_of):
    assert find_secret("description", REAL[kind]) == kind
    text = f"locals {{\n  x = {json.dumps(REAL[kind])}\n}}\n"
    found = run(ALL, stacks_of({"main.tf": text}))
    assert [each.rule for each in found] == ["XYZ401"]
    assert REAL[kind] not in str(found)


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "master_password",
        "auth_token",
        "api_key",
        "DB_PASSWORD",
        "clientSecret",
        "password_wo",
        "passwords",
        "/shop/db/password",
    ],
)
def test_names_of_secrets(name):
    assert is_secret_name(name)
    assert find_secret(name, "hunter22") == "a secret"


@pytest.mark.parametrize(
    "name",
    [
        "password_length", "secret_name", "secret_arn", "token_ttl", "kms_key_id", "hash_key", "http_tokens",
        "password_wo_version", "manage_master_user_password", "create_random_password", "secret_id", "key",
        "public_key",
    ],
)  # fmt: skip
def test_names_of_what_is_about_a_secret(name):
    assert not is_secret_name(name)
    assert find_secret(name, "hunter22") is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("access_key", "AKIAIOSFODNN7EXAMPLE"),
        ("secret_key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("password", ""),
        ("password", "${}"),
        ("password", "<your password>"),
        ("password", "********"),
        ("secret", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-AbCdEf"),
        ("password", "/shop/database/password"),
        ("url", "postgresql://shop:${}@db/shop"),
        ("url", "https://example.com:8443/a@b"),
        ("image", "registry:5000/shop@sha256:" + "a" * 64),
    ],
)
def test_texts_that_are_no_secrets(name, text):
    assert find_secret(name, text) is None


@given(st.text(), st.sampled_from(["password", "value", "url", "API_TOKEN"]))
def test_only_the_kind_of_a_secret_is_told(text, name):
    assert find_secret(name, text) in {None, "a secret", "a connection string with its password", *KINDS}


@given(st.from_regex(r"[A-Za-z0-9!#%^_-]{8,40}", fullmatch=True).filter(str.isalnum))
def test_a_word_under_the_name_of_a_secret_is_one(secret):
    assert find_secret("description", secret) is None
    assert (find_secret("password", secret) is None) == (find_assigned(f"export DB_PASSWORD={secret}") is None)


@pytest.mark.parametrize(
    "text",
    [
        'variable "db_password" {\n  sensitive = true\n  default   = "hunter22"\n}\n',
        'locals {\n  settings = { user = "a", password = "hunter22" }\n}\n',
        'locals {\n  settings = jsonencode({ password = "hunter22" })\n}\n',
        'locals {\n  password = var.x ? "hunter22" : null\n}\n',
        'locals {\n  all = [{ name = "DB_PASSWORD", value = "hunter22" }]\n}\n',
        'resource "aws_ssm_parameter" "a" {\n  name  = "/shop/db/password"\n  value = "hunter22"\n}\n',
        'module "a" {\n  source   = "a/b/aws"\n  password = "hunter22"\n}\n',
        'resource "aws_elasticache_user" "a" {\n  authentication_mode {\n    passwords = ["hunter22-long"]\n  }\n}\n',
    ],
)
def test_where_a_secret_may_stand(text, stacks_of):
    found = [each for each in run(ALL, stacks_of({"main.tf": text})) if each.rule == "XYZ401"]
    assert len(found) == 1
    assert "hunter22" not in str(found)


MODULE = """\
variable "password" {
  type      = string
  default   = null
  sensitive = true
}

resource "aws_rds_cluster" "this" {
  master_password = var.password
}
"""


@pytest.mark.parametrize(
    ("argument", "found"),
    [("", []), ("  password = null\n", []), ("  password = data.external.x.result.password\n", ["XYZ402"])],
)
def test_a_password_through_a_module_s_variable(argument, found, stacks_of):
    files = {"main.tf": f'module "a" {{\n  source = "./a"\n{argument}}}\n', "a/main.tf": MODULE}
    assert [each.rule for each in run(ALL, stacks_of(files))] == found


def test_a_password_that_may_be_null_is_not_reported(stacks_of):
    text = MODULE.replace("= var.password", "= data.external.x.result.managed ? null : var.password")
    assert run(ALL, stacks_of({"main.tf": text})) == []


@pytest.mark.parametrize(("type_", "found"), [("SecureString", ["XYZ402"]), ("String", []), ("var.type", [])])
def test_parameters_are_secrets_when_they_say_so(type_, found, stacks_of):
    written = type_ if type_.startswith("var") else f'"{type_}"'
    text = f'resource "aws_ssm_parameter" "a" {{\n  type = {written}\n  value = data.external.x.result.y\n}}\n'
    assert [each.rule for each in run(ALL, stacks_of({"main.tf": text}))] == found


@pytest.mark.parametrize(
    ("value", "rest", "found"),
    [
        ("random_password.a.result", "", ["XYZ404", "XYZ406"]),
        ("random_password.a[0].result", "", ["XYZ404", "XYZ406"]),
        ("random_password.a.result", "\n  sensitive = true", ["XYZ404"]),
        ("random_password.a.result", "\n  ephemeral = true", ["XYZ404"]),
        ("random_password.a.result", "\n  sensitive = false", ["XYZ404", "XYZ406"]),
        ("random_password.a.length", "", ["XYZ404"]),
    ],
)
def test_outputs(value, rest, found, stacks_of):
    text = f'resource "random_password" "a" {{\n  length = 9\n}}\n\noutput "x" {{\n  value = {value}{rest}\n}}\n'
    assert sorted(each.rule for each in run(ALL, stacks_of({"main.tf": text}))) == found


@pytest.mark.parametrize(
    "body",
    [
        "type = bool",
        "default = false",
        'description = "ARN of the secret with the password"',
        "sensitive = true",
        "ephemeral = true",
    ],
)
def test_variables_that_need_no_mark(body, stacks_of):
    assert run(ALL, stacks_of({"main.tf": f'variable "password" {{\n  {body}\n}}\n'})) == []


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("#!/bin/bash\nexport DB_PASSWORD=hunter22\n", True),
        ("API_TOKEN='abcdef123'\n", True),
        ("DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id shop)\n", False),
        ("DB_PASSWORD=$1\n", False),
        ("DB_PASSWORD=${}\n", False),
        ("SECRET_NAME=shop\n", False),
    ],
)
def test_scripts(script, found):
    assert (find_assigned(script) is not None) == found


def test_user_data_with_a_secret_of_a_variable(stacks_of):
    text = 'resource "aws_instance" "a" {\n  user_data = base64encode("DB=${random_password.a.result}")\n}\n'
    assert [each.rule for each in run(ALL, stacks_of({"main.tf": text}))] == ["XYZ409"]


def test_an_environment_that_is_merged(stacks_of):
    text = (
        'resource "aws_lambda_function" "a" {\n  environment {\n    variables = merge(var.more, {\n'
        "      TOKEN     = local.token\n      TOKEN_ARN = local.token\n      SECRET = aws_secretsmanager_secret.a.arn\n"
        "    })\n  }\n}\n"
    )
    found = run(ALL, stacks_of({"main.tf": text}))
    assert [(each.rule, each.location.line) for each in found] == [("XYZ408", 4)]
