"""What plans would do, as Markdown for a comment on a pull request.

What somebody has to see stands open: refusals, interruptions, notices. The changes are folded, the gravest first. What
comes from a plan (addresses, values) stands in code or is escaped: it can be neither Markdown nor HTML nor a mention.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence

from xyztf.operations.plan import Judged
from xyztf.operations.summary import change_in_lines, changes_that_matter, gravest_first, interruptions, told
from xyztf.terraform.differences import Attribute
from xyztf.terraform.guard import Interruption, Notice, Refusal
from xyztf.terraform.order import Outcome

MOST = 65_536
"""GitHub takes no longer comment: "Body is too long (maximum is 65536 characters)".
Source: https://github.com/orgs/community/discussions/27190. Counted in bytes here, which are never fewer."""
AROUND = 1_000
"""What is left for those who put something around it."""
LONGEST_VALUE = 300


def as_markdown(name: str, outcomes: Sequence[Outcome[Judged]], most: int = MOST - AROUND) -> str:
    """The summary of the plans of environment `name` in at most `most` bytes; what is left out is counted."""
    page = _Page(most)
    page.add(f"### Plan of {prose(name)}", "", "| Stack | Plan |", "| --- | --- |", *map(_row, outcomes))
    left_out = 0
    for title, points in _open(outcomes):
        left_out += page.add_list(title, points)
    for outcome in gravest_first(outcomes):
        if outcome.result and outcome.result.plan.has_changes:
            left_out += page.add_folded(f"{outcome.stack}: {told(outcome)}", _changes(outcome.result))
    if left_out:
        page.end(f"**{left_out} more** have no room in a comment: `xyztf plan {name}` shows all.")
    return page.text()


def _row(outcome: Outcome[Judged]) -> str:
    refused = ", **refused**" if outcome.result and outcome.result.verdict.refusals else ""
    return f"| {prose(outcome.stack)} | {prose(told(outcome))}{refused} |"


def _open(outcomes: Sequence[Outcome[Judged]]) -> Iterator[tuple[str, list[str]]]:
    """What stands open: titles and points, over all stacks, the worst first."""
    results = [(outcome.stack, outcome.result) for outcome in outcomes if outcome.result]
    several = len(outcomes) > 1
    failed = [
        f"{prose(outcome.stack)}: {code(problem.message)}"
        for outcome in outcomes
        for problem in (outcome.error.problems if outcome.error else ())
    ]
    yield "Not planned", failed
    refusals = [(stack, each) for stack, judged in results for each in judged.verdict.refusals]
    yield "Refused by the guard", [_refusal(stack, each, several) for stack, each in refusals]
    found = [(stack, each) for stack, judged in results for each in interruptions(judged)]
    found.sort(key=lambda pair: pair[1].means.rank)
    yield "Interrupts", [_interruption(stack, each) for stack, each in found]
    notices = [(stack, each) for stack, judged in results for each in judged.verdict.notices]
    yield "To be known", [_notice(stack, each) for stack, each in notices]


def _refusal(stack: str, each: Refusal, several: bool) -> str:
    because = f", because {code(each.because)}" if each.because else ""
    allowed = code(each.option(stack if several else None))
    return (
        f"{prose(stack)}: {code(each.label)} would be {each.done}{because}. {prose(each.lost)}. To allow it: {allowed}"
    )


def _interruption(stack: str, each: Interruption) -> str:
    what = ", ".join(code(in_short(attribute)) for attribute in each.attributes)
    details = ", ".join(filter(None, [each.means.words, each.timing, each.duration]))
    words = each.words[:1].upper() + each.words[1:]
    return f"{prose(stack)}: {code(each.label)}: {prose(details)}{f': {what}' if what else ''}. {prose(words)}"


def _notice(stack: str, each: Notice) -> str:
    about = f"{code(each.label)} " if each.label else ""
    return f"{prose(stack)}: {about}{prose(each.words)}"


def _changes(judged: Judged) -> list[list[str]]:
    return [change_in_lines(change, in_short) for change in changes_that_matter(judged.plan.planned)]


def in_short(attribute: Attribute) -> str:
    """How an attribute changes; a long value (a policy) is cut."""
    text = str(attribute)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


# Safe Markdown -------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """The text in one line of visible characters: what would break it, or turn its direction, is written out."""
    return "".join(
        each if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else f"\\u{ord(each):04x}"
        for each in text
    )


def code(text: str) -> str:
    """The text as a code span that nothing in it can end."""
    shown = plain(text)
    ticks = "`" * (_longest_run(shown) + 1)
    if not shown.strip():
        return "(blank)"
    # One space on each side is taken away again: a backtick, or a space of the text, can stand first or last.
    pad = " " if {shown[0], shown[-1]} & {"`", " "} else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def prose(text: str) -> str:
    """The text with nothing in it that means something to Markdown, and without mentions."""
    escaped = re.sub(r"([\\`*_{}\[\]<>|~&$])", r"\\\1", plain(text))
    return re.sub(r"([@#])", "\\1\N{ZERO WIDTH SPACE}", escaped)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


class _Page:
    """Lines that fit into a number of bytes. Whatever is added fits whole, or is left out and counted."""

    def __init__(self, most: int) -> None:
        self._left = most - 200  # for the last line
        self._lines: list[str] = []

    def add(self, *lines: str) -> bool:
        size = _size(lines)
        if size > self._left:
            return False
        self._left -= size
        self._lines += lines
        return True

    def add_list(self, title: str, points: Sequence[str]) -> int:
        """A title and a list below it. Gives how many points found no room."""
        left_out, opened = 0, False
        for point in points:
            opening = [] if opened else ["", f"**{title}**", ""]
            if self.add(*opening, f"- {point}"):
                opened = True
            else:
                left_out += 1
        return left_out

    def add_folded(self, title: str, blocks: Sequence[Sequence[str]]) -> int:
        """Blocks of lines in a fence, folded. Gives how many found no room."""
        shown = [[plain(line) for line in block] for block in blocks]
        fence = "`" * max(3, 1 + max((_longest_run(line) for block in shown for line in block), default=0))
        head = ["", f"<details><summary>{html.escape(plain(title))}</summary>", "", fence]
        tail = [fence, "", "</details>"]
        taken: list[str] = []
        size, left_out = _size([*head, *tail]), 0
        for block in shown:
            if size + _size(block) <= self._left:
                taken += block
                size += _size(block)
            else:
                left_out += 1
        if taken:
            self.add(*head, *taken, *tail)
        return left_out

    def end(self, line: str) -> None:
        self._lines += ["", line]

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"


def _size(lines: Sequence[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)
