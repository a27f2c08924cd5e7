"""The suppressions that hold for what a run read: those beside blocks, and those in the project's file."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from xyztf.findings.finding import Finding
from xyztf.findings.suppression import Suppression
from xyztf.findings.suppression_file import FILE_NAME, read_suppressions


def suppressions(base: Path, files: Sequence[str], cache: Path | None) -> tuple[list[Suppression], list[Finding]]:
    """Those in the comments of `files` (paths below `base`) and in its file, with findings about what cannot be read.

    Only files that name xyztf:ignore are parsed. Raises XyztfError for a suppression file that cannot be read.
    """
    naming = [name for name in files if name.endswith((".tf", ".tf.json")) and _mentions(base / name)]
    beside: list[Suppression] = []
    faults: list[Finding] = []
    if naming:
        from xyztf.findings.suppression_comments import SourceComment, read_comments
        from xyztf.hcl.extent import extent_at
        from xyztf.hcl.sources import Sources

        sources = Sources(base, parser_in=cache)
        read = {name: file for name in naming if (file := sources.file(name)) is not None}
        lines = {name: sources.text(name).split("\n") for name in read}
        comments = [
            SourceComment(name, each.line, each.text, each.alone)
            for name, file in read.items()
            for each in file.comments
        ]
        beside, faults = read_comments(comments, lambda name, line: extent_at(read[name], lines[name], line))
    return [*beside, *read_suppressions(base / FILE_NAME)], faults


def was_read(suppression: Suppression, environments: Collection[str | None]) -> bool:
    """Whether all was read that a suppression is about: else it may have its use where nobody looked."""
    if suppression.environments:
        return set(suppression.environments) <= set(environments)
    return suppression.kind == "comment" or None in environments or len(set(environments)) > 1


def from_here(finding: Finding, base: Path) -> Finding:
    """Its file as seen from where the user stands."""
    return replace(finding, location=replace(finding.location, file=os.path.relpath(base / finding.location.file)))


def common_base(folders: Iterable[Path]) -> Path:
    """A folder above all that may be called: the repository's, or the one above all of these."""
    common = Path(os.path.commonpath(list(folders)))
    return next((each for each in (common, *common.parents) if (each / ".git").exists()), common)


def _mentions(path: Path) -> bool:
    try:
        return b"xyztf:ignore" in path.read_bytes()
    except OSError:
        return False
