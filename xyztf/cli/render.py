"""xyztf render"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xyztf.cli.options import HERE, EnvironmentsArgument, ProjectOption, SetOption
from xyztf.errors import ExitCode

if TYPE_CHECKING:
    from xyztf.project import Project
    from xyztf.render.project import Rendering


def command(
    environments: EnvironmentsArgument = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 when something would change.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show the changes as a unified diff; write nothing.")] = False,
    settings: SetOption = None,
    project: ProjectOption = HERE,
) -> int:
    """Render environments to modules/<env>/ and environments/<env>/.

    Files without xyztf's header are never touched; generated files that no longer belong are removed. Run it in the
    project's folder, or name that with --project: folders above are not searched.
    """
    from xyztf.project import Project
    from xyztf.render import stamp
    from xyztf.render.write import exclusive

    began = stamp.started()
    there = Project.at(project)
    names = environments or []
    if not (check or diff):
        with exclusive(there.root, _waiting):
            return _write(there, _rendering(there, names, settings or []))
    result = _rendering(there, names, settings or [])
    if diff:
        _show_diff(result)
    if not result.changes:
        _nothing(there, result, names, began, as_data=not diff, remember=not settings)
    elif check:
        _show_list(result, names, as_data=not diff)
        return ExitCode.FAILURE
    return ExitCode.OK


def _waiting() -> None:
    from xyztf.cli.output import say

    say("another xyztf render of this project is running: waiting for it")


def _rendering(project: Project, names: list[str], settings: list[str]) -> Rendering:
    from xyztf.cli.output import problems
    from xyztf.render.project import rendering

    loaded = project.load_all(project.selected(names), settings)
    for each in loaded:
        problems(each.notes, "note", "cyan")
    return rendering(project.root, [each.environment for each in loaded], whole=not names)


def _nothing(
    project: Project, result: Rendering, names: list[str], began: int, *, as_data: bool, remember: bool
) -> None:
    from xyztf.cli.output import data, say
    from xyztf.render import stamp
    from xyztf.render.inputs import watched
    from xyztf.render.outdated import as_rendered

    told = as_rendered(len(result.wanted))
    (data if as_data else say)(told)
    if remember:
        stamp.remember(str(project.root), names, watched(project.root), told, began)


def _show_list(result: Rendering, names: list[str], *, as_data: bool) -> None:
    """What would change. Below a diff the list is talk, so that stdout holds the diff alone."""
    from xyztf.cli.output import data, say

    for change in result.changes:
        edited = " (edited by hand)" if change.edited else ""
        (data if as_data else say)(f"would be {change.kind}: {change.path}{edited}")
    count = "1 file is" if len(result.changes) == 1 else f"{len(result.changes)} files are"
    say(f"{count} not as rendered: run xyztf render {' '.join(names)}".rstrip())


def _show_diff(result: Rendering) -> None:
    import sys

    from xyztf.cli.output import data, styled
    from xyztf.render.diff import unified

    styles = {"+++": "bold", "---": "bold", "@@ ": "cyan"}
    for line in unified(result.changes):
        style = styles.get(line[:3]) or {"+": "green", "-": "red"}.get(line[:1])
        data(styled(line, style, sys.stdout) if style else line)


def _write(project: Project, result: Rendering) -> int:
    from xyztf.cli.output import data, say
    from xyztf.render.write import apply

    kept = apply(project.root, result.changes)
    for change in result.changes:
        data(f"{change.kind}: {change.path}")
    for copy in kept:
        say(f"a generated file had been edited by hand: the edited version is kept as {copy}", "yellow")
    removed = sum(change.new is None for change in result.changes)
    data(f"{len(result.changes) - removed} written, {result.unchanged} unchanged, {removed} removed")
    return ExitCode.OK
