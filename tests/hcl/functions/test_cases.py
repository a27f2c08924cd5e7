"""Each function gives what Terraform gave for the same call (cases/, recorded), and Terraform still gives that.

A case is [name, arguments, result], without a result where the call is refused; {"$set": [...]} is a set.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hcl.functions.console import REFUSED, agrees, ask, call, ours
from xyztf.hcl.functions import FUNCTIONS
from xyztf.hcl.values import UNKNOWN, Set

# They pass a value on as it is, or are UNKNOWN whatever they are given.
WITHOUT_CASE = {
    "base64gzip",
    "ephemeralasnull",
    "nonsensitive",
    "plantimestamp",
    "rsadecrypt",
    "sensitive",
    "textdecodebase64",
    "yamlencode",
}
CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


def value(recorded: Any) -> Any:
    if isinstance(recorded, list):
        return [value(each) for each in recorded]
    if isinstance(recorded, dict):
        if "$set" in recorded:
            return Set(map(value, recorded["$set"]))
        return {key: value(each) for key, each in recorded.items()}
    return recorded


def cases(file: Path, kind: str = "given") -> list[tuple[str, list[Any], Any]]:
    recorded = json.loads(file.read_text(encoding="utf-8"))[kind]
    return [(name, value(arguments), *(rest or [REFUSED])) for name, arguments, *rest in recorded]


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_a_function_gives_what_terraform_gave(file):
    wrong = []
    for name, arguments, expected in cases(file):
        found = ours(name, arguments)
        if found is UNKNOWN or not agrees(found, expected):
            wrong.append(f"{call(name, arguments)} gives {found!r}, Terraform gave {expected!r}")
    assert not wrong


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_what_is_not_decided_is_unknown_and_not_a_guess(file):
    assert [case for case in cases(file, "not_decided_here") if ours(*case[:2]) is not UNKNOWN] == []


def test_every_function_has_a_case():
    named = {name for file in CASES for kind in ("given", "not_decided_here") for name, *_ in cases(file, kind)}
    assert set(FUNCTIONS) - named == WITHOUT_CASE


@pytest.mark.terraform
@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_terraform_gives_what_is_recorded(file, tmp_path):
    recorded = cases(file)
    answers = ask([call(name, arguments) for name, arguments, _ in recorded], tmp_path)
    wrong = [
        (call(name, arguments), expected, answer)
        for (name, arguments, expected), answer in zip(recorded, answers, strict=True)
        if not agrees(expected, answer)
    ]
    assert not wrong
