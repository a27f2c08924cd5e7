"""Two commands in turn, and the ratio of their medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, and what to do before each run, which is not timed."""

    arguments: Sequence[str]
    prepare: Callable[[], None] = lambda: None
    expected: int = 0
    environment: tuple[tuple[str, str], ...] = ()

    def seconds(self) -> float:
        """Run once; wall-clock seconds. Raises RuntimeError when the exit code is not the expected one."""
        self.prepare()
        begin = time.perf_counter()
        done = subprocess.run(
            self.arguments, capture_output=True, check=False, text=True, env={**os.environ, **dict(self.environment)}
        )
        took = time.perf_counter() - begin
        if done.returncode != self.expected:
            raise RuntimeError(f"{' '.join(self.arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return took


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians in seconds of the command and of its baseline, over `runs` runs of each, taken in turn."""

    command: float
    baseline: float
    runs: int

    @property
    def ratio(self) -> float:
        """How many times the baseline the command takes."""
        return self.command / self.baseline

    @property
    def beyond(self) -> float:
        """How many seconds the command takes beyond the baseline."""
        return self.command - self.baseline


def measured(command: Command, baseline: Command | float, runs: int) -> Measured:
    """Both commands `runs` times in turn, after one run of each that is not counted. A baseline may be known."""
    if isinstance(baseline, float):
        command.seconds()
        return Measured(statistics.median(command.seconds() for _ in range(runs)), baseline, runs)
    command.seconds(), baseline.seconds()
    pairs = [(command.seconds(), baseline.seconds()) for _ in range(runs)]
    return Measured(statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs), runs)
