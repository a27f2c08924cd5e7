"""xyztf bootstrap"""

from __future__ import annotations

from xyztf.cli.options import HERE, EnvironmentArgument, ProjectOption, SandboxOption
from xyztf.errors import ExitCode


def command(environment: EnvironmentArgument, sandbox: SandboxOption = False, project: ProjectOption = HERE) -> int:
    """Make the buckets for the state: versioned, encrypted, closed, TLS only. Run twice, it changes nothing."""
    from xyztf.cli.output import data
    from xyztf.operations.scope import begin, state_buckets

    scope = begin(project, environment, sandbox=sandbox)
    for change in state_buckets(scope.root, scope.environment, scope.target) or ["nothing to change"]:
        data(change)
    return ExitCode.OK
