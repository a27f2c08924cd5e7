"""The cases of rendering and of the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fleet import fleet, unrendered
from benchmarks.timing import Command

XYZTF = str(Path(sys.executable).with_name("xyztf"))
PASS = Command([sys.executable, "-c", "pass"])
EMPTY_TYPER = "import typer; app = typer.Typer(); app.command()(lambda: None); app()"


@dataclass(frozen=True, slots=True)
class Case:
    """A command, its baseline (or seconds that it took), and what it promises at most: the ratio to the baseline, or,
    with `seconds`, what it takes beyond it."""

    name: str
    command: Command
    baseline: Command | float
    at_most: float
    runs: int
    seconds: bool = False


def cases(folder: Path) -> Iterator[Case]:
    """All cases, with projects made below `folder`."""
    yield Case("xyztf --version / python -c pass", Command([XYZTF, "--version"]), PASS, 2.0, 21)
    empty = Command([sys.executable, "-c", EMPTY_TYPER])
    yield Case("xyztf --help / an empty Typer command", Command([XYZTF, "--help"]), empty, 1.3, 11)
    fifty, two_hundred = fleet(folder / "fifty", 50), fleet(folder / "two-hundred", 200)
    cache = (("XDG_CACHE_HOME", str(folder / "cache")),)

    def from_nothing(project: Path) -> Command:
        arguments = [XYZTF, "render", "--project", str(project)]
        return Command(arguments, lambda: unrendered(project), environment=cache)

    terraform = (("TF_CLI_CONFIG_FILE", "/dev/null"), ("CHECKPOINT_DISABLE", "1"))
    formatting = Command(["terraform", "fmt", "-recursive", str(fifty)], environment=terraform)
    yield Case("render 50 environments / terraform fmt over them", from_nothing(fifty), formatting, 1.0, 5)
    yield Case("render 200 environments / render 50", from_nothing(two_hundred), from_nothing(fifty), 4.4, 3)
    check = Command([XYZTF, "render", "--check", "--project", str(fifty)], environment=cache)
    yield Case("render --check of 50, unchanged / python -c pass", check, PASS, 3.0, 21)
