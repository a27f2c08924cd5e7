"""xyztf output"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from xyztf.cli.options import HERE, EnvironmentArgument, ProjectOption, SandboxOption, StackOption
from xyztf.errors import ExitCode

if TYPE_CHECKING:
    from xyztf.operations.scope import Scope


def command(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    sandbox: SandboxOption = False,
    output_format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    project: ProjectOption = HERE,
) -> int:
    """Print what the applied stacks give out: endpoints, names, ARNs."""
    from xyztf.operations.scope import begin

    print_outputs(begin(project, environment, stack or [], sandbox=sandbox), output_format)
    return ExitCode.OK


def print_outputs(scope: Scope, output_format: str) -> None:
    """Print the outputs of the scope's stacks, as text or json."""
    from xyztf.cli.output import data
    from xyztf.terraform.apply import outputs

    found = {stack.name: outputs(scope.workspace(stack.name)) for stack in scope.stacks}
    if output_format == "json":
        data(json.dumps(found, indent=2))
        return
    for name, values in found.items():
        data(f"{name}:")
        for key, value in values.items():
            shown = value if isinstance(value, str) else json.dumps(value)
            data(f"  {key:<32} {shown}")
