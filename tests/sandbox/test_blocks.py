"""Blocks: structure is read as Terraform reads it, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from xyztf.sandbox.blocks import Block, Doubt, read_blocks

ROOT = Path(__file__).parents[2]


def outline(block: Block) -> list:
    """Kinds, labels, attributes, and what lies within."""
    return [
        (inner.kind, *inner.labels, [attribute.name for attribute in inner.attributes], outline(inner))
        for inner in block.blocks
    ]


def test_blocks_labels_and_attributes():
    text = 'a "b" c {\n  d = 1\n  e {\n    f = { g = [1,\n 2] }\n  }\n}\nh { i = 1 }\nj {}\n'
    assert outline(read_blocks(text)) == [
        ("a", "b", "c", ["d"], [("e", ["f"], [])]),
        ("h", ["i"], []),
        ("j", [], []),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '# provider "aws" {}\n',
        '// provider "aws" {}\n',
        '/* provider "aws" {\n} */',
        'a = "provider \\"aws\\" {"',
        'a = "${"provider {}"}"',
        'a = "$${ {"',
        'a = <<EOT\nprovider "aws" {\nEOT\n',
        'a = <<-EOT\n  provider "aws" {\n  EOT\n',
        "a = <<EOT\n${one} %{if x}{%{endif}\nEOT\n",
        "a = {\n  provider = {\n}\n}",
    ],
)
def test_what_only_looks_like_a_block_is_none(text):
    assert read_blocks(text).blocks == []


@pytest.mark.parametrize(
    "text",
    [
        'a = "/*"\nprovider "aws" {}\nb = "*/"',
        'a = "\\\\"\nprovider "aws" {}',
        'a = "${"}"}" \nprovider "aws" {}\n',
        'a = <<EOT\n/*\nEOT\nprovider "aws" {}\n# */',
        'a = "#"\nprovider "aws" {} # "',
        "provider aws {}",
        'provider "aws" { /* } */ }',
        'a = x.y["}"]\nprovider "aws" {}\n',
        'a = "%%{"\r\nprovider "aws" {}\r\n',
    ],
)
def test_no_block_is_overlooked(text):
    assert [(block.kind, block.labels) for block in read_blocks(text).blocks] == [("provider", ("aws",))]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('\na = "x', 2),
        ('a = "x\n"', 1),
        ('a = "${\n}"', 1),
        ('a = "${ /* } */ }"', 1),
        ("a = <<EOT\nb\n", 1),
        ("a = <<EOT\n${\nEOT\n}\nEOT\n", 1),
        ("a {", 1),
        ("\n}", 2),
        ("a = [", 1),
        ('provider "\\u0061ws" {}', 1),
        ('provider "${x}" {}', 1),
        ("1", 1),
        ("a b", 1),
        ("a.b = 1", 1),
        ('"a" = 1', 1),
    ],
)
def test_what_is_not_understood_is_said_with_its_line(text, line):
    with pytest.raises(Doubt) as caught:
        read_blocks(text)
    assert caught.value.line == line


def test_a_literal_is_a_plain_string():
    read = read_blocks('a = "../x"\nb = "${x}"\nc = x\nd = "x" # why\n')
    assert [attribute.literal for attribute in read.attributes] == ["../x", None, None, None]


def test_all_that_we_render_is_understood():
    files = [*ROOT.glob("modules/*/*/*.tf"), *ROOT.glob("environments/*/*/*.tf")]
    assert files
    for file in files:
        assert read_blocks(file.read_text()).blocks
