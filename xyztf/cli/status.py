"""xyztf status"""

from __future__ import annotations

import json

from xyztf.cli.options import HERE, EnvironmentArgument, Format, FormatOption, ProjectOption, SandboxOption
from xyztf.errors import ExitCode


def command(
    environment: EnvironmentArgument,
    sandbox: SandboxOption = False,
    output_format: FormatOption = Format.TEXT,
    project: ProjectOption = HERE,
) -> int:
    """Tell of each stack whether it is applied, locked, or has a plan that waits. Changes nothing."""
    from datetime import UTC, datetime

    from xyztf.cli.output import data, problems
    from xyztf.operations.status import as_data, as_text, status_of

    status = status_of(project, environment, sandbox=sandbox)
    if output_format is Format.JSON:
        data(json.dumps(as_data(status), indent=2))
    else:
        for line in as_text(status, datetime.now(UTC)):
            data(line)
    problems(status.problems)
    return ExitCode.FAILURE if status.problems else ExitCode.OK
