"""A project's file of suppressions: what it may say, and where it says what cannot be read."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xyztf.errors import Location, XyztfError
from xyztf.findings.finding import Finding, Severity
from xyztf.findings.suppression import Suppression
from xyztf.findings.suppression_file import read_suppressions, suppressions_in

REST = "reason: signing comes later, owner: delivery, until: 2027-01-31"


def problems(text: str) -> list[tuple[str, str, str]]:
    """Of each problem: its place without the file, its message, its hint."""
    with pytest.raises(XyztfError) as caught:
        suppressions_in(textwrap.dedent(text))
    for problem in caught.value.problems:
        assert problem.location and problem.location.file == "xyztf-suppressions.yaml"
    return [
        (f"{problem.location.line}:{problem.location.column}", problem.message, problem.hint or "")
        for problem in caught.value.problems
        if problem.location
    ]


def test_an_entry_says_all_that_there_is_to_say(tmp_path: Path):
    path = tmp_path / "xyztf-suppressions.yaml"
    path.write_text(
        textwrap.dedent("""\
        # Reviewed every quarter.
        - rule: XYZ512
          reason: "no: it is on purpose"
          owner: platform
          until: 2027-03-01

        - rule: [CKV_AWS_272, CKV_AWS_50]
          address: module.kinesis_dynamo.aws_lambda_function.*
          environment:
            - dev
            - staging
          file: modules/*/kinesis-dynamo/**
          reason: signing comes with the new pipeline
          owner: no
          until: "2027-01-31"
        """)
    )
    name = "xyztf-suppressions.yaml"
    assert read_suppressions(path) == [
        Suppression(
            ("XYZ512",), "no: it is on purpose", "platform", date(2027, 3, 1), Location(name, 2, 3), kind="file"
        ),
        Suppression(
            ("CKV_AWS_272", "CKV_AWS_50"),
            "signing comes with the new pipeline",
            "no",
            date(2027, 1, 31),
            Location(name, 7, 3),
            kind="file",
            addresses=("module.kinesis_dynamo.aws_lambda_function.*",),
            files=("modules/*/kinesis-dynamo/**",),
            environments=("dev", "staging"),
        ),
    ]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "[]\n", "null\n", "\ufeff[]\n"])
def test_a_file_may_hold_nothing(tmp_path: Path, text: str):
    path = tmp_path / "file.yaml"
    path.write_text(text)
    assert read_suppressions(path) == []


def test_there_need_be_no_file(tmp_path: Path):
    assert read_suppressions(tmp_path / "xyztf-suppressions.yaml") == []


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("- {rule: XYZ512, owner: a, until: 2027-01-31}", "1:3", "has no reason", "add reason: why"),
        ("- {reason: because of that, owner: a, until: 2027-01-31}", "1:3", "has no rule", "add rule: XYZ512"),
        ("- {rule: XYZ512, reason: because of that, until: 2027-01-31}", "1:3", "has no owner", "add owner"),
        ("- {rule: XYZ512, reason: because of that, owner: a}", "1:3", "has no until", "add until: 2027-03-01"),
        ("- rule: XYZ512\n  reason:\n  owner: a\n  until: 2027-01-31", "2:10", "reason is empty", "add reason"),
        (f"- {{rule: [], {REST}}}", "1:10", "rule is empty", "add rule"),
        (f"- {{rule: XYZ512, file: '', {REST}}}", "1:24", "file is empty", "take the line out"),
        (f"- {{rule: XYZ512, adress: a, {REST}}}", "1:18", "has no adress", "did you mean address?"),
        (f"- {{rule: XYZ512, zzz: a, {REST}}}", "1:18", "has no zzz", "the keys are rule, address"),
        (f"- {{rule: XYZ512, rule: XYZ513, {REST}}}", "1:18", "rule is set twice", "keep one"),
        (f"- {{rule: xyz512, {REST}}}", "1:10", 'rule is "xyz512"', "did you mean XYZ512?"),
        (f"- {{rule: 'XYZ512, XYZ513', {REST}}}", "1:10", "not the id of a rule", "several are a list"),
        ("- {rule: XYZ512, reason: because of that, owner: [a, b], until: 2027-01-31}", "1:50", "owner is a list", "-"),
        (f"- {{rule: XYZ512, {REST.replace('2027', '27')}}}", "1:71", 'until is "27-01-31"', "2027-03-01"),
        ("rule: XYZ512", "1:1", "the file holds no list", "- rule: XYZ512"),
        ("- XYZ512", "1:3", "this is not a suppression", "- rule: XYZ512"),
        (f"- {{rule: {{a: b}}, {REST}}}", "1:10", "rule is a map", "one line"),
        (f"- {{rule: [[XYZ512]], {REST}}}", "1:11", "more than texts", "list of texts"),
        (f"- {{? [a] : b, {REST}}}", "1:6", "a key must be text", "the keys are"),
        (f"- &a {{rule: XYZ512, {REST}}}\n- *a", "1:3", "anchors, aliases and tags", "write every value out"),
        (f"- {{rule: !!str XYZ512, {REST}}}", "1:10", "anchors, aliases and tags", "write every value out"),
        ("[]\n---\n[]", "2:1", "a second document", "one list"),
        ("- rule: XYZ512\n reason: a", "2:2", "not valid YAML", ""),
        ("- rule: \x07", "1:1", "not valid YAML", ""),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, place: str, message: str, hint: str):
    ((found_place, found_message, found_hint),) = problems(text)
    assert found_place == place
    assert message in found_message
    assert hint in found_hint


def test_all_problems_are_told_at_once():
    found = problems("""\
        - rule: XYZ512
          reson: there is one
        - rule: x-1
          reason: there is one
          owner: platform
          until: soon
        """)
    assert [place for place, _, _ in found] == ["1:3", "1:3", "2:3", "3:9", "6:10"]
    # A slip in a key is told once, and not also as a key that is missing.
    assert not any("has no reason" in message for _, message, _ in found)


def test_a_file_that_cannot_be_decoded_or_is_too_large_is_refused(tmp_path: Path):
    path = tmp_path / "file.yaml"
    path.write_bytes(b"- rule: XYZ512\n  reason: \xff\n")
    with pytest.raises(XyztfError, match=r"f\.yaml:2: the file is not UTF-8"):
        read_suppressions(path, "f.yaml")
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(XyztfError, match="larger than 1,000,000 bytes"):
        read_suppressions(path)
    with pytest.raises(XyztfError, match="cannot be read"):
        read_suppressions(tmp_path)


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "? "])
def test_depth_does_not_end_the_process(opening: str):
    with pytest.raises(XyztfError):
        suppressions_in(opening * 50_000)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str):
    try:
        assert isinstance(suppressions_in(text), list)
    except XyztfError as error:
        assert all(problem.location for problem in error.problems)


def entry(**parts: tuple[str, ...]) -> Suppression:
    return Suppression(("XYZ512",), "a reason", "a", date(2027, 1, 1), Location("s", 1), "file", **parts)


@pytest.mark.parametrize(
    ("glob", "address", "fits"),
    [
        ("aws_subnet.this", "aws_subnet.this", True),
        ("aws_subnet.this", 'aws_subnet.this["a"]', True),
        ("aws_subnet.this", "aws_subnet.this[0]", True),
        ("module.vpc.aws_subnet.this", 'module.vpc["x.y]"].aws_subnet.this[0]', True),
        ('aws_subnet.this["a"]', 'aws_subnet.this["a"]', True),
        ('aws_subnet.this["a"]', 'aws_subnet.this["b"]', False),
        ('aws_subnet.this["*"]', 'aws_subnet.this["b"]', True),
        ("aws_subnet.this", "aws_subnet.this2", False),
        ("aws_subnet.this", "module.vpc.aws_subnet.this", False),
        ("*.aws_subnet.this", "module.vpc.aws_subnet.this", True),
        ("module.vpc.*", "module.vpc.module.inner.aws_subnet.this", True),
        ("aws_subnet.thi?", "aws_subnet.this", True),
        ("aws_subnetXthis", "aws_subnet.this", False),
        ("*", None, False),
    ],
)
def test_an_address_is_a_glob(glob: str, address: str | None, fits: bool):
    finding = Finding("XYZ512", Severity.ERROR, "m", Location("a.tf", 1), address=address)
    assert entry(addresses=("nothing", glob)).covers(finding) is fits


@pytest.mark.parametrize(
    ("glob", "file", "fits"),
    [
        ("modules/dev/vpc/main.tf", "modules/dev/vpc/main.tf", True),
        ("./modules/dev/vpc/main.tf", "modules/dev/vpc/main.tf", True),
        ("modules/*/vpc/main.tf", "modules/dev/vpc/main.tf", True),
        ("modules/*/main.tf", "modules/dev/vpc/main.tf", False),
        ("modules/**", "modules/dev/vpc/main.tf", True),
        ("modules/", "modules/dev/vpc/main.tf", True),
        ("**/main.tf", "modules/dev/vpc/main.tf", True),
        ("**/main.tf", "main.tf", True),
        ("*.tf", "modules/main.tf", False),
        ("main.t?", "main.tf", True),
        ("a[b].tf", "a[b].tf", True),
        ("a.tf", "axtf", False),
    ],
)
def test_a_file_is_a_glob_within_folders(glob: str, file: str, fits: bool):
    finding = Finding("XYZ512", Severity.ERROR, "m", Location(file, 1))
    assert entry(files=(glob,)).covers(finding) is fits


@pytest.mark.parametrize(("environment", "fits"), [("dev", True), ("prod", False), (None, False)])
def test_an_environment_is_one_of_those_named(environment: str | None, fits: bool):
    finding = Finding("XYZ512", Severity.ERROR, "m", Location("a.tf", 1), environment=environment)
    assert entry(environments=("dev", "staging")).covers(finding) is fits
    assert entry().covers(finding)
