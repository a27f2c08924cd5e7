"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from xyztf.errors import Problem, UsageError

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
StackOption = Annotated[
    list[str] | None, typer.Option("--stack", metavar="STACK", help="Only this stack. May be given more than once.")
]
SandboxOption = Annotated[bool, typer.Option("--sandbox", help="Against the AWS emulator inside xyztf: no account.")]
ParallelOption = Annotated[int, typer.Option("--parallel", min=1, help="Stacks at once; each takes about 900 MB.")]
AllowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-destroy", metavar="ADDRESS", help="Let the guard pass this one. May be given more than once."
    ),
]
ConfirmOption = Annotated[
    str | None, typer.Option("--confirm", metavar="ENV", help="The environment's name, typed, for --allow-destroy.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


class Format(StrEnum):
    """How what a command tells is written."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="How to write it.")]


def check_format(wanted: str, formats: Sequence[str]) -> None:
    """Raises UsageError when `formats` lacks the one that is wanted."""
    if wanted not in formats:
        raise UsageError(Problem(f"there is no format {wanted}", hint=f"there are: {', '.join(formats)}"))


REPORT_FORMATS = ("text", "json", "sarif", "junit", "github")
ReportFormatOption = Annotated[str, typer.Option("--format", help="text, json, sarif, junit or github.")]
FailOnOption = Annotated[str, typer.Option("--fail-on", help="note, warning, error or never: exit 1 from here on.")]


def split_ids(given: list[str] | None) -> list[str]:
    """The ids of an option that may be given several times, and with commas between."""
    return [part.strip() for text in given or [] for part in text.split(",") if part.strip()]
