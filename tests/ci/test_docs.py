"""docs/ci.md says what there is."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import yaml

from xyztf.ci.matrix import as_data
from xyztf.ci.touched import Changes, Removed, Touched

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "ci.md").read_text("utf-8")
WORKFLOW = (Path(__file__).parent / "golden" / "xyztf.yml").read_text("utf-8")


def rows(title: str) -> dict[str, str]:
    """The first two columns of the table with this head."""
    (table,) = re.findall(rf"^ *\| {title} \|.*\n *\|[ -|]*\n((?: *\|.*\n)+)", PAGE, re.MULTILINE)
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()]
    return {line[0]: line[1] for line in cells}


def quoted(text: str) -> set[str]:
    return set(re.findall(r"`([\w-]+)`", text))


def test_every_job_is_told_and_no_other():
    jobs = {re.sub(r"^(plan|apply)-.*", r"\1-ENV", name) for name in yaml.safe_load(WORKFLOW)["jobs"]}
    assert quoted(" ".join(rows("Job"))) == jobs


def test_every_key_is_told_and_no_other():
    assert quoted(" ".join(rows("Key"))) == set(as_data(Changes(())))
    assert quoted(" ".join(rows("Key of a stack"))) == {each.name for each in fields(Touched)}
    assert quoted(rows("Key")["`removed`"]) == {each.name for each in fields(Removed)}


def test_the_variables_of_the_workflow_are_told():
    used = set(re.findall(r"vars\.(\w+)", WORKFLOW))
    assert used and all(f"`{name}`" in PAGE for name in used)


def test_the_trust_policy_names_the_environment_that_applies():
    (text,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    (condition,) = [each["Condition"]["StringEquals"] for each in json.loads(text)["Statement"]]
    assert condition["token.actions.githubusercontent.com:sub"].endswith(":environment:prod")
