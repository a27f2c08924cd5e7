"""All files of an environment, in memory: path below the project to content. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from xyztf.environment.model import Environment
from xyztf.errors import Location, Problem, TemplateError
from xyztf.render.context import module_context, stack_context
from xyztf.render.header import can_carry, with_header
from xyztf.render.interface import interface
from xyztf.render.layout import laid_out
from xyztf.render.package import archive
from xyztf.render.templates import SUFFIX, Templates
from xyztf.stacks.stack import ModuleCall, modules, stacks

HCL = (".tf", ".tfvars", ".hcl")
"""Files that are laid out, and whose templates print HCL."""

FUNCTIONS = "functions"
"""A module's folder whose own folders are Lambda functions: each is copied and packed."""

_laid_out = lru_cache(maxsize=1024)(laid_out)
"""Environments share many texts to the letter."""


def rendered(env: Environment, templates: Templates) -> dict[str, bytes]:
    """Every file of `env`. Raises TemplateError."""
    files: dict[str, bytes] = {}
    for call in modules(env):
        files |= _module(env, call, templates)
    for stack in stacks(env):
        target = f"environments/{env.name}/{stack.name}"
        context = stack_context(env, stack, templates)
        files |= _folder(f"stacks/{stack.kind}", target, context, templates, env)
    return files


def _module(env: Environment, call: ModuleCall, templates: Templates) -> dict[str, bytes]:
    source = f"modules/{call.name}"
    if not templates.files(source):
        raise TemplateError(
            Problem(
                f"module {call.name} has no templates (environment {env.name})",
                Location(f"environments/{env.name}.yaml"),
                f"put them into templates/{source}/: at least main.tf.j2",
            )
        )
    target = f"modules/{env.name}/{call.name}"
    files = _folder(source, target, module_context(env, call), templates, env)
    packages = _packages(files, f"{target}/{FUNCTIONS}/", source)
    return _without_unused(files | packages, packages, target)


def _folder(
    source: str, target: str, context: Mapping[str, Any], templates: Templates, env: Environment
) -> dict[str, bytes]:
    bodies: dict[str, str] = {}
    for name, path in sorted(templates.files(source).items(), key=lambda item: _readme_last(item[0])):
        output = name.removesuffix(SUFFIX)
        suffix = PurePosixPath(output).suffix
        _check_suffix(suffix, f"{source}/{name}")
        if not name.endswith(SUFFIX):
            body = templates.text(f"{source}/{name}", path)
        else:
            known = context if suffix in HCL else {**context, "interface": interface(bodies)}
            body = templates.render(f"{source}/{name}", known, f"environment {env.name}")
            if not body.strip():
                continue  # a template that says nothing for this environment gives no file
        bodies[name] = _laid_out(body) if suffix in HCL else body
    return {
        f"{target}/{name.removesuffix(SUFFIX)}": with_header(
            body, PurePosixPath(name.removesuffix(SUFFIX)).suffix, f"{source}/{name}", env.name
        )
        for name, body in bodies.items()
    }


def _check_suffix(suffix: str, name: str) -> None:
    """Raises TemplateError for a file that cannot carry the header, or in which no value could be printed safely."""
    if not can_carry(suffix):
        raise TemplateError(
            Problem("a file of this kind cannot carry the generated header", Location(f"templates/{name}"))
        )
    if name.endswith(SUFFIX) and suffix not in (*HCL, ".md"):
        raise TemplateError(
            Problem(
                f"xyztf prints values into HCL and Markdown; in a {suffix} file they could become code",
                Location(f"templates/{name}"),
                f"let the file go out as it is, without {SUFFIX}, and give it values through Terraform",
            )
        )


def _without_unused(files: dict[str, bytes], packages: Iterable[str], module: str) -> dict[str, bytes]:
    """`files` without the functions whose package the module's HCL does not name for this environment."""
    hcl = b"".join(content for path, content in files.items() if path.endswith(".tf"))
    unused = [path for path in packages if f'{path.removeprefix(f"{module}/")}"'.encode() not in hcl]
    folders = tuple(f"{path.removesuffix('.zip')}/" for path in unused)
    return {path: content for path, content in files.items() if path not in unused and not path.startswith(folders)}


def _readme_last(name: str) -> tuple[bool, str]:
    """Only when the .tf files are there can the README tell of their variables and outputs."""
    return not name.removesuffix(SUFFIX).endswith(".tf"), name


def _packages(files: Mapping[str, bytes], folder: str, source: str) -> dict[str, bytes]:
    """A zip archive beside each folder directly below `folder`, with the files in it."""
    functions: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        name, slash, member = path.removeprefix(folder).partition("/")
        if path.startswith(folder) and slash:
            functions.setdefault(name, {})[member] = content
    return {
        f"{folder}{name}.zip": archive(members, f"{source}/{FUNCTIONS}/{name}") for name, members in functions.items()
    }
