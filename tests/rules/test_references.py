"""References as Terraform takes them: what only looks like one is left alone."""

from __future__ import annotations

import pytest

from xyztf.rules.references import RULES
from xyztf.rules.run import run

ALL = [rule() for rule in RULES]

MODULE = 'resource "aws_sqs_queue" "this" {\n  name = "orders"\n}\n'

VALID = {
    "an import into another module": """\
module "queues" {
  source = "./queues"
}

import {
  to = module.queues.aws_sqs_queue.this
  id = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"
}
""",
    "an import of what is yet to be generated": 'import {\n  to = aws_sqs_queue.mails\n  id = "mails"\n}\n',
    "a data source that a check alone looks at": """\
check "health" {
  data "http" "shop" {
    url = "https://shop.example.com/health"
  }

  assert {
    condition     = data.http.shop.status_code == 200
    error_message = "${data.http.shop.url} is down."
  }
}
""",
    "a data source that writes a file": """\
data "archive_file" "function" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/function.zip"
}
""",
    "types without elements": """\
variable "names" {
  type    = list
  default = ["a"]
}

output "names" {
  value = var.names
}
""",
}


@pytest.mark.parametrize("name", VALID)
def test_valid(name, stacks_of):
    assert run(ALL, stacks_of({"main.tf": VALID[name], "queues/main.tf": MODULE})) == []


def test_a_wrong_key_of_an_import_is_found(stacks_of):
    text = "import {\n  for_each = var.queues\n  to       = aws_sqs_queue.this\n  id       = each.value\n}\n"
    (finding,) = run(ALL, stacks_of({"main.tf": text + MODULE}))
    assert (finding.rule, finding.location.line) == ("XYZ101", 2)


CALL = """\
resource "aws_sqs_queue" "this" {
  name = "orders"
}

module "consumer" {
  source = "./consumer"
  queue  = aws_sqs_queue.this
}
"""
CONSUMER = """\
variable "queue" {
  type = object({
    arn  = string
    name = string
  })
}

output "queue" {
  value = var.queue
}
"""


def test_a_whole_resource_has_all_its_attributes(stacks_of):
    assert run(ALL, stacks_of({"main.tf": CALL, "consumer/main.tf": CONSUMER})) == []
    wrong = CONSUMER.replace("name = string", "name = list(string)")
    (finding,) = run(ALL, stacks_of({"main.tf": CALL, "consumer/main.tf": wrong}))
    assert finding.rule == "XYZ113"
