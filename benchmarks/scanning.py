"""The cases of scanning: beside checkov's own command, under the same seed, on the project's own stacks."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rendering import XYZTF, Case
from benchmarks.timing import Command

PROJECT = Path(__file__).resolve().parent.parent
STACK = PROJECT / "environments" / "prod" / "us-east-1"
OPTIONS = "--framework terraform --skip-download --download-external-modules false --soft-fail --compact --quiet"
SEED = (("PYTHONHASHSEED", "0"),)


def cases(folder: Path) -> Iterator[Case]:
    """All cases, with what is kept below `folder`."""
    kept = folder / "kept"

    def forgotten() -> None:
        shutil.rmtree(kept, ignore_errors=True)

    def scan(*what: str, again: bool = False) -> Command:
        arguments = [XYZTF, "scan", *what, "--fail-on", "error", "--project", str(PROJECT)]
        cache = (("XDG_CACHE_HOME", str(kept)),)
        return Command(arguments, environment=cache) if again else Command(arguments, forgotten, environment=cache)

    one, environments = str(STACK), [str(PROJECT / "environments" / name) for name in ("dev", "staging", "prod")]
    yield Case("scan of a stack, nothing kept / checkov", scan(one), _checkov(one), 0.6, 5)
    yield Case("scan of prod, nothing kept / checkov over its folder", scan("prod"), _checkov(environments[2]), 0.6, 5)
    name = "scan of three environments, nothing kept / three times checkov"
    yield Case(name, scan(), _checkov(*environments), 0.35, 3)
    yield Case("scan of a stack, nothing changed / checkov", scan(one, again=True), _checkov(one), 0.03, 7)


def _checkov(*folders: str) -> Command:
    binary = Path(sys.executable).with_name("checkov")
    runs = (f"{shlex.quote(str(binary))} -d {shlex.quote(folder)} {OPTIONS}" for folder in folders)
    return Command(["sh", "-c", " && ".join(runs)], environment=SEED)
