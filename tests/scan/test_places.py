"""From the paths of what a check looked at to lines."""

from __future__ import annotations

import pytest

from xyztf.hcl.parse import parse
from xyztf.scan.places import line_of

GROUP = parse(
    """\
resource "aws_security_group" "this" {
  ingress {
    from_port   = 22
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    from_port        = 22
    cidr_blocks      = ["10.0.0.0/8"]
    ipv6_cidr_blocks = ["::/0"]
  }
  dynamic "egress" {
    for_each = var.ports
    content {
      from_port = egress.value
    }
  }
  names = [
    "a",
    "b",
  ]
}
""",
    "group.tf",
)
KEY = parse(
    """\
resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      {
        Effect    = "Deny"
        Action    = "*"
        Principal = { AWS = "*" }
      },
      {
        Effect    = "Allow"
        Action    = ["kms:*", "*"]
        Principal = "*"
      },
    ]
  })
  tags = { Name = "x" }
}

data "aws_iam_policy_document" "this" {
  statement {
    effect  = "Deny"
    actions = ["*"]
  }
  statement {
    actions = ["s3:GetObject"]
  }
  statement {
    actions = ["*"]
  }
}

resource "aws_secretsmanager_secret" "this" {
  replica {
    kms_key_id = "x"
  }
}
""",
    "key.tf",
)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["ingress/[0]/from_port"], 3),
        (["ingress/[1]/from_port"], 7),
        (["ingress/from_port"], 3),
        (["ingress/[9]/from_port"], 3),
        (["ingress/[1]/security_groups"], 6),
        (["ingress/[1]/cidr_blocks", "ingress/[1]/from_port", "ingress/[1]/ipv6_cidr_blocks"], 9),
        (["absent", "ingress/[0]/from_port"], 3),
        (["ingress/[1]/absent", "names"], 17),
        (["names/[1]"], 17),
        (["egress/[0]/from_port"], 14),
        (["absent", "resource_type"], None),
        ([], None),
    ],
)
def test_the_block_of_that_index(keys, line):
    assert line_of(GROUP, 1, keys) == line


@pytest.mark.parametrize(
    ("first", "keys", "line"),
    [
        (1, ["policy/[0]/Statement/[0]/Principal/AWS"], 7),
        (1, ["policy/[0]/Statement/[1]/Principal"], 12),
        (1, ["policy/Statement/[1]/Action"], 11),
        (1, ["policy/Statement/[*]/Action"], 11),
        (1, ["policy/Statement[?(@/Effect == Allow)]/Action[*]"], 3),
        (1, ["policy"], 2),
        (1, ["tags/[0]/Name"], 16),
        (19, ["statement/[*]/actions"], 28),
        (19, ["statement/[1]/actions"], 25),
        (32, ["kms_key_id"], None),
        (32, ["replica/[0]/kms_key_id"], 34),
        (2, ["policy"], None),
    ],
)
def test_the_statement_of_a_policy(first, keys, line):
    assert line_of(KEY, first, keys) == line
