"""Progress of stacks and their resources: which one, since when, how long such a thing takes.

On a terminal, what goes on stands at its bottom and moves; what is done scrolls away above. Elsewhere it is a line at a
time. The log gets all of it.
"""

from __future__ import annotations

import signal
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from xyztf.cli.live import Block, lives
from xyztf.cli.output import SCREEN, command_line, follow, followers, say, show, styled
from xyztf.cli.waits import since, spelt
from xyztf.errors import ExitCode
from xyztf.terraform.events import Step, diagnostics, message, step

if TYPE_CHECKING:
    from xyztf.operations.log import Log
    from xyztf.operations.scope import Scope

EVERY_SECONDS = 30.0
"""How often a resource that takes long is mentioned again, and how long nothing at all may be said."""
QUICK_SECONDS = 5.0
"""What takes less is not mentioned at all: most of a stack is there at once."""
SHOWN_AFTER_SECONDS = 2.0
REDRAWN_SECONDS = 0.25
INDENT = " " * 7
MOST_RESOURCES = 8
"""How many resources of a stack are shown at once; Terraform works on ten."""


@dataclass(frozen=True, slots=True)
class _Going:
    """A resource that is being worked on."""

    step: Step
    since: float


class Progress:
    """Prints to stderr. Called from several threads; lines are never mixed."""

    def __init__(
        self,
        environment: str = "",
        target: str = "aws",
        log: Log | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._environment, self._target, self._log, self._now = environment, target, log, now
        self._began = self._spoke = now()
        self._block = Block(sys.stderr) if lives(sys.stderr) else None
        self._mentioned: dict[tuple[str, str], float] = {}
        self._going: dict[tuple[str, str], _Going] = {}
        self._counted: Counter[str] = Counter()
        self._word = ""
        self._open: dict[str, int] = {}
        self._started: list[str] = []
        self._half_made: list[str] = []
        self._interrupted = self._told_of_interrupt = False

    @contextmanager
    def phase(self, word: str, stacks: Sequence[str], totals: Mapping[str, int] | None = None) -> Iterator[None]:
        """While `stacks` are "planning", "applying" ...; `totals` says how many resources each is to work on."""
        with SCREEN:
            self._word = word
            self._open = {stack: (totals or {}).get(stack, 0) for stack in stacks}
            self._started.clear()
            self._half_made.clear()
            self._counted.clear()
        over = threading.Event()
        ticker = threading.Thread(target=self._tick_until, args=(over,), daemon=True)
        ticker.start()
        before = signal.getsignal(signal.SIGINT)
        ours = before is signal.default_int_handler and threading.current_thread() is threading.main_thread()
        if ours:
            signal.signal(signal.SIGINT, self._on_interrupt)
        try:
            yield
        finally:
            if ours:
                signal.signal(signal.SIGINT, before)
            over.set()
            ticker.join()
            with SCREEN:
                self._open = {}
                self._going.clear()
                self.make_way()

    def line(self, stack: str, line: str) -> None:
        """Look at a line that Terraform printed for `stack`, and say what it means, if anything."""
        found = step(line)
        with SCREEN:
            if stack not in self._started:
                self._started.append(stack)
            if found is None:
                self._keep(stack, line)
            elif found.action not in ("noop", "read"):
                self._step(stack, found)

    def finished(self, stack: str) -> None:
        """Nothing more comes of this stack in this phase."""
        with SCREEN:
            self._open.pop(stack, None)
            for key in [key for key in self._going if key[0] == stack]:
                del self._going[key]

    def started(self) -> tuple[str, ...]:
        """The stacks on which Terraform has begun in this phase, also those that it has finished."""
        return tuple(self._started)

    def half_made(self) -> tuple[str, ...]:
        """What failed while it was created in this phase. Terraform marks it, and will make it anew."""
        return tuple(self._half_made)

    def say(self, stack: str, text: str, style: str | None = None) -> None:
        """A line about a stack, with the time since the command began."""
        with SCREEN:
            first, *rest = self._wrapped(f"{self._clock()} {stack} ", text)
            self.make_way()
            clock, bold = styled(self._clock(), "dim", sys.stderr), styled(stack, "bold", sys.stderr)
            show(f"{clock} {bold} {styled(first, style, sys.stderr) if style else first}")
            for line in rest:
                show(f"{INDENT}{line}", style)
            self.note(stack, text)

    def note(self, stack: str, text: str) -> None:
        """A line about a stack that only goes into the log."""
        self._spoke = self._now()
        if self._log:
            self._log.write(stack, text)

    def make_way(self) -> None:
        """See `output.Follower`."""
        if self._block:
            self._block.clear()

    def heard(self, text: str) -> None:
        """See `output.Follower`."""
        self.note("-", text)

    def ended(self, code: int) -> None:
        """See `output.Follower`. Of a run that failed, says where its log is."""
        self.make_way()
        if self._log:
            self._log.end(code)
            if self._log.path and code not in (ExitCode.OK, ExitCode.CHANGES):
                show(f"log: {_short(self._log.path)}", "dim")

    def tick(self) -> None:
        """Called again and again during a phase: draw what goes on, and do not leave people without a word."""
        with SCREEN:
            if self._interrupted and not self._told_of_interrupt:
                self._told_of_interrupt = True
                say("interrupted: Terraform ends what it is at; Ctrl-C once more kills it", "yellow")
            if self._open and self._now() - self._spoke >= EVERY_SECONDS:
                text = f"still {self._word} {', '.join(self._open)}"
                if self._block:
                    self.note("-", text)
                else:
                    self.say(self._environment, text)
            if self._block:
                self._block.draw(self._lines(self._block))

    def _tick_until(self, over: threading.Event) -> None:
        while not over.wait(REDRAWN_SECONDS):
            self.tick()

    def _on_interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self._interrupted = True  # told by the ticker: in a signal handler, printing may meet itself
        raise KeyboardInterrupt

    def _keep(self, stack: str, line: str) -> None:
        for warning in diagnostics(line, f"environments/{self._environment}/{stack}", "warning"):
            self.note(stack, f"warning: {warning}")
        if text := message(line, "version", "change_summary", "state_lock_acquire", "state_lock_release"):
            self.note(stack, text)

    def _step(self, stack: str, found: Step) -> None:
        key = (stack, found.address)
        if found.phase == "start":
            self._going[key] = _Going(found, self._now())
            self.note(stack, f"{found.address}: {found.action}")
            return
        words = {
            "progress": since(self._target, found, found.seconds),
            "complete": f"{found.action} done after {spelt(found.seconds)}",
            "errored": f"{found.action} failed after {spelt(found.seconds)}",
        }[found.phase]
        if found.phase != "progress":
            self._going.pop(key, None)
            self._counted[stack] += 1
        if found.phase == "errored" and found.action == "create":
            self._half_made.append(found.address)
        if self._worth_a_line(key, found):
            self._mentioned[key] = found.seconds
            self.say(stack, f"{found.address}: {words}", "red" if found.phase == "errored" else None)
        else:
            self.note(stack, f"{found.address}: {words}")

    def _worth_a_line(self, key: tuple[str, str], found: Step) -> bool:
        if found.phase == "progress":  # on a terminal it stands in the block
            return not self._block and found.seconds - self._mentioned.get(key, -EVERY_SECONDS) >= EVERY_SECONDS
        return found.phase == "errored" or found.seconds >= QUICK_SECONDS

    def _lines(self, block: Block) -> list[str]:
        """What goes on, a line for each stack, and below it those of its resources that take their time."""
        if not self._open:
            return []
        size, now = block.size(), self._now()
        begun = [stack for stack in self._started if stack in self._open]
        if not begun:
            return [f"{self._clock()} {self._word} {', '.join(self._open)}"]
        most = max(1, min(MOST_RESOURCES, (size.lines - 3) // len(begun) - 2))
        lines = []
        for stack in begun:
            total = self._open[stack]
            done = f", {min(self._counted[stack], total)} of {total} done" if total else ""
            lines.append(f"{self._clock()} {stack} {self._word}{done}")
            going = [
                (each.step, now - each.since)
                for (name, _), each in self._going.items()
                if name == stack and now - each.since >= SHOWN_AFTER_SECONDS
            ]
            for found, seconds in going[:most]:
                lines.append(_fitted(found.address, since(self._target, found, seconds), size.columns - 1))
            if len(going) > most:
                lines.append(f"    and {len(going) - most} more")
        return lines

    def _wrapped(self, before: str, text: str) -> list[str]:
        """`text`, which follows `before`, in lines that a terminal shows whole; in one where nobody looks."""
        if not self._block:
            return [text]
        width = self._block.size().columns
        wrapped = textwrap.wrap(
            before + text, width, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False
        )
        first = wrapped[0] if wrapped else before
        # Where the very first word is too long, it stands on a line of its own.
        return [first[len(before) :], *(line.removeprefix(INDENT) for line in wrapped[1:])]

    def _clock(self) -> str:
        seconds = int(self._now() - self._began)
        return f"{seconds // 60:3}:{seconds % 60:02}"


def progress_of(scope: Scope) -> Progress:
    """The progress of this command, with its log: made when it is first asked for."""
    from xyztf.operations.log import Log

    for follower in followers():
        if isinstance(follower, Progress):
            return follower
    log = Log(scope.root, scope.target.name, scope.environment.name, command_line(), lambda text: say(text, "yellow"))
    progress = Progress(scope.environment.name, scope.target.name, log)
    follow(progress)
    return progress


def _fitted(address: str, words: str, width: int) -> str:
    """An indented line; for want of room the address loses its beginning, as its end says what it is."""
    room = width - len(f"    : {words}")
    shown = address if len(address) <= room else "…" + address[len(address) - max(room - 1, 0) :]
    return f"    {shown}: {words}"


def _short(path: Path) -> str:
    """From here, where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
