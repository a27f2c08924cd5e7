"""Rules in words: the page that is committed, and that Markdown shows of it what the rules say."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from xyztf.cli.app import run
from xyztf.findings.finding import Severity
from xyztf.rules.describe import described, page, section
from xyztf.rules.registry import FAMILIES, families, rules
from xyztf.rules.rule import Rule

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


class Odd(Rule):
    """Texts that mean something in Markdown."""

    id = "ODD1"
    title = "a *star*, a_b_c and <b>"
    why = "`code` | [no](link) & more."
    source = "docs/a_b_c.md and others"
    severity = Severity.NOTE
    bad = 'locals { # here\n  x = "```"\n}\n'
    good = "locals {\n}\n"
    files = {"m/main.tf": "locals {\n}\n"}  # noqa: RUF012


def test_the_committed_page_is_what_the_command_prints(capsys):
    assert run(["rules", "--format", "markdown", "--no-own-rules"]) == 0
    assert PAGE.read_text("utf-8") == capsys.readouterr().out, "make docs renews it"


def test_every_rule_is_on_it_once_with_its_examples():
    tokens = MarkdownIt().parse(page(described()))
    headings = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]
    every = [each for members in described().values() for each in members]
    assert Counter(headings) == Counter(["Rules", *described(), *(each.id for each in every)])
    fences = [token.content for token in tokens if token.type == "fence"]
    shown = [
        text for rule in rules().values() for text in (rule.bad, rule.good.replace(" # here", ""), *rule.files.values())
    ]
    assert fences == shown


def test_every_link_within_the_page_has_its_heading():
    text = page(described([Odd()]))
    headings = re.findall("^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= anchors


def test_markdown_shows_what_is_meant():
    tokens = MarkdownIt().parse(section(Odd()))
    words = [
        "".join(child.content for child in token.children or [] if child.type in ("text", "text_special"))
        for token in tokens
        if token.type == "inline"
    ]
    assert words[:3] == ["ODD1", "A *star*, a_b_c and <b> (note). `code` | [no](link) & more.", f"Source: {Odd.source}"]
    assert [token.content for token in tokens if token.type == "fence"] == [Odd.bad, Odd.good, "locals {\n}\n"]


def test_one_rule_as_markdown(capsys):
    assert run(["rules", "xyz104", "--format", "markdown"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("### XYZ104\n")
    assert out.rstrip("\n") in PAGE.read_text("utf-8")


def test_families_are_in_the_order_of_ids_whatever_that_of_their_lists(monkeypatch):
    before = families()
    monkeypatch.setattr(
        "xyztf.rules.registry.FAMILIES", {name: tuple(reversed(members)) for name, members in FAMILIES.items()}
    )
    assert families() == before
    ids = [rule.id for members in before.values() for rule in members]
    assert ids == sorted(ids) == list(rules())


@pytest.mark.parametrize("rule", [rule for rule in rules().values() if rule.files], ids=lambda rule: rule.id)
def test_other_files_of_an_example_are_explained_with_it(rule, capsys):
    assert run(["rules", rule.id]) == 0
    out = capsys.readouterr().out
    assert all(f"Both with {name}:" in out for name in rule.files)
