"""A rule's examples, held against the rule itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NoReturn

from xyztf.findings.finding import Finding
from xyztf.hcl.configuration import called_folder, configuration
from xyztf.hcl.sources import Sources
from xyztf.rules.describe import MARK
from xyztf.rules.rule import Context, Rule, Stack
from xyztf.rules.run import run

MAIN = "main.tf"
"""The file that an example is."""

DAY = date(2026, 11, 28)
"""The day on which examples are read that say no other: the same for ever, so that what is right stays right."""


def marked(files: Mapping[str, str]) -> set[tuple[str, int]]:
    """The lines that are marked, as file and number."""
    return {
        (name, number)
        for name, text in files.items()
        for number, line in enumerate(text.split("\n"), 1)
        if line.endswith(MARK)
    }


def unmarked(files: Mapping[str, str]) -> dict[str, str]:
    """The same files without marks."""
    return {name: text.replace(MARK, "") for name, text in files.items()}


def stacks_in(files: Mapping[str, str], context: Context | None = None) -> list[Stack]:
    """The root modules that these texts make, by path: every folder that no other calls."""
    sources = Sources(Path(os.devnull), files)  # below which there is no file
    folders = sorted({name.rpartition("/")[0] for name in files})
    called = {called_folder(each, call) for each in folders for call in sources.module(each).calls.values()}
    roots = [each for each in folders if each not in called]
    return [Stack(configuration(sources, each), context or Context(DAY)) for each in roots]


def example_faults(rule: Rule) -> Iterator[str]:
    """What is wrong with a rule's examples, or with the rule. Raises what the rule raises."""
    files = {**rule.files, MAIN: rule.bad}
    wanted = marked(files)
    if not wanted:
        yield f"the bad example marks no line: write{MARK} behind each that is to be found"
    found = _found(rule, files)
    places = {(each.location.file, each.location.line) for each in found}
    for name, number in sorted(wanted - places):
        yield f"bad example, {name}:{number}: marked, and not found"
    for each in found:
        if (each.location.file, each.location.line) not in wanted:
            yield f"bad example, {each.location}: found, and not marked: {each.message}"
    for each in _found(rule, unmarked({**rule.files, MAIN: rule.good})):
        yield f"good example, {each.location}: found: {each.message}"


def _found(rule: Rule, files: Mapping[str, str]) -> list[Finding]:
    return run([rule], stacks_in(files, rule.context), _raised)


def _raised(rule: Rule, error: BaseException, folder: str) -> NoReturn:
    raise error
