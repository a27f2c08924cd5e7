"""Rules in words: a list, an explanation, data, and the page of the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from xyztf.findings.rule_info import RuleInfo
from xyztf.findings.suppression_rules import OTHERS
from xyztf.findings.suppression_rules import RULES as SUPPRESSION_RULES
from xyztf.rules.registry import families
from xyztf.rules.rule import Rule
from xyztf.rules.run import READING

MARK = " # here"

READING_FAMILY = "Reading and suppressions"
"""What is told of files, rules and suppressions. It has no examples."""

Described: TypeAlias = Rule | RuleInfo


def described(own: Sequence[Rule] = ()) -> dict[str, list[Described]]:
    """All that a finding may name, by family: also what is no rule of the registry, and a project's own rules."""
    reading = sorted([*SUPPRESSION_RULES.values(), *OTHERS.values(), *READING.values()], key=lambda each: each.id)
    return {READING_FAMILY: list(reading), **{name: list(rules) for name, rules in families(own).items()}}


def listed(families: dict[str, list[Described]]) -> Iterator[str]:
    """A line per rule, by family."""
    for number, (family, members) in enumerate(families.items()):
        if number:
            yield ""
        yield family
        for rule in members:
            yield f"  {rule.id}  {rule.severity!s:<7}  {rule.title}"


def explained(rule: Described) -> str:
    """All that is known of a rule."""
    lines = [f"{rule.id}: {rule.title} ({rule.severity})", "", rule.why, f"source: {rule.source}"]
    for word, example in _examples(rule):
        lines += ["", f"{word}:", "", *(f"    {line}".rstrip() for line in example.rstrip().split("\n"))]
    if rule.id not in SUPPRESSION_RULES and rule.id not in OTHERS:
        lines += [
            "",
            f'to suppress it beside a block: # xyztf:ignore {rule.id} reason="..." owner="..." until=YYYY-MM-DD',
        ]
    return "\n".join(lines)


def info(rule: Rule) -> RuleInfo:
    """A rule as the formats know it."""
    return RuleInfo(rule.id, rule.title, rule.why, rule.source, rule.severity)


def as_data(rule: Described, family: str) -> dict[str, Any]:
    """A rule for --format json. The examples are null for what has none."""
    examples = rule if isinstance(rule, Rule) else None
    return {
        "id": rule.id,
        "family": family,
        "title": rule.title,
        "severity": str(rule.severity),
        "why": rule.why,
        "source": rule.source,
        "bad": examples.bad.replace(MARK, "") if examples else None,
        "good": examples.good.replace(MARK, "") if examples else None,
        "files": {name: text.replace(MARK, "") for name, text in examples.files.items()} if examples else {},
    }


def page(families: dict[str, list[Described]]) -> str:
    """The rules as a page of Markdown: a table of all, then each with its examples."""
    lines = [
        "# Rules",
        "",
        "All rules of `xyztf lint`, as `xyztf rules --format markdown` prints them.",
        "In a bad example, `# here` stands behind each line that has a finding.",
        "",
    ]
    for family, members in families.items():
        lines.append(f"- [{_escaped(family)}](#{_anchor(family)}), {len(members)}")
    for family, members in families.items():
        lines += ["", f"## {_escaped(family)}", "", "| Rule | Severity | |", "| --- | --- | --- |"]
        lines += [
            f"| [{each.id}](#{_anchor(each.id)}) | {each.severity} | {_escaped(_title(each))} |" for each in members
        ]
        for rule in members:
            lines += ["", section(rule)]
    return "\n".join(lines)


def section(rule: Described) -> str:
    """One rule in Markdown."""
    source = f"<{rule.source}>" if re.fullmatch(r"https?://[^\s<>]+", rule.source) else _escaped(rule.source)
    lines = [f"### {rule.id}", "", f"**{_escaped(_title(rule))}** ({rule.severity}). {_escaped(rule.why)}"]
    lines += ["", f"Source: {source}"]
    for word, example in _examples(rule):
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", example)), default=0))
        lines += ["", f"{_escaped(word)}:", "", f"{fence}terraform", example.rstrip("\n"), fence]
    return "\n".join(lines)


def _examples(rule: Described) -> Iterator[tuple[str, str]]:
    if isinstance(rule, Rule):
        yield "Found here", rule.bad
        yield "Not here", rule.good.replace(MARK, "")
        for name, text in rule.files.items():
            yield f"Both with {name}", text


def _title(rule: Described) -> str:
    return rule.title[:1].upper() + rule.title[1:]


_SPECIAL = re.compile(r"([\\`*_\[\]<>|&~])")


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _anchor(heading: str) -> str:
    """What a heading is linked by, on GitHub and elsewhere."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
