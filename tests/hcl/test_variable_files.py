"""Values from terraform.tfvars and its like: which is stronger, and what is wrong in one."""

from __future__ import annotations

from datetime import date

import pytest

from xyztf.hcl.configuration import configuration
from xyztf.hcl.sources import Sources
from xyztf.hcl.values import UNKNOWN
from xyztf.hcl.variable_files import in_order
from xyztf.rules.rule import Context, Stack
from xyztf.rules.run import run

MAIN = """\
variable "size" {
  type = number
}

variable "name" {
  type    = string
  default = "default"
}

module "child" {
  source = "./child"
}
"""
CHILD = 'variable "name" {\n  type    = string\n  default = "child"\n}\n'


def value(folder, files, name="size", **inputs):
    files = {"main.tf": MAIN, "child/main.tf": CHILD, **files}
    return configuration(Sources(folder, files), "", inputs).root.find("var", (name,))[0]


def test_order():
    names = ["z.auto.tfvars", "terraform.tfvars.json", "b.auto.tfvars.json", "terraform.tfvars", "other.tfvars"]
    assert in_order([*names, "a.auto.tfvars"]) == [
        "terraform.tfvars",
        "terraform.tfvars.json",
        "a.auto.tfvars",
        "b.auto.tfvars.json",
        "z.auto.tfvars",
    ]


def test_the_strongest_counts(tmp_path):
    files = {}
    assert value(tmp_path, files) is UNKNOWN
    for text, name in [
        ("size = 1", "terraform.tfvars"),
        ('{"size": 2}', "terraform.tfvars.json"),
        ("size = 3", "a.auto.tfvars"),
        ('{"//": "why", "size": "4"}', "b.auto.tfvars.json"),
    ]:
        files[name] = text
        assert value(tmp_path, files) == len(files)
    assert value(tmp_path, files, size=5) == 5
    assert value(tmp_path, {"other.tfvars": "size = 6"}) is UNKNOWN


def test_a_text_of_json_means_itself_and_a_value_is_converted(tmp_path):
    assert value(tmp_path, {"terraform.tfvars.json": '{"name": "${x}"}'}, "name") == "${x}"
    assert value(tmp_path, {"terraform.tfvars": "name = 7"}, "name") == "7"
    assert value(tmp_path, {"terraform.tfvars": 'undeclared = 7\nname = "a"'}, "name") == "a"


def test_only_the_root_takes_them(tmp_path):
    files = {"main.tf": MAIN, "child/main.tf": CHILD, "child/terraform.tfvars": 'name = "mine"'}
    (child,) = configuration(Sources(tmp_path, files), "").root.children.values()
    assert child.find("var", ("name",))[0] == "child"
    assert configuration(Sources(tmp_path, files), "child").root.find("var", ("name",))[0] == "mine"


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("terraform.tfvars", "size = 1\nname = var.size\n", 2, "only constants"),
        ("terraform.tfvars", 'size = 1\nname = upper("a")\n', 2, "only constants"),
        ("terraform.tfvars", 'size = 1\n\nvariable "name" {\n}\n', 3, "a block variable"),
        ("terraform.tfvars", "size = 1\nsize = 2\n", 2, "there already"),
        ("a.auto.tfvars", "size = 1\nname = [\n", 2, "ends too early"),
        ("terraform.tfvars.json", '{\n  "size": 1,\n}', 3, "not JSON"),
        ("terraform.tfvars.json", "[\n  1\n]", 2, "an object is wanted"),
    ],
)
def test_what_is_wrong_is_a_finding(name, text, line, words, tmp_path):
    files = {"main.tf": MAIN, "child/main.tf": CHILD, name: text}
    stack = Stack(configuration(Sources(tmp_path, files), ""), Context(date(2026, 11, 28)))
    (finding,) = run([], [stack])
    assert (finding.rule, finding.location.file, finding.location.line) == ("XYZ010", name, line)
    assert words in finding.message


def test_they_are_among_what_was_read(tmp_path):
    """So that a kept result holds only as long as they are the same."""
    files = {"main.tf": MAIN, "terraform.tfvars": "size = 1", "values/terraform.tfvars": "size = 1"}
    assert Sources(tmp_path, files).names("") == ["main.tf", "terraform.tfvars"]
    assert Sources(tmp_path, files).names("values") == []
