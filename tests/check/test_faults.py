"""Faults planted all over three environments, and `xyztf check` in each format: every one at its line."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
from faults_access import ACCESS
from faults_data import DATA
from faults_network import NETWORK
from planting import Fault, line_of, plant
from project_copy import REPOSITORY, check_of, copied

pytestmark = pytest.mark.checkov

FAULTS = [*NETWORK, *DATA, *ACCESS]
FORMATS = ("text", "json", "sarif", "junit", "github")
SCHEMA = REPOSITORY / "tests" / "findings" / "schemas" / "sarif-schema-2.1.0.json"
TOLD = re.compile(
    r"^(?P<file>[^\s:]+):(?P<line>\d+)(?::\d+)?: (?:error|warning|note): .* \[(?P<rule>\w+)\]$", re.MULTILINE
)
ANNOTATED = re.compile(r"^::(?:error|warning|notice) file=([^,]+),line=(\d+),(?:col=\d+,)?title=(\w+)", re.MULTILINE)
BOTH = {
    # No backups; and AWS refuses the replicas of what has none.
    ("CKV_AWS_133", "XYZ544"),
}
"""What checkov and a rule of ours tell of the same argument, and mean something else with it."""

Place = tuple[str, str, int]
"""A rule, a file, a line."""


def of_text(out: str) -> set[Place]:
    return {(found["rule"], found["file"], int(found["line"])) for found in TOLD.finditer(out)}


def of_json(out: str) -> set[Place]:
    return {(each["rule"], each["file"], each["line"]) for each in json.loads(out)["findings"]}


def of_sarif(out: str) -> set[Place]:
    document = json.loads(out)
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text()), format_checker=jsonschema.FormatChecker()).validate(
        document
    )
    places = set()
    for result in (each for run in document["runs"] for each in run["results"] if not each["suppressions"]):
        physical = result["locations"][0]["physicalLocation"]
        file = unquote(physical["artifactLocation"]["uri"])
        places.add((result["ruleId"], file, physical["region"]["startLine"]))
    return places


def of_junit(out: str) -> set[Place]:
    places = set()
    for test in ElementTree.fromstring(out).iter("testcase"):
        failure = test.find("failure")
        told = failure if failure is not None else test.find("system-out")
        if told is None:  # suppressed
            continue
        found = of_text(told.text or "")
        assert found, f"{test.get('name')} names no place"
        assert {(rule, file) for rule, file, _ in found} == {
            (test.get("name", "").split(":")[0], test.get("classname"))
        }
        places |= found
    return places


def of_github(out: str) -> set[Place]:
    return {(rule, unquote(file), int(line)) for file, line, rule in ANNOTATED.findall(out)}


READ = dict(zip(FORMATS, (of_text, of_json, of_sarif, of_junit, of_github), strict=True))


@dataclass(frozen=True)
class Told:
    """What the formats tell of the project in which all is planted."""

    project: Path
    places: dict[str, set[Place]]
    findings: list[dict[str, Any]]


@pytest.fixture(scope="module")
def told(tmp_path_factory, cache) -> Told:
    project = copied(tmp_path_factory.mktemp("faults"))
    plant(project, FAULTS)
    outs = {}
    for output_format in FORMATS:
        done = check_of(project, cache)("--format", output_format)
        assert (done.returncode, done.stderr) == (1, "")
        outs[output_format] = done.stdout
    places = {name: READ[name](out) for name, out in outs.items()}
    return Told(project, places, json.loads(outs["json"])["findings"])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_told_at_its_line_in_every_format(told: Told, fault: Fault):
    expected = {(rule, fault.told_in, line_of(told.project, fault)) for rule in fault.rules}
    for name in FORMATS:
        there = sorted(place for place in told.places[name] if place[1] == fault.told_in)
        assert expected <= told.places[name], f"{name} has {there}"


def test_every_format_tells_the_same(told: Told):
    for name in FORMATS:
        assert told.places[name] == told.places["json"], name
    assert len(FAULTS) >= 30
    assert len({(fault.told_in, line_of(told.project, fault), fault.rules) for fault in FAULTS}) == len(FAULTS)


def test_what_was_edited_is_told_too(told: Told):
    edited = {fault.file for fault in FAULTS}
    assert {each["file"] for each in told.findings if each["rule"] == "XYZ020"} == edited


def test_no_fault_is_told_twice(told: Told):
    """Of a line with an argument, checkov and our rules never tell the same. A block's first line may lack several."""
    at = defaultdict(set)
    for each in told.findings:
        at[each["file"], each["line"]].add(each["rule"])
    twice = {}
    for (file, line), rules in at.items():
        text = (told.project / file).read_text("utf-8").split("\n")[line - 1]
        theirs, ours = (
            {each for each in rules if each.startswith("CKV")},
            {each for each in rules if each.startswith("XYZ")},
        )
        pairs = {(one, other) for one in theirs for other in ours - {"XYZ020"}} - BOTH
        if pairs and not re.match(r'(resource|data|provider) "', text):
            twice[f"{file}:{line}"] = pairs
    assert not twice
    once = [(each["rule"], each["file"], each["line"], each["address"], each["message"]) for each in told.findings]
    assert len(once) == len(set(once))


def test_nobody_else_is_blamed(told: Told):
    """Nothing is told of a resource that no fault is planted in, or that hangs on one."""
    files = {fault.file for fault in FAULTS} | {fault.told_in for fault in FAULTS}
    others = {(each["file"], each["rule"]) for each in told.findings if each["file"] not in files}
    # The flow log that is gone leaves its variable behind, and a group without TLS belongs to an instance.
    assert others == {("modules/staging/vpc/variables.tf", "XYZ121")}
