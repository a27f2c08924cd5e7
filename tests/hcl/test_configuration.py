"""References to whole resources, and what is unknown of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from xyztf.hcl.configuration import configuration
from xyztf.hcl.sources import Sources
from xyztf.hcl.values import UNKNOWN, Value, is_known

TEXT = """
resource "a" "each" {
  for_each = toset(["x", "y"])

  name  = "n-${each.key}"
  empty = null

  part {
    size = 3
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "a" "counted" {
  count = 2
  name  = "n-${count.index}"
}

resource "a" "one" {
  name = "only"

  part {
    size = 3
  }
}

resource "b" "chained" {
  for_each = a.each

  name = each.value.name
  size = each.value.part[0].size
  id   = each.value.id
}

locals {
  value = VALUE
}
"""


def value(expression: str, folder: Path) -> Value:
    sources = Sources(folder, {"main.tf": TEXT.replace("VALUE", expression)})
    root = configuration(sources, "").root
    return root.find("local", ("value",))[0]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("values(a.each)[*].name", ["n-x", "n-y"]),
        ('a.each["x"].name', "n-x"),
        ('a.each["x"].part[0].size', 3),
        ("keys(a.each)", ["x", "y"]),
        ("length(a.counted)", 2),
        ("a.counted[*].name", ["n-0", "n-1"]),
        ("[for key, each in a.each : key]", ["x", "y"]),
        ("a.one.name", "only"),
        ("a.one.part[0].size", 3),
        ('try(a.each["x"].name, "other")', "n-x"),
    ],
)
def test_what_a_resource_is_configured_with(expression, expected, tmp_path):
    assert value(expression, tmp_path) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "a.one.id",
        'a.each["x"].empty',  # the provider may fill it
        'try(a.one.id, "other")',
        "keys(a.one)",
        "jsonencode(a.one)",
        "a.one == a.one",
        "[for key, each in a.one : key]",
        'a.each["z"].name',
    ],
)
def test_what_the_provider_adds_is_unknown(expression, tmp_path):
    assert value(expression, tmp_path) is UNKNOWN


def test_a_whole_resource_is_not_known(tmp_path):
    assert not is_known(value("a.one", tmp_path))
    assert not is_known(value("a.each", tmp_path))


def test_for_each_over_a_resource(tmp_path):
    read = configuration(Sources(tmp_path, {"main.tf": TEXT.replace("VALUE", "1")}), "")
    chained = {each.address: each.values for each in read.of_type("b")}
    assert list(chained) == ['b.chained["x"]', 'b.chained["y"]']
    assert chained['b.chained["y"]']["name"] == "n-y"
    assert chained['b.chained["y"]']["size"] == 3
    assert chained['b.chained["y"]']["id"] is UNKNOWN


CALLS = """
variable "create" {
  type    = bool
  default = DEFAULT
}

module "child" {
  source = "./child"
  count  = var.create ? 1 : 0
}

module "each" {
  source   = "./child"
  for_each = toset(var.create ? ["a"] : [])
}
"""
CHILD = """
module "below" {
  source = "./below"
}

resource "a" "this" {
}
"""


@pytest.mark.parametrize(
    ("default", "exists", "resources"), [("true", True, 4), ("false", False, 0), ("null", None, 4)]
)
def test_a_module_that_is_not_there_has_no_resources(default, exists, resources, tmp_path):
    below = 'resource "a" "this" {\n}\n'
    files = {"main.tf": CALLS.replace("DEFAULT", default), "child/main.tf": CHILD, "child/below/main.tf": below}
    if default == "null":
        files["main.tf"] = files["main.tf"].replace("  default = null\n", "")
    read = configuration(Sources(tmp_path, files), "")
    assert [each.exists for each in read.instances] == [True, exists, exists, exists, exists]
    assert len(read.resources) == resources
