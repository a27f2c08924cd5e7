"""Override files: what Terraform merges over the others, and where what came of it stands."""

from __future__ import annotations

from datetime import date

from xyztf.errors import Location
from xyztf.hcl.configuration import configuration
from xyztf.hcl.sources import Sources
from xyztf.rules.references import RULES as REFERENCES
from xyztf.rules.rule import Context, Stack
from xyztf.rules.run import run
from xyztf.rules.schema import RULES as SCHEMA

BASE = """\
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
    random = {
      source = "hashicorp/random"
    }
  }

  backend "s3" {
    bucket = "states"
  }
}

provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

variable "size" {
  type    = number
  default = 1
}

locals {
  name = "shop"
}

resource "aws_security_group" "this" {
  name        = local.name
  description = "size ${var.size}"

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
    ignore_changes        = [tags]
  }
}

output "name" {
  value = aws_security_group.this.name
}
"""
OVERRIDE = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  backend "local" {
    path = "state"
  }
}

provider "aws" {
  alias  = "west"
  region = "us-west-1"
}

variable "size" {
  default = 2
}

locals {
  name = "test"
}

resource "aws_security_group" "this" {
  description = "override ${var.size}"

  egress {
    from_port = 53
    to_port   = 53
    protocol  = "udp"
  }

  lifecycle {
    ignore_changes = []
  }
}
"""


def stack(folder, **files):
    texts = {name.replace("__", "."): text for name, text in files.items()}
    return Stack(configuration(Sources(folder, texts), ""), Context(date(2026, 11, 28)))


def test_what_is_merged(tmp_path):
    read = stack(tmp_path, main__tf=BASE, a_override__tf=OVERRIDE)
    module = read.configuration.root.module
    (group,) = read.configuration.resources
    assert group.values["description"] == "override 2"
    assert group.values["name"] == "test"
    assert [each["from_port"] for each in group.values["ingress"]] == [443]
    assert [each["from_port"] for each in group.values["egress"]] == [53]
    assert group.values["lifecycle"] == [{"create_before_destroy": True, "ignore_changes": []}]
    assert read.configuration.root.find("var", ("size",))[0] == 2
    assert [each.block.body.attributes["region"].value.value for each in module.providers] == ["eu-west-1", "us-west-1"]
    backends = [block.labels for each in module.settings for block in each.block.body.of_type("backend")]
    assert backends == [("local",)]
    required = {name: path for name, _, path in module.required_providers()}
    assert required == {"random": "main.tf", "aws": "a_override.tf"}
    assert run([rule() for rule in (*REFERENCES, *SCHEMA)], [read]) == []


def test_the_place_is_that_of_the_override(tmp_path):
    read = stack(tmp_path, main__tf=BASE, a_override__tf=OVERRIDE)
    (group,) = read.configuration.resources
    assert group.at("description") == Location("a_override.tf", 28, 3)
    assert group.at("name") == Location("main.tf", 38, 3)
    assert group.at("egress", "to_port") == Location("a_override.tf", 32, 5)
    wrong = OVERRIDE.replace("var.size", "var.sise").replace(
        "  egress {", '  timeouts {\n    creat = "1m"\n  }\n\n  egress {'
    )
    found = run([rule() for rule in (*REFERENCES, *SCHEMA)], [stack(tmp_path, main__tf=BASE, override__tf=wrong)])
    places = {(each.rule, each.location.file, each.location.line) for each in found}
    assert places == {
        ("XYZ101", "override.tf", 28),
        ("XYZ202", "override.tf", 31),
    }


def test_a_later_override_is_stronger_and_json_may_be_one(tmp_path):
    files = {
        "a_override.tf": 'resource "aws_security_group" "this" {\n  description = "a"\n}\n',
        "b_override.tf.json": '{"resource": {"aws_security_group": {"this": {"description": "b"}}}}',
        "main.tf": BASE,
    }
    (group,) = configuration(Sources(tmp_path, files), "").resources
    assert group.values["description"] == "b"
    assert group.at("description").file == "b_override.tf.json"


def test_what_only_ends_alike_is_none(tmp_path):
    files = {"main.tf": "locals {\n  a = 1\n}\n", "myoverride.tf": "locals {\n  a = 2\n}\n"}
    assert len(Sources(tmp_path, files).module("").again) == 1


def test_what_an_override_replaces_is_of_use_all_the_same(tmp_path):
    override = OVERRIDE.replace("override ${var.size}", "override")
    read = stack(tmp_path, main__tf=BASE, override__tf=override)
    assert run([rule() for rule in REFERENCES], [read]) == []
