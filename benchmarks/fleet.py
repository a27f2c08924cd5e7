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
        own = text
        for position in range(3):
            own = own.replace(f"10.{position}.", f"10.{number % 80 * 3 + position}.".replace("10.", "ten.", 1))
        own = own.replace("ten.", "10.").replace("size_gb: 100", f"size_gb: {100 + number}")
        (folder / f"prod-{number:03}.yaml").write_text(own, "utf-8")
    return root


def unrendered(root: Path) -> None:
    """Put all that was rendered aside.

    Not deleted: ext4 does not reuse an inode within seconds of its deletion, and searches for others for so long that
    creating the next files would be what is measured.
    """
    aside = root.parent / "aside"
    aside.mkdir(exist_ok=True)
    number = len(list(aside.iterdir()))
    for folder in [root / "modules", *(path for path in (root / "environments").iterdir() if path.is_dir())]:
        if folder.exists():
            folder.rename(aside / f"{number}-{folder.name}")
            number += 1
