"""make bench: print every case's ratio beside what it promises, and write them to benchmarks/results.json."""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks import linting, rendering, sandbox, scanning
from benchmarks.rendering import Case
from benchmarks.timing import measured

RESULTS = Path(__file__).with_name("results.json")


def _cases(folder: Path, wanted: str) -> Iterator[Case]:
    return chain(
        rendering.cases(folder),
        linting.cases(folder, wanted),
        scanning.cases(folder, wanted),
        sandbox.cases(folder, wanted),
    )


def main() -> int:
    """Measure all cases whose name contains the first argument. Exit code 1 when a promise is not kept."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    results: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="xyztf-bench-") as folder:
        for case in _cases(Path(folder), wanted):
            if wanted not in case.name:
                continue
            found = measured(case.command, case.baseline, case.runs)
            value, unit = (found.beyond, "s") if case.seconds else (found.ratio, "x")
            kept = "" if value <= case.at_most else "  <- above"
            print(
                f"{case.name:<58} {value:6.2f} {unit}  (at most {case.at_most:g} {unit}; medians of {found.runs}: "
                f"{found.command * 1000:.0f} ms, {found.baseline * 1000:.0f} ms){kept}",
                flush=True,
            )
            results.append(
                {
                    "case": case.name,
                    "ratio": round(found.ratio, 3),
                    "seconds_beyond": round(found.beyond, 3),
                    "at_most": case.at_most,
                    "of": "seconds_beyond" if case.seconds else "ratio",
                    "command_seconds": found.command,
                    "baseline_seconds": found.baseline,
                    "runs": found.runs,
                }
            )
    machine = {"python": platform.python_version(), "system": platform.platform()}
    RESULTS.write_text(json.dumps({"machine": machine, "results": results}, indent=2) + "\n", "utf-8")
    return int(any(result[result["of"]] > result["at_most"] for result in results))


if __name__ == "__main__":
    sys.exit(main())
