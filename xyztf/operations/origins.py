"""Findings with where their lines come from, in the environments of a project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xyztf.environment import FOLDER
from xyztf.errors import InvalidEnvironment
from xyztf.findings.finding import Finding

if TYPE_CHECKING:
    from xyztf.environment.provenance import Layer


class Origins:
    """The environments of the project at `base`, each read once, when it is asked for.

    As they are written, not checked against the model: that would take longer than the scan of a small stack.
    """

    def __init__(self, base: Path) -> None:
        self._base = base
        self._layers: dict[str, Layer | None] = {}

    def load(self, environments: Iterable[str | None]) -> None:
        """Read these already. One that is broken is left out: its rendered files can be scanned all the same."""
        from xyztf.environment.inherit import load_merged

        for name in dict.fromkeys(environments):
            if name is not None and name not in self._layers:
                self._layers[name] = None
                with suppress(InvalidEnvironment):
                    self._layers[name] = load_merged(self._base / FOLDER, name, self._base)

    def traced(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings of these environments with the template's line and the value behind it; others as they are."""
        if not any(each.environment for each in findings):
            return list(findings)
        from xyztf.operations.trace import origin

        self.load(each.environment for each in findings)

        def of(finding: Finding) -> str | None:
            layer = self._layers.get(finding.environment or "")
            return origin(self._base / finding.location.file, finding.location.line, self._base / "templates", layer)

        return [replace(each, origin=of(each)) if each.environment else each for each in findings]
