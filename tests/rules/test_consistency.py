"""The rules of consistency: each by its examples, and what they must not say."""

from __future__ import annotations

import pytest

from tests.rules.conftest import TODAY
from tests.rules.test_examples import marked
from xyztf.rules.consistency import RULES
from xyztf.rules.rule import Context
from xyztf.rules.run import run

ALL = [rule() for rule in RULES]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_bad_example(rule, stacks_of):
    files = {**rule.files, "main.tf": rule.bad}
    findings = run([rule], stacks_of(files, rule.context))
    assert {(each.location.file, each.location.line) for each in findings} == marked(files), [*map(str, findings)]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_good_example(rule, stacks_of):
    files = {name: text.replace(" # here", "") for name, text in {**rule.files, "main.tf": rule.good}.items()}
    assert run([rule], stacks_of(files, rule.context)) == []


PROD = Context(TODAY, "prod", True, "eu-west-1")
ACCOUNT = "111122223333"


def provider(region: str = "eu-west-1", account: str = ACCOUNT) -> str:
    return f'provider "aws" {{\n  region = "{region}"\n  allowed_account_ids = ["{account}"]\n}}\n\n'


def found(stacks_of, *ids: str, context=PROD, **texts: str) -> list[str]:
    files = {f"{name}/main.tf": text for name, text in texts.items()}
    rules = [rule for rule in ALL if not ids or rule.id in ids]
    return [each.message for each in run(rules, stacks_of(files, context))]


CREATES = {
    f"iam::{ACCOUNT}:role/service/NAME": 'resource "aws_iam_role" "x" {\n  name = "NAME"\n}\n',
    f"kinesis:eu-west-1:{ACCOUNT}:stream/NAME": 'resource "aws_kinesis_stream" "x" {\n  name = "NAME"\n}\n',
    f"dynamodb:eu-west-1:{ACCOUNT}:table/NAME/index/*": 'resource "aws_dynamodb_table" "x" {\n  name = "NAME"\n}\n',
    f"sqs:eu-west-1:{ACCOUNT}:NAME": 'resource "aws_sqs_queue" "x" {\n  name = "NAME"\n}\n',
    f"sns:eu-west-1:{ACCOUNT}:NAME": 'resource "aws_sns_topic" "x" {\n  name = "NAME"\n}\n',
    f"rds:eu-west-1:{ACCOUNT}:db:NAME": 'resource "aws_db_instance" "x" {\n  identifier = "NAME"\n}\n',
    f"lambda:eu-west-1:{ACCOUNT}:function:NAME:live": (
        'resource "aws_lambda_function" "x" {\n  function_name = "NAME"\n}\n'
    ),
    f"logs:eu-west-1:{ACCOUNT}:log-group:NAME:*": 'resource "aws_cloudwatch_log_group" "x" {\n  name = "NAME"\n}\n',
    f"secretsmanager:eu-west-1:{ACCOUNT}:secret:NAME-??????": (
        'resource "aws_secretsmanager_secret" "x" {\n  name = "NAME"\n}\n'
    ),
    f"kms:eu-west-1:{ACCOUNT}:alias/NAME": 'resource "aws_kms_alias" "x" {\n  name = "alias/NAME"\n}\n',
}


@pytest.mark.parametrize("arn", CREATES, ids=lambda arn: arn.split(":")[0])
def test_each_kind_by_its_arn(stacks_of, arn):
    there = provider() + CREATES[arn].replace("NAME", "shop-orders")
    here = provider() + f'resource "aws_flow_log" "x" {{\n  any = "arn:aws:{arn}"\n}}\n'
    assert found(stacks_of, there=there, here=here.replace("NAME", "shop-orders")) == []
    assert found(stacks_of, there=there, here=here.replace("NAME", "shop-*")) == []
    assert len(found(stacks_of, "XYZ901", there=there, here=here.replace("NAME", "mails"))) == 1
    unknown = there.replace("shop-orders", "${var.name}")
    assert found(stacks_of, there=unknown, here=here.replace("NAME", "mails")) == []
    if "eu-west-1" in arn:
        elsewhere = here.replace("NAME", "shop-orders").replace("eu-west-1:1", "eu-west-2:1")
        [message] = found(stacks_of, "XYZ901", there=there, here=elsewhere)
        assert message.endswith("is created in eu-west-1, not in eu-west-2")


def test_in_a_text_within_what_cannot_be_known(stacks_of):
    there = provider() + 'resource "aws_iam_role" "x" {\n  name = "orders"\n}\n'
    here = (
        provider()
        + f"""
resource "aws_kms_key" "x" {{
  policy = jsonencode({{
    Resource = aws_sqs_queue.x.arn
    Principal = {{
      AWS = var.open ? "*" : "arn:aws:iam::{ACCOUNT}:role/order"
    }}
  }})
}}
"""
    )
    assert found(stacks_of, there=there, here=here) == ["no stack creates the IAM role order"]
    assert found(stacks_of, there=there, here=here.replace("var.open", "true")) == []


def test_foreign_stacks_hear_only_of_what_is_nearly_right(stacks_of):
    there = provider() + 'resource "aws_iam_role" "x" {\n  name = "order-processor"\n}\n'
    here = provider() + f'resource "aws_flow_log" "x" {{\n  any = "arn:aws:iam::{ACCOUNT}:role/NAME"\n}}\n'
    foreign = Context(TODAY)
    assert found(stacks_of, context=foreign, there=there, here=here.replace("NAME", "somebody-elses")) == []
    nearly = here.replace("NAME", "order-procesor")
    assert found(stacks_of, context=foreign, there=there, here=nearly) == [
        "no stack creates the IAM role order-procesor"
    ]


def test_a_module_that_builds_the_arn(stacks_of):
    module = """
variable "name" {
  type = string
}

resource "aws_flow_log" "x" {
  any = "arn:aws:iam::111122223333:role/${var.name}"
}
"""
    there = provider() + 'resource "aws_iam_role" "x" {\n  name = "orders"\n}\n'
    here = provider() + 'module "m" {\n  source = "../m"\n  name   = "NAME"\n}\n'
    assert found(stacks_of, m=module, there=there, here=here.replace("NAME", "orders")) == []
    assert len(found(stacks_of, m=module, there=there, here=here.replace("NAME", "mails"))) == 1


@pytest.mark.parametrize(
    ("one", "other", "context", "count"),
    [
        (provider(), provider(), PROD, 1),
        (provider(), provider("eu-west-2"), PROD, 0),
        (provider(), provider(), Context(TODAY), 1),
        (provider(), provider(account="444455556666"), Context(TODAY), 0),
        (provider(), 'provider "aws" {\n  region = var.region\n}\n', PROD, 0),
    ],
)
def test_the_same_name_in_two_stacks(stacks_of, one, other, context, count):
    queue = 'resource "aws_sqs_queue" "x" {\n  name = "orders"\n}\n'
    assert len(found(stacks_of, "XYZ911", context=context, one=one + queue, other=other + queue)) == count


@pytest.mark.parametrize("repeated", ["count = var.on ? 1 : 0", "for_each = toset(var.names)"])
def test_one_of_two_that_may_not_be_there(stacks_of, repeated):
    queue = 'resource "aws_sqs_queue" "LABEL" {\n  REPEATED\n  name = "orders"\n}\n'
    text = provider() + queue.replace("LABEL", "a").replace("REPEATED", repeated) + queue.replace("LABEL", "b")
    assert found(stacks_of, "XYZ911", one=text.replace("REPEATED", "")) == []


def test_an_environment_in_two_accounts(stacks_of):
    odd = provider(account="444455556666")
    assert found(stacks_of, "XYZ922", a=provider(), b=provider(), c=odd) == [
        f"444455556666 is another account than that of the other stacks of prod, {ACCOUNT}"
    ]


def test_an_account_with_a_slip(stacks_of):
    policy = 'resource "aws_kms_key" "x" {\n  policy = jsonencode(["arn:aws:iam::ACCOUNT:root", var.x])\n}\n'
    assert found(stacks_of, a=provider() + policy.replace("ACCOUNT", ACCOUNT)) == []
    assert found(stacks_of, a=provider() + policy.replace("ACCOUNT", "444455556666")) == []
    slip = policy.replace("ACCOUNT", "111122223323")
    assert found(stacks_of, a=provider() + slip) == [f"111122223323 is nearly the environment's account, {ACCOUNT}"]


def test_an_arn_of_a_region_without_a_stack(stacks_of):
    text = provider() + f'resource "aws_iam_role_policy" "x" {{\n  any = "arn:aws:kms:eu-west-1:{ACCOUNT}:key/*"\n}}\n'
    assert found(stacks_of, a=text) == []
    assert found(stacks_of, a=text.replace("kms:eu-west-1", "kms:us-east-1")) == ["no stack of prod is in us-east-1"]


CHOSEN = 'variable "chosen" {\n  type    = bool\n  default = true\n}\n\n'
ONE_OF_TWO = (
    provider()
    + CHOSEN
    + 'module "a" {\n  source = "../role"\n  count  = var.chosen ? 1 : 0\n}\n\n'
    + 'module "b" {\n  source = "../role"\n  count  = var.chosen ? 0 : 1\n}\n'
)
TWO_ACCOUNTS = (
    provider()
    + 'provider "aws" {\n  alias  = "audit"\n  region = "eu-west-1"\n}\n\n'
    + 'module "a" {\n  source = "../role"\n}\n\n'
    + 'module "b" {\n  source = "../role"\n\n  providers = {\n    aws = aws.audit\n  }\n}\n'
)
ROLE = 'resource "aws_iam_role" "x" {\n  name = "deploy"\n}\n'


@pytest.mark.parametrize("root", [ONE_OF_TWO, ONE_OF_TWO.replace("  default = true\n", ""), TWO_ACCOUNTS])
def test_a_name_is_not_taken_by_what_is_not_there_or_elsewhere(root, stacks_of):
    assert found(stacks_of, "XYZ911", stack=root, role=ROLE) == []


def test_a_name_is_taken_within_one_account(stacks_of):
    both = TWO_ACCOUNTS.replace(
        '"a" {\n  source = "../role"\n', '"a" {\n  source = "../role"\n  providers = { aws = aws.audit }\n'
    )
    assert len(found(stacks_of, "XYZ911", stack=both, role=ROLE)) == 1
    assert len(found(stacks_of, "XYZ911", stack=ONE_OF_TWO.replace("? 0 : 1", "? 1 : 0"), role=ROLE)) == 1
