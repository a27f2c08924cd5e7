"""xyztf doctor"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from xyztf.cli.options import HERE, Format, FormatOption, ProjectOption, SandboxOption
from xyztf.errors import ExitCode

if TYPE_CHECKING:
    from xyztf.operations.doctor.finding import Finding

STYLES = {"ok": "green", "not known": "dim", "warning": "yellow", "problem": "red"}


def command(
    environment: Annotated[
        str | None, typer.Argument(metavar="ENV", help="The environment. Default: what needs none.")
    ] = None,
    sandbox: SandboxOption = False,
    output_format: FormatOption = Format.TEXT,
    project: ProjectOption = HERE,
) -> int:
    """Look at what must be right before Terraform can work, and say what to do about what is not."""
    from dataclasses import asdict

    from xyztf.cli.output import data
    from xyztf.operations.doctor.examine import examine
    from xyztf.operations.doctor.finding import Verdict

    found = examine(project, environment, sandbox=sandbox)
    if output_format is Format.JSON:
        data(json.dumps({"environment": environment, "findings": [asdict(each) for each in found]}, indent=2))
    else:
        for each in found:
            _print(each)
    return ExitCode.FAILURE if any(each.verdict is Verdict.PROBLEM for each in found) else ExitCode.OK


def _print(found: Finding) -> None:
    from xyztf.cli.output import data, styled

    verdict = styled(f"{found.verdict.value:<9}", STYLES[found.verdict], sys.stdout)
    data(f"{verdict}  {found.name}: {found.says}")
    if found.hint:
        data(styled(f"{'':<9}    {found.hint}", "dim", sys.stdout))
