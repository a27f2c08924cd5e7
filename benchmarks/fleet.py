"""Projects with many environments, to measure on: copies of prod, each with a name and address ranges of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

PROD = Path(__file__).resolve().parent.parent / "environments" / "prod.yaml"
DEFAULTS = PROD.with_name("_defaults.yaml")


def fleet(root: Path, environments: int) -> Path:
    """A project at `root` with so many environments of three regions each, not rendered yet."""
    folder = root / "environments"
    folder.mkdir(parents=True)
    shutil.copy(DEFAULTS, folder)
    text = PROD.read_text("utf-8")
    for number in range(environments):
        cidrs = text.replace("10.0.", f"10.{number % 80 * 3}.").replace("10.1.", f"10.{number % 80 * 3 + 1}.")
        (folder / f"prod-{number:03}.yaml").write_text(
            cidrs.replace("10.2.0.0", f"10.{number % 80 * 3 + 2}.0.0").replace("size_gb: 100", f"size_gb: {100 + number}"),
            "utf-8",
        )
    return root


def unrendered(root: Path) -> None:
    """Take away all that was rendered."""
    shutil.rmtree(root / "modules", ignore_errors=True)
    for stacks in (root / "environments").iterdir():
        if stacks.is_dir():
            shutil.rmtree(stacks)
