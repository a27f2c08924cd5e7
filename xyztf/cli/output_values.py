"""xyztf output"""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from xyztf.cli.options import (
    HERE,
    EnvironmentArgument,
    ParallelOption,
    ProjectOption,
    SandboxOption,
    StackOption,
    check_format,
)
from xyztf.errors import ExitCode

FORMATS = ("text", "json")


def command(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    sandbox: SandboxOption = False,
    output_format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    parallel: ParallelOption = 2,
    project: ProjectOption = HERE,
) -> int:
    """Print what the applied stacks give out: endpoints, names, ARNs."""
    check_format(output_format, FORMATS)
    from xyztf.cli.output import data
    from xyztf.cli.table import lines, width_of
    from xyztf.operations.inventory import Section, values
    from xyztf.operations.scope import begin

    found = values(begin(project, environment, stack or [], sandbox=sandbox), parallel)
    if output_format == "json":
        data(json.dumps(found, indent=2))
        return ExitCode.OK
    sections = [
        Section(name, tuple((key, _items(value)) for key, value in outputs.items()) or (("no outputs", ("",)),))
        for name, outputs in found.items()
    ]
    for line in lines(sections, width_of(sys.stdout)):
        data(line)
    return ExitCode.OK


def _items(value: object) -> tuple[str, ...]:
    """An output as values that can be copied one by one."""
    if isinstance(value, dict) and value:
        return tuple(f"{key} = {_item(each)}" for key, each in value.items())
    if isinstance(value, list) and value:
        return tuple(map(_item, value))
    return (_item(value),)


def _item(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
