"""xyztf validate"""

from __future__ import annotations

from typing import Annotated

import typer

from xyztf.cli.options import HERE, EnvironmentsArgument, ParallelOption, ProjectOption, StackOption
from xyztf.errors import ExitCode


def command(
    environments: EnvironmentsArgument = None,
    stack: StackOption = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="See also that the sandbox would run them: that nothing leads past it.")
    ] = False,
    parallel: ParallelOption = 2,
    project: ProjectOption = HERE,
) -> int:
    """Let Terraform validate the rendered stacks. Needs no AWS account; leaves nothing behind in the project."""
    from xyztf.cli.output import problems, say
    from xyztf.errors import Problem, UsageError
    from xyztf.project import Project
    from xyztf.render.outdated import outdated
    from xyztf.stacks.stack import stacks
    from xyztf.terraform.binary import find_binary
    from xyztf.terraform.validate import validate

    there = Project.at(project)
    loaded = there.load_all(there.selected(environments or []))
    if changed := sum(outdated(there.root, each.environment) for each in loaded):
        problems([Problem(f"{changed} files are not as rendered", hint="run xyztf render first")])
        return ExitCode.FAILURE
    known = [(each.environment.name, each_stack.name) for each in loaded for each_stack in stacks(each.environment)]
    chosen = [pair for pair in known if not stack or pair[1] in stack]
    if unknown := set(stack or []) - {name for _, name in known}:
        names = ", ".join(dict.fromkeys(name for _, name in known))
        raise UsageError(Problem(f"there is no stack {', '.join(sorted(unknown))}", hint=f"there are: {names}"))

    def done(environment: str, name: str, found: list[Problem]) -> None:
        print(f"{environment}/{name}: {'valid' if not found else f'{len(found)} problems'}", flush=True)

    binary = find_binary()
    say(f"validating {len(chosen)} stacks with Terraform {binary.version}")
    found = validate(there.root, chosen, binary, done, parallel)
    if sandbox:
        from xyztf.sandbox.preflight import in_files

        folders = [there.root / "environments" / environment / name for environment, name in chosen]
        found += dict.fromkeys(problem for folder in folders for problem in in_files(folder, there.root))
    problems(found)
    return ExitCode.FAILURE if found else ExitCode.OK
