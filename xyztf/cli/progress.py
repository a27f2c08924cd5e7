"""Progress of stacks and their resources, a line at a time: which one, since when, how long it took."""

from __future__ import annotations

import sys
import threading
import time

from xyztf.cli.output import styled
from xyztf.terraform.events import step

EVERY_SECONDS = 30.0
"""How often a resource that takes long is mentioned again."""
QUICK_SECONDS = 5.0
"""What takes less is not mentioned at all: most of a stack is there at once."""


class Progress:
    """Prints to stderr. Called from several threads; lines are never mixed."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._mentioned: dict[tuple[str, str], float] = {}

    def line(self, stack: str, line: str) -> None:
        """Look at a line that Terraform printed for `stack`, and say what it means, if anything."""
        found = step(line)
        if found is None or found.action in ("noop", "read"):
            return
        key = (stack, found.address)
        mentioned = self._mentioned.get(key, -EVERY_SECONDS)
        if found.phase == "start" or (found.phase == "progress" and found.seconds - mentioned < EVERY_SECONDS):
            return
        if found.phase == "complete" and found.seconds < QUICK_SECONDS:
            return
        self._mentioned[key] = found.seconds
        words = {
            "progress": f"{found.action}, since {found.seconds:.0f} s",
            "complete": f"{found.action} done after {found.seconds:.0f} s",
            "errored": f"{found.action} failed after {found.seconds:.0f} s",
        }[found.phase]
        self.say(stack, f"{found.address}: {words}", "red" if found.phase == "errored" else None)

    def say(self, stack: str, text: str, style: str | None = None) -> None:
        """A line about a stack, with the time since the command began."""
        seconds = int(time.monotonic() - self._began)
        clock = f"{seconds // 60:3}:{seconds % 60:02}"
        with self._lock:
            shown = styled(text, style, sys.stderr) if style else text
            print(f"{styled(clock, 'dim', sys.stderr)} {styled(stack, 'bold', sys.stderr)} {shown}", file=sys.stderr)
