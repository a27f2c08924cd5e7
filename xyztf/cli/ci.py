"""xyztf ci"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from xyztf.cli.options import HERE, EnvironmentsArgument, ProjectOption, check_format
from xyztf.errors import ExitCode

app = typer.Typer(no_args_is_help=True, help="For the project's CI: what a change touches, and a workflow.")

FORMATS = ("text", "json", "github")


@app.command("matrix")
def matrix(
    environments: EnvironmentsArgument = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--changed-since", metavar="REF", help="Only stacks that changed since HEAD left this commit or branch."
        ),
    ] = None,
    output_format: Annotated[
        str, typer.Option("--format", help="text, json, or github: lines for $GITHUB_OUTPUT.")
    ] = "text",
    project: ProjectOption = HERE,
) -> int:
    """Tell which stacks a change touches, for a CI that gives each a job. Without --changed-since, all stacks."""
    check_format(output_format, FORMATS)
    from xyztf.ci.matrix import as_data, as_outputs, as_text
    from xyztf.ci.touched import changes
    from xyztf.cli.output import data, say
    from xyztf.project import Project

    found = changes(Project.at(project), environments or [], since)
    if output_format == "json":
        data(json.dumps(as_data(found), indent=2))
    else:
        for line in as_outputs(found) if output_format == "github" else as_text(found):
            data(line)
    if output_format != "text":
        for gone in found.removed:
            say(f"{gone.environment}/{gone.stack} is no longer described: its resources stay until they are destroyed")
    return ExitCode.OK


@app.command("github")
def github(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Default: .github/workflows/xyztf.yml of the repository.", show_default=False
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 when the workflow would change.")
    ] = False,
    branch: Annotated[str, typer.Option("--branch", help="The branch whose commits are applied.")] = "main",
    requirements: Annotated[
        str, typer.Option("--requirements", metavar="FILE", help="What pip installs: names xyztf and its version.")
    ] = "requirements.txt",
    python: Annotated[str, typer.Option("--python", metavar="VERSION", help="Python for xyztf.")] = "3.11",
    terraform: Annotated[
        str | None,
        typer.Option("--terraform", metavar="VERSION", help="Default: the one that xyztf pins.", show_default=False),
    ] = None,
    project: ProjectOption = HERE,
) -> int:
    """Write a GitHub Actions workflow: checks and plans on pull requests, applies on merge, by the environments."""
    from xyztf.ci.workflow import Settings, workflow
    from xyztf.ci.write import Place, state_of, write
    from xyztf.cli.output import data, say
    from xyztf.project import Project

    there = Project.at(project)
    place = Place.of(there.root, out)
    settings = Settings(branch, requirements, python, terraform, place.named)
    text = workflow(there, settings, place.folder)
    state = state_of(place, text)
    if check:
        data(f"{place.shown}: {state.value}")
        if not state.is_current:
            say(f"run {settings.command}")
            return ExitCode.FAILURE
    elif state.is_current:
        data(f"unchanged: {place.shown}")
    else:
        write(place, text)
        data(f"{'added' if state.is_missing else 'changed'}: {place.shown}")
    return ExitCode.OK
