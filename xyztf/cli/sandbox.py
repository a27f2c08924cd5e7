"""xyztf sandbox"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xyztf.cli.options import HERE, EnvironmentArgument, ProjectOption
from xyztf.errors import ExitCode, Problem, UsageError

if TYPE_CHECKING:
    from xyztf.environment.model import Environment
    from xyztf.sandbox.state import Place

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The file.")]

app = typer.Typer(no_args_is_help=True, help="The AWS emulator inside xyztf: one for each environment, on loopback.")


@app.command("start")
def start(environment: EnvironmentArgument, project: ProjectOption = HERE) -> int:
    """Start the emulator of an environment, with what there was when it was last stopped."""
    from xyztf.cli.output import data
    from xyztf.sandbox import server

    running = server.start(_place(project, environment), _loaded(project, environment).account_id)
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
    """Say whether the emulator runs, where, and with which outages. Exits with 1 when it does not run."""
    from xyztf.cli.output import data
    from xyztf.sandbox import outage, server

    place = _place(project, environment)
    running = server.find(place)
    data(f"runs at {running.endpoint} since {running.record.started}" if running else "does not run")
    for region in outage.out_of_reach(place):
        data(f"outage of {region}")
    return ExitCode.OK if running else ExitCode.FAILURE


@app.command("reset")
def reset(environment: EnvironmentArgument, project: ProjectOption = HERE) -> int:
    """End the emulator and forget everything in it, the state of Terraform too."""
    from xyztf.cli.output import say
    from xyztf.sandbox import server

    server.reset(_place(project, environment))
    say("reset")
    return ExitCode.OK


@app.command("outage")
def outage(
    environment: EnvironmentArgument,
    regions: Annotated[
        list[str] | None, typer.Argument(metavar="REGION", help="Regions of the environment.", show_default=False)
    ] = None,
    end: Annotated[bool, typer.Option("--end", help="Bring the regions back; without any, all of them.")] = False,
    project: ProjectOption = HERE,
) -> int:
    """Put regions out of reach, as if AWS had an outage there; without any, say which ones are.

    It lasts over restarts, until it is ended or the emulator is reset.
    """
    from xyztf.cli.output import data
    from xyztf.sandbox import outage as outages

    place = _place(project, environment)
    known = _loaded(project, environment).regions
    if unknown := [region for region in regions or [] if region not in known]:
        raise UsageError(
            Problem(f"{environment} has no region {', '.join(unknown)}", hint=f"it has: {', '.join(known)}")
        )
    if end:
        outages.end(place, regions or [])
    elif regions:
        outages.begin(place, regions)
    for line in [f"outage of {region}" for region in outages.out_of_reach(place)] or ["no outage"]:
        data(line)
    return ExitCode.OK


@app.command("save")
def save(environment: EnvironmentArgument, file: FileArgument, project: ProjectOption = HERE) -> int:
    """Write everything in the emulator, Terraform's state too, into a file that restore takes."""
    from xyztf.cli.output import say
    from xyztf.sandbox import server

    server.save_to(_place(project, environment), file)
    say(f"saved: {file}")
    return ExitCode.OK


@app.command("restore")
def restore(environment: EnvironmentArgument, file: FileArgument, project: ProjectOption = HERE) -> int:
    """Start the emulator with what save wrote, instead of what is in it. Take files of people you trust alone."""
    from xyztf.cli.output import data
    from xyztf.sandbox import server

    running = server.restore(_place(project, environment), file, _loaded(project, environment).account_id)
    data(running.endpoint)
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


def _loaded(project: Path, environment: str) -> Environment:
    from xyztf.project import Project

    there = Project.at(project)
    return there.load(there.selected([environment])[0]).environment


def _place(project: Path, environment: str) -> Place:
    from xyztf.project import Project
    from xyztf.sandbox.state import Place

    there = Project.at(project)
    return Place.of(there.root, there.selected([environment])[0])
