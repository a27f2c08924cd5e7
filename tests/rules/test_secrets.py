"""The rules of the family Secrets, beyond what their examples promise."""

from __future__ import annotations

import pytest

from xyztf.rules.describe import MARK
from xyztf.rules.run import run
from xyztf.rules.secrets import RULES

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


# Put together here: no scanner of this repository shall take it for a real one.
TOKEN = "ghp_" + "a1B2" * 9


def test_a_token_under_any_name_is_found_and_not_given_back(stacks_of):
    found = run(ALL, stacks_of({"main.tf": f'locals {{\n  x = "{TOKEN}"\n}}\n'}))
    assert [(each.rule, each.message) for each in found] == [("XYZ401", "it has the form of a GitHub token")]


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
