"""Rules held against a project's stacks, or against any folders with Terraform in them."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from xyztf.environment.load import FOLDER
from xyztf.errors import Location, Problem, UsageError
from xyztf.findings.finding import Finding
from xyztf.hcl.configuration import called_folder, configuration
from xyztf.hcl.sources import Sources
from xyztf.project import Project
from xyztf.rules.registry import rules
from xyztf.rules.rule import Context, Rule, Stack
from xyztf.rules.run import run
from xyztf.stacks.stack import stacks


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found, and what was looked at. `seconds` is how long it took."""

    findings: tuple[Finding, ...]
    files: int
    stacks: int
    rules: int
    seconds: float


def lint_project(project: Path, names: Sequence[str], chosen: Sequence[Rule], today: date) -> Linted:
    """The rendered stacks of the environments `names`, or of all.

    Raises UsageError for an environment that is not there, or where nothing is rendered, InvalidEnvironment for one
    that cannot be read.
    """
    there = Project.at(project)
    contexts: dict[str, Context] = {}
    for loaded in there.load_all(there.selected(names)):
        env = loaded.environment
        for stack in stacks(env):
            folder = f"{FOLDER}/{env.name}/{stack.name}"
            if (there.root / folder).is_dir():
                contexts[folder] = Context(today, env.name, env.protected, stack.region)
    if not contexts:
        which = f" {names[0]}" if len(names) == 1 else ""
        raise UsageError(Problem("nothing is rendered yet", Location(FOLDER), f"xyztf render{which}"))
    return _lint(there.root, contexts, chosen)


def lint_paths(paths: Sequence[Path], chosen: Sequence[Rule], today: date) -> Linted:
    """Any folders, and all below them that hold Terraform files. Raises UsageError where there is none."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise UsageError(*(Problem("there is no such folder", Location(str(path))) for path in missing))
    folders = [path if path.is_dir() else path.parent for path in paths]
    base = _base([folder.resolve() for folder in folders])
    sources = Sources(base, parser_in=parser_folder())
    found: list[str] = []
    for folder in folders:
        found += sources.folders(os.path.relpath(folder.resolve(), base).replace(os.sep, "/"))
    found = [folder.removeprefix("./") for folder in dict.fromkeys(found)]
    if not found:
        raise UsageError(Problem("there are no Terraform files here", Location(str(paths[0]))))
    called = {called_folder(folder, call) for folder in found for call in sources.module(folder).calls.values()}
    roots = [folder for folder in found if folder not in called] or found
    return _lint(base, {folder: Context(today) for folder in roots}, chosen, sources)


def parser_folder() -> Path | None:
    """Where the parser itself is kept: the user's cache; None where there can be none."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = Path(cache) / "xyztf"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    # Lark reads it by pickle: only what we alone can have written.
    status = folder.stat()
    return folder if status.st_uid == os.getuid() and not status.st_mode & 0o022 else None


def choose(select: Sequence[str], ignore: Sequence[str]) -> list[Rule]:
    """The rules whose id begins with one of `select` (all, when empty) and with none of `ignore`.

    Raises UsageError for a text that no rule's id begins with.
    """
    known = rules()
    for prefix in (*select, *ignore):
        if not any(name.startswith(prefix) for name in known):
            raise UsageError(Problem(f"there is no rule {prefix}", hint="xyztf rules lists them"))
    return [
        rule
        for name, rule in known.items()
        if (not select or name.startswith(tuple(select))) and not name.startswith(tuple(ignore))
    ]


def _lint(
    base: Path, contexts: Mapping[str, Context], chosen: Sequence[Rule], sources: Sources | None = None
) -> Linted:
    begun = time.monotonic()
    sources = sources or Sources(base, parser_in=parser_folder())
    read = [Stack(configuration(sources, folder), context) for folder, context in contexts.items()]
    findings = run(chosen, read)
    folders = {folder for stack in read for folder in stack.configuration.folders()}
    files = sum(len(sources.names(folder)) for folder in folders)
    shown = tuple(_from_here(finding, base) for finding in findings)
    return Linted(shown, files, len(read), len(chosen), time.monotonic() - begun)


def _base(folders: Sequence[Path]) -> Path:
    """A folder above all that may be called: the repository's, or the one above all of these."""
    common = Path(os.path.commonpath(folders))
    return next((each for each in (common, *common.parents) if (each / ".git").exists()), common)


def _from_here(finding: Finding, base: Path) -> Finding:
    """Its file as seen from where the user stands."""
    file = os.path.relpath(base / finding.location.file)
    return replace(finding, location=replace(finding.location, file=file))
