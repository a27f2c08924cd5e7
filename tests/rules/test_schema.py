"""The schema speaks only for versions that a module lets in; attributes that may be written as blocks are both."""

from __future__ import annotations

import pytest

from xyztf.rules.run import run
from xyztf.rules.schema import RULES
from xyztf.rules.schema.versions import admits

ALL = [rule() for rule in RULES]


@pytest.mark.parametrize(
    ("constraint", "fits"),
    [
        (">= 5.100, < 7", True),
        (">= 6.28", False),
        ("~> 5.0", True),
        ("~> 5.100.0", True),
        ("~> 5.99.0", False),
        ("~> 4", False),
        ("5.100.0", True),
        ("!= 5.100.0", False),
        ("< 5.100", False),
        ("", True),
    ],
)
def test_constraints(constraint, fits):
    assert admits(constraint, "5.100.0") is fits


GROUP = """\
resource "aws_security_group" "this" {
  name = "shop"

  ingress {
    from_port = 443
    to_port   = 443
    protocol  = "tcp"
  }

  dynamic "egress" {
    for_each = [1]

    content {
      from_port = 0
      to_port   = 0
      protocol  = "-1"
    }
  }

  lifecycle {
    create_before_destroy = true
  }

  timeouts {
    create = "5m"
  }
}
"""


def test_blocks_that_are_attributes_and_what_is_terraforms_own(stacks_of):
    assert run(ALL, stacks_of({"main.tf": GROUP})) == []


NEWER = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.28"
    }
  }
}
"""


def test_a_module_for_another_version_is_left_alone(stacks_of):
    key = 'resource "aws_kms_key" "this" {\n  region = "eu-west-1"\n}\n'
    assert [each.rule for each in run(ALL, stacks_of({"main.tf": key}))] == ["XYZ202"]
    assert run(ALL, stacks_of({"main.tf": key, "versions.tf": NEWER})) == []


def test_what_is_wrong_in_a_dynamic_block_is_found(stacks_of):
    wrong = GROUP.replace("timeouts {", 'timeouts {\n    nothing = "x"')
    (finding,) = run(ALL, stacks_of({"main.tf": wrong}))
    assert (finding.rule, finding.location.line) == ("XYZ202", 25)


CLUSTER = """\
variable "service_range" {
  type    = string
  default = null
}

resource "aws_eks_cluster" "this" {
  name     = "shop"
  role_arn = "arn:aws:iam::123456789012:role/shop"

  vpc_config {
    subnet_ids = ["subnet-1", "subnet-2"]
  }

  kubernetes_network_config {
    service_ipv6_cidr = var.service_range
  }
}
"""


def test_what_only_the_provider_sets_may_be_null(stacks_of):
    assert run(ALL, stacks_of({"main.tf": CLUSTER})) == []
    (finding,) = run(ALL, stacks_of({"main.tf": CLUSTER.replace("var.service_range", '"fd00::/108"')}))
    assert (finding.rule, finding.location.line) == ("XYZ204", 15)
    (finding,) = run(ALL, stacks_of({"main.tf": CLUSTER.replace("= null", '= "fd00::/108"')}))
    assert finding.rule == "XYZ204"
