"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ProjectOption = Annotated[
    Path, typer.Option("--project", metavar="DIR", help="The project: the folder with environments/.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Override a value for this call. May be given more than once."),
]
EnvironmentsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="ENV", help="Environments. Default: all.", show_default=False)
]
EnvironmentArgument = Annotated[str, typer.Argument(metavar="ENV", help="The environment.")]
HERE = Path()
