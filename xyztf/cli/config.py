"""xyztf config"""

from __future__ import annotations

from typing import Annotated

import typer

from xyztf.cli.options import HERE, EnvironmentArgument, ProjectOption, SetOption
from xyztf.errors import ExitCode

app = typer.Typer(no_args_is_help=True, help="Look at what the environment files say.")


@app.callback()
def _group() -> None:
    pass


@app.command("show")
def show(
    environment: EnvironmentArgument,
    provenance: Annotated[
        bool, typer.Option("--provenance", help="Show the file and line that each value comes from.")
    ] = False,
    settings: SetOption = None,
    project: ProjectOption = HERE,
) -> int:
    """Print an environment as xyztf sees it: files merged, defaults filled in, checked."""
    from xyztf.cli.output import problems
    from xyztf.environment.explain import as_yaml, origins
    from xyztf.project import Project

    there = Project.at(project)
    loaded = there.load(there.selected([environment])[0], settings or [])
    problems(loaded.notes, "note", "cyan")
    if not provenance:
        print(as_yaml(loaded), end="")
        return ExitCode.OK
    lines = [(f"{path}: {value}", origin) for path, value, origin in origins(loaded)]
    width = min(max((len(left) for left, _ in lines), default=0), 72)
    for left, origin in lines:
        print(f"{left:<{width}}  # {origin}")
    return ExitCode.OK
