"""xyztf sandbox"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from xyztf.cli.options import HERE, EnvironmentArgument, ProjectOption
from xyztf.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from xyztf.sandbox.state import Place

app = typer.Typer(no_args_is_help=True, help="The AWS emulator inside xyztf: one for each environment, on loopback.")


@app.command("start")
def start(environment: EnvironmentArgument, project: ProjectOption = HERE) -> int:
    """Start the emulator of an environment, with what there was when it was last stopped."""
    from xyztf.cli.output import data
    from xyztf.project import Project
    from xyztf.sandbox import server

    there = Project.at(project)
    loaded = there.load(there.selected([environment])[0])
    running = server.start(_place(project, environment), loaded.environment.account_id)
    data(running.endpoint)
    return ExitCode.OK


@app.command("stop")
def stop(environment: EnvironmentArgument, project: ProjectOption = HERE) -> int:
    """Stop the emulator; what there is comes back with the next start."""
    from xyztf.cli.output import say
    from xyztf.sandbox import server

    say("stopped" if server.stop(_place(project, environment)) else "it does not run")
    return ExitCode.OK


@app.command("status")
def status(environment: EnvironmentArgument, project: ProjectOption = HERE) -> int:
    """Say whether the emulator runs, and where. Exits with 1 when it does not."""
    from xyztf.cli.output import data
    from xyztf.sandbox import server

    running = server.find(_place(project, environment))
    data(f"runs at {running.endpoint} since {running.record.started}" if running else "does not run")
    return ExitCode.OK if running else ExitCode.FAILURE


@app.command("reset")
def reset(environment: EnvironmentArgument, project: ProjectOption = HERE) -> int:
    """End the emulator and forget everything in it, the state of Terraform too."""
    from xyztf.cli.output import say
    from xyztf.sandbox import server

    server.reset(_place(project, environment))
    say("reset")
    return ExitCode.OK


@app.command("logs")
def logs(
    environment: EnvironmentArgument,
    unsupported: Annotated[
        bool, typer.Option("--unsupported", help="Only the calls that the emulator does not support, as JSON lines.")
    ] = False,
    project: ProjectOption = HERE,
) -> int:
    """Print the emulator's log."""
    from xyztf.cli.output import data
    from xyztf.sandbox import server

    place = _place(project, environment)
    if unsupported:
        for call in server.unsupported(place):
            data(json.dumps(call))
    elif place.log.is_file():
        data(place.log.read_text("utf-8", "replace").rstrip("\n"))
    return ExitCode.OK


def _place(project: Path, environment: str) -> Place:
    from xyztf.project import Project
    from xyztf.sandbox.state import Place

    there = Project.at(project)
    return Place.of(there.root, there.selected([environment])[0])
