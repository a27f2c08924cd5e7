"""`.tf.json` files: the same syntax as HCL gives, each node at its line; and what is wrong in one."""

from __future__ import annotations

import json
import random
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hcl.json_of import json_of
from xyztf.errors import Location, XyztfError
from xyztf.hcl.configuration import configuration
from xyztf.hcl.extent import extent_at
from xyztf.hcl.json_syntax import parse_json
from xyztf.hcl.json_text import Array, Object, Scalar, UnreadableJson, plain, read
from xyztf.hcl.parse import parse
from xyztf.hcl.sources import Sources
from xyztf.hcl.syntax import Node, Template, Traversal

ROOT = Path(__file__).parent.parent.parent

# The text -------------------------------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def scalars(value):
    if isinstance(value, Scalar):
        yield value
    elif isinstance(value, Array):
        for each in value.items:
            yield from scalars(each)
    elif isinstance(value, Object):
        for key, each in value.members:
            yield key
            yield from scalars(each)


@given(VALUES, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_a_value_is_read_as_json_reads_it(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert plain(read(text, "x")) == value
    lines = text.split("\n")
    for each in scalars(read(text, "x")):
        written = json.dumps(each.value, ensure_ascii=ascii_only)
        assert lines[each.line - 1].startswith(written, each.column - 1)


def test_where_what_has_parts_begins_and_ends():
    value = read('{\n  "a": [\n    1\n  ],\n  "a": {}\n}\n', "x")
    assert (value.line, value.column, value.end_line) == (1, 1, 6)
    (_, items), (_, empty) = value.members
    assert (items.line, items.column, items.end_line) == (2, 8, 4)
    assert (empty.line, empty.end_line) == (5, 5)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("{\n  'a': 1\n}", 2, 3),
        ('{\n  "a": 1\n  "b": 2\n}', 3, 3),
        ('{\n  "a": "b\n}', 2, 10),
        ('{\n  "a": NaN\n}', 2, 8),
        ("{}\n{}", 2, 1),
        ('{"a": "\\x"}', 1, 8),
        ("locals {\n  a = 1\n}", 1, 1),
    ],
)
def test_what_is_not_json_is_told_with_its_place(text, line, column):
    with pytest.raises(UnreadableJson) as error:
        read(text, "main.tf.json")
    assert error.value.problems[0].location == Location("main.tf.json", line, column)


def test_numbers_no_float_can_hold_and_half_characters_do_no_harm():
    value = plain(read(f'[1{"0" * 5000}, 1e5, 2.50, "\\ud83d", "\\ud83d\\ude00"]', "x"))
    assert value[1:] == [100000, 2.5, "\ufffd", "\U0001f600"]


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for reader in (read, parse_json):
        try:
            reader(text, "x")
        except XyztfError as error:
            assert error.problems[0].location


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"locals":{"a":'])
def test_deep_nesting_is_refused_and_no_crash(opening):
    closing = {"[": "]"}.get(opening, "}" * opening.count("{"))
    for depth in (300, 100_000):
        try:
            parse_json(opening * depth + "1" + closing * depth, "x")
        except XyztfError as error:
            assert error.problems[0].location


# The syntax -----------------------------------------------------------------------------------------------------------


def bare(node):
    """Syntax without places, as JSON cannot say them; and without the order of attributes and blocks."""
    if isinstance(node, tuple):
        return tuple(map(bare, node))
    if not is_dataclass(node):
        return node
    names = [each.name for each in fields(node) if each.name not in ("line", "column", "end_line", "path", "comments")]
    if isinstance(node, Template):  # in HCL a heredoc is a template even when it is one interpolation
        return "template", bare(tuple(node.parts))
    own = tuple(
        tuple(sorted((name, bare(each)) for name, each in getattr(node, at).items()))
        if isinstance(getattr(node, at), dict)
        else bare(getattr(node, at))
        for at in names
    )
    return type(node).__name__, *own


def both(text):
    file = parse(text, "main.tf")
    written = json_of(file)
    return bare(file.body), bare(parse_json(written, "main.tf.json").body)


@pytest.mark.parametrize("path", sorted((ROOT / "environments").rglob("*.tf")), ids=lambda path: str(path)[-60:])
def test_what_we_render_is_the_same_in_json(path):
    hcl, in_json = both(path.read_text())
    assert in_json == hcl


CONTEXTS = """\
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.west]
    }
  }
  backend "s3" {
    bucket = "states"
  }
}
provider "aws" {
  alias = "west"
  default_tags {
    tags = { a = "b" }
  }
  assume_role {
    role_arn = "arn:aws:iam::123456789012:role/x"
  }
}
variable "rules" {
  type = map(object({
    port = number
    cidr = optional(list(string), ["10.0.0.0/8"])
  }))
  default = { a = { port = 1 } }
  validation {
    condition     = alltrue([for rule in var.rules : rule.port > 0])
    error_message = "no"
  }
}
resource "aws_security_group" "this" {
  for_each   = var.rules
  provider   = aws.west
  depends_on = [module.network, aws_vpc.this]
  name       = "a-${each.key}%{ if each.value.port > 1 }-b%{ endif }"
  dynamic "ingress" {
    for_each = each.value.cidr
    iterator = range
    content {
      from_port = each.value.port
      cidr_blocks = [range.value]
    }
  }
  egress {
    from_port = 0
  }
  egress {
    from_port = 1
  }
  timeouts {
    create = "5m"
  }
  lifecycle {
    ignore_changes       = [tags["a"], name]
    replace_triggered_by = [aws_vpc.this[each.key].id]
    precondition {
      condition     = self.name != ""
      error_message = "x"
    }
  }
  provisioner "local-exec" {
    when    = destroy
    command = "true"
  }
}
module "network" {
  source    = "./network"
  providers = { aws = aws.west, aws.peer = aws }
}
moved {
  from = aws_vpc.old
  to   = module.network.aws_vpc.this["a"]
}
removed {
  from = aws_vpc.gone
  lifecycle {
    destroy = false
  }
}
import {
  for_each = { a = "vpc-1" }
  to       = aws_vpc.this[each.key]
  id       = each.value
}
check "health" {
  data "aws_instance" "x" {
    instance_id = "i-1"
  }
  assert {
    condition     = data.aws_instance.x.instance_state == "running"
    error_message = "x"
  }
}
output "ids" {
  value     = { for k, v in aws_security_group.this : k => v.id... if v.id != "" }
  sensitive = true
}
locals {
  escaped = "$${a} %%{b} \\\\ \\""
  number  = 1.5
  minus   = -local.number
  whole   = [for x in [1, 2] : x * (2 + 3)]
  null    = null
  call    = provider::aws::arn_parse("x").region
}
"""


def test_every_context_is_the_same_in_json():
    hcl, in_json = both(CONTEXTS)
    assert in_json == hcl


def test_a_providers_thing_without_a_schema_has_only_arguments():
    text = '{"resource": {"random_id": {"this": {"keepers": {"a": "${var.a}"}, "lifecycle": {}}}}}'
    (block,) = parse_json(text, "x").body.blocks
    assert list(block.body.attributes) == ["keepers"]
    assert [each.type for each in block.body.blocks] == ["lifecycle"]


def test_a_default_means_itself():
    (block,) = parse_json('{"variable": {"a": {"default": "${x}"}}}', "x").body.blocks
    assert block.body.attributes["default"].value.value == "${x}"


FILE = """\
{
  "//": "What this file is for.",
  "resource": {
    "aws_kms_key": {
      "this": {
        "//": "xyztf:ignore XYZ501 reason=\\"r\\" owner=\\"o\\" until=2027-01-01",
        "description": "Of ${var.name}\\nand ${local.other}",
        "policy": "${jsonencode({\\n a = var.policy\\n})}",
        "tags": {
          "Name": "${var.name}"
        }
      }
    },
    "aws_kms_alias": [
      {"a": {"name": "alias/a", "target_key_id": "${aws_kms_key.this.id}"}},
      {"b": [
        {"name": "alias/b"},
        {"name": "alias/c"}
      ]}
    ]
  }
}
"""


def nodes(value):
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple):
        for each in value:
            yield from nodes(each)
    elif is_dataclass(value):
        if isinstance(value, Node):
            yield value
        for each in fields(value):
            yield from nodes(getattr(value, each.name))


def test_places():
    file = parse_json(FILE, "main.tf.json")
    assert [(each.address, each.line, each.column, each.end_line) for each in file.body.blocks] == [
        ("resource.aws_kms_key.this", 5, 7, 12),
        ("resource.aws_kms_alias.a", 15, 8, 15),
        ("resource.aws_kms_alias.b", 17, 9, 17),
        ("resource.aws_kms_alias.b", 18, 9, 18),
    ]
    found = {
        str(each.root) + "".join(map(str, each.steps)): each.line
        for each in nodes(file.body)
        if isinstance(each, Traversal)
    }
    assert found == {"varname": 10, "localother": 7, "varpolicy": 8, "aws_kms_keythisid": 15}
    ends = {name: (each.line, each.end_line) for name, each in file.body.blocks[0].body.attributes.items()}
    assert ends == {"description": (7, 7), "policy": (8, 8), "tags": (9, 11)}


def test_a_comment_covers_the_block_that_it_stands_in():
    file = parse_json(FILE, "main.tf.json")
    (comment,) = file.comments
    assert comment.text.startswith("xyztf:ignore XYZ501") and comment.line == 6
    assert extent_at(file, FILE.split("\n"), comment.line + 1) == (5, 12)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{\n "resource": {\n  "aws_vpc": "x"\n }\n}', 3, "an object is wanted"),
        ('{\n "locals": [\n  1\n ]\n}', 3, "an object is wanted"),
        ("[\n {},\n 3\n]", 3, "an object is wanted"),
        ('{\n "locals": {\n  "a": "${"\n }\n}', 3, "not closed"),
        ('{\n "locals": {\n  "a": "x\\n\\n${a b}"\n }\n}', 3, "not expected"),
        ('{\n "variable": {\n  "a": {\n   "type": "list("\n  }\n }\n}', 4, "ends too early"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, line, words, tmp_path):
    (problem,) = Sources(tmp_path, {"a/main.tf.json": text}).module("a").unread
    assert (problem.location.file, problem.location.line) == ("a/main.tf.json", line)
    assert words in problem.message


def test_what_is_there_twice_and_what_is_no_block(tmp_path):
    text = '{"resurce": {}, "output": {"a": {"value": 1, "value": 2}}, "locals": [{"b": 1}, {"b": 2}]}'
    module = Sources(tmp_path, {"main.tf.json": text}).module("")
    assert [each.block.type for each in module.odd] == ["resurce"]
    assert [each.name for each in module.outputs["a"].block.body.repeated] == ["value"]
    assert [name for _, _, name in module.again] == ["local.b"]


def test_both_kinds_of_files_make_one_module(tmp_path):
    files = {
        "main.tf": 'module "child" {\n  source = "./child"\n  name   = local.name\n}\n',
        "names.tf.json": '{"locals": {"name": "${join(\\"-\\", [\\"a\\", \\"b\\"])}"}}',
        "child/main.tf.json": '{"variable": {"name": {"type": "string"}}, "output": {"n": {"value": "n-${var.name}"}}}',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    sources = Sources(tmp_path)
    assert sources.folders() == ["", "child"]
    assert configuration(sources, "").root.find("module", ("child", "n"))[0] == "n-a-b"


@given(st.integers(0, 10**9))
@settings(max_examples=60)
def test_damaged_text_is_read_or_refused(seed):
    chosen = random.Random(seed)
    text = list(FILE)
    for _ in range(chosen.randint(1, 4)):
        at = chosen.randrange(len(text))
        text[at] = chosen.choice(['"', "{", "}", "[", "]", ",", "\\", "$", "\n", ""])
    try:
        file = parse_json("".join(text), "x")
    except XyztfError as error:
        assert 0 < error.problems[0].location.line <= FILE.count("\n") + 5
    else:
        assert all(each.line for each in nodes(file.body))
