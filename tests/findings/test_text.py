"""The report that a person reads. `golden/` holds it as it looks at 80 and 160 columns, without and with styles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.findings.report import Report
from xyztf.findings.text import text

GOLDEN = Path(__file__).parent / "golden"
EXPLAIN = "xyztf lint --explain"


def marked(words: str, style: str) -> str:
    return f"<{style}>{words}</{style}>"


def many() -> Report:
    names = ("XYZ101", "XYZ205", "XYZ205")
    return Report(
        tuple(
            Finding(names[line % 3], Severity.WARNING, "the message", Location(f"folder/{file}.tf", line, 1))
            for file in "ab"
            for line in range(1, 13)
        )
    )


@pytest.mark.parametrize("width", [80, 160])
def test_as_it_looks_on_a_terminal(report: Report, width: int):
    assert "\n".join(text(report, width, explain=EXPLAIN)) + "\n" == (GOLDEN / f"{width}.txt").read_text()


def test_as_it_looks_with_styles(report: Report):
    assert "\n".join(text(report, 80, marked, EXPLAIN)) + "\n" == (GOLDEN / "80_styled.txt").read_text()


def test_many_findings_stand_under_their_files():
    assert "\n".join(text(many(), 80)) + "\n" == (GOLDEN / "many.txt").read_text()


@pytest.mark.parametrize("width", [1, 20, 80, 160, None])
def test_styles_change_nothing_but_the_styles(report: Report, width: int | None):
    bare = [re.sub(r"</?[a-z]+>", "", line) for line in text(report, width, marked, EXPLAIN)]
    assert bare == list(text(report, width, explain=EXPLAIN))


def test_without_a_width_a_finding_is_one_line_however_long():
    long = Finding("XYZ101", Severity.ERROR, "word " * 100, Location("a.tf", 1, 2))
    first = next(text(Report((long,))))
    assert first == f"a.tf:1:2: error: {'word ' * 100} [XYZ101]"


def test_nothing_found_says_so_and_what_was_looked_at():
    assert list(text(Report(), 80)) == ["nothing found", "looked at 0 files in 0.0 s"]


@pytest.mark.parametrize(
    ("severity", "said"),
    [
        (Severity.ERROR, "next: put the errors right, beginning with b.tf:1:1"),
        (Severity.WARNING, "next: no errors; look at the warnings, beginning with b.tf:1:1"),
        (Severity.NOTE, "next: nothing has to be done; the notes are worth knowing"),
    ],
)
def test_the_summary_says_where_to_begin(severity: Severity, said: str):
    note = Finding("XYZ310", Severity.NOTE, "m", Location("a.tf", 1, 1))
    assert said in text(Report((note, Finding("XYZ101", severity, "m", Location("b.tf", 1, 1)))))


def test_a_finding_cannot_write_to_the_terminal_or_add_lines():
    hostile = Finding("XYZ1", Severity.ERROR, "red\x1b[31m\nb.tf:1:1: error\u202e", Location("a\x07 \n.tf", 1, 1))
    first = next(text(Report((hostile,))))
    assert first == "a\\x07 \\n.tf:1:1: error: red\\x1b[31m b.tf:1:1: error\\u202e [XYZ1]"


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(WORDS, WORDS, st.integers(1, 200), st.integers(0, 9999), st.integers(0, 200))
def test_no_text_breaks_a_place_or_a_line(file: str, message: str, width: int, line: int, column: int):
    finding = Finding("XYZ101", Severity.ERROR, message, Location(f"{file}/main.tf", line, column), hint=message)
    lines = list(text(Report((finding,)), width))
    place = str(Location("main.tf", line, column))
    assert f"/{place}: error:" in lines[0]
    assert not any(re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", each) for each in lines)
    for each in lines[1 : lines.index("")]:
        # Only a word that is too long by itself goes over the edge.
        assert len(each) <= width or " " not in each.strip()
