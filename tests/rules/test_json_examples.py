"""Every rule finds in a `.tf.json` file what it finds in HCL: its examples, written in JSON."""

from __future__ import annotations

import re

import pytest

from tests.hcl.json_of import json_of
from xyztf.hcl.parse import parse
from xyztf.rules.registry import rules
from xyztf.rules.rule import Rule
from xyztf.rules.run import run

RULES = list(rules().values())
PLACE = re.compile(r"(?:\S*\.tf|\bjson\b|\bhcl\b)[\w./-]*(?::\d+:\d+)?")


def in_json(files: dict[str, str]) -> dict[str, str]:
    return {f"{name}.json": json_of(parse(text, name)) for name, text in files.items()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize("kind", ["bad", "good"])
def test_example(rule: Rule, kind: str, stacks_of):
    files = {**rule.files, "main.tf": getattr(rule, kind)}
    found = {}
    for shape, texts in {"hcl": files, "json": in_json(files)}.items():
        below = {f"{shape}/{name}": text for name, text in texts.items()}
        stacks = [each for each in stacks_of(below, rule.context) if each.configuration.folder.startswith(shape)]
        assert run([], stacks) == [], "all can be read"
        found[shape] = sorted(
            (
                each.rule,
                PLACE.sub("", each.message),
                each.address,
                each.severity,
                each.location.file.removesuffix(".json"),
            )
            for each in run([rule], stacks)
        )
    found["json"] = [(*each[:4], each[4].replace("json/", "hcl/", 1)) for each in found["json"]]
    assert found["json"] == found["hcl"]
