"""A report as text, for people at a terminal and for editors that make links of `file:line:column`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeAlias

from xyztf.findings.finding import Finding, Severity
from xyztf.findings.report import Report, by_place, counted, looked_at_line

MANY = 10
"""With more findings than this, each file has a heading."""
TOP = 5
"""How many rules the summary names."""

Style: TypeAlias = Callable[[str, str], str]
"""A text and the name of a style ("red", "yellow", "cyan", "green", "bold", "dim") to the text in that style."""

_INDENT = "    "
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
# What moves a cursor, colours a line or turns its direction: a file that is looked at must not write the report.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_SPACE = re.compile(r"[ \t\r\n]+")


def unstyled(text: str, style: str) -> str:
    """The text as it is: a style for where there is no colour."""
    return text


def text(
    report: Report, width: int | None = None, style: Style = unstyled, explain: str | None = None
) -> Iterator[str]:
    """The lines to print: each finding with its hint, then a summary.

    Lines are broken between words to fit `width`; a place with its severity never is, and a word that is too long
    stands alone. None breaks nothing. `explain` is the command that explains a rule, such as "xyztf lint --explain".
    """
    headed = len(report.findings) > MANY
    in_file = Counter(finding.location.file for finding in report.findings)
    file = None
    for finding in report.findings:
        if headed and finding.location.file != file:
            if file is not None:
                yield ""
            file = finding.location.file
            yield f"{style(_exactly(file) or 'in no file', 'bold')} ({counted(in_file[file], 'finding')})"
        yield from _finding(finding, width, style)
    if report.findings:
        yield ""
    yield from _summary(report, width, style, explain)


def _finding(finding: Finding, width: int | None, style: Style) -> Iterator[str]:
    place = f"{_exactly(str(finding.location))}: " if finding.location.file else ""
    severity = f"{finding.severity}:"
    start, tag = f"{place}{severity}", f"[{_shown(finding.rule)}]"
    lines = list(_wrapped(f"{_shown(finding.message)} {tag}", width, len(start) + 1))
    # The styles come last, so that they count for nothing in a line's length.
    lines[-1] = lines[-1].removesuffix(tag) + style(tag, "dim")
    first = f"{style(place, 'bold') if place else ''}{style(severity, _COLOURS[finding.severity])}"
    yield f"{first} {lines[0]}" if lines[0] else first
    yield from (f"{_INDENT}{line}" for line in lines[1:])
    details = [_shown(hint) for hint in (finding.hint or "").splitlines()]
    if where := _where(finding):
        details.append(where)
    if finding.origin:
        details.append(f"from {_shown(finding.origin)}")
    for detail in details:
        yield from (f"{_INDENT}{style(line, 'dim')}" for line in _wrapped(detail, width, len(_INDENT)))


def _where(finding: Finding) -> str:
    """The address and what it was seen from, for one that is not plain from the file."""
    address = _shown(finding.address or "")
    if finding.stack and finding.location.file.startswith(f"{finding.stack}/"):
        return f"in {address}" if address else ""
    seen = f"seen from {_shown(finding.stack)}" if finding.stack else ""
    return ", ".join(part for part in (f"in {address}" if address else "", seen) if part)


def _summary(report: Report, width: int | None, style: Style, explain: str | None) -> Iterator[str]:
    counts = [(severity, number) for severity, number in report.counts().items() if number]
    told = ", ".join(style(counted(number, str(severity)), _COLOURS[severity]) for severity, number in counts)
    suppressed = f"; {len(report.suppressed):,} suppressed" if report.suppressed else ""
    yield f"{told or style('nothing found', 'green')}{suppressed}"
    top = Counter(finding.rule for finding in report.findings).most_common(TOP)
    if top and top[0][1] > 1:
        named = ", ".join(f"{_shown(rule)} ({number:,})" for rule, number in top)
        yield from _indented(f"most often: {named}", width)
    if report.findings:
        yield from _indented(_next(report, explain), width)
    yield style(looked_at_line(report.looked_at), "dim")


def _next(report: Report, explain: str | None) -> str:
    """What to do next: where to begin, and how to read more."""
    first = min(report.findings, key=lambda finding: (-finding.severity, by_place(finding)))
    place = _exactly(str(first.location)) if first.location.file else _shown(first.rule)
    begin = {
        Severity.ERROR: f"next: put the errors right, beginning with {place}",
        Severity.WARNING: f"next: no errors; look at the warnings, beginning with {place}",
        Severity.NOTE: "next: nothing has to be done; the notes are worth knowing",
    }[first.severity]
    return f"{begin}; {explain} {_shown(first.rule)} tells why" if explain and first.tool == "xyztf" else begin


def _indented(line: str, width: int | None) -> Iterator[str]:
    first, *others = _wrapped(line, width, 0)
    yield first
    yield from (f"{_INDENT}{other}" for other in others)


def _wrapped(line: str, width: int | None, used: int) -> Iterator[str]:
    """The words of a line: as many as fit beside the `used` columns, the rest in lines that will be indented."""
    if width is None:
        yield line
        return
    room = width - used
    current = ""
    for word in line.split(" "):
        if current and len(current) + 1 + len(word) > room:
            yield current
            current, room = word, width - len(_INDENT)
        elif not current and len(word) > room and used > len(_INDENT):
            # Not even the first word fits beside the place.
            yield ""
            current, room, used = word, width - len(_INDENT), 0
        else:
            current = f"{current} {word}" if current else word
    yield current


def _shown(text: str) -> str:
    """On one line, with what a terminal would act on written as an escape."""
    return _exactly(_SPACE.sub(" ", text))


def _exactly(text: str) -> str:
    """The same, with every space as it is, so that a file with such a name is found."""
    return _UNFIT.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
