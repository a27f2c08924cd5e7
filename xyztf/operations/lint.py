"""Rules held against a project's stacks, or against any folders with Terraform in them."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date
from pathlib import Path

import xyztf
from xyztf.environment.load import FOLDER
from xyztf.errors import Location, Problem, UsageError
from xyztf.findings.apply import apply, review
from xyztf.findings.finding import Finding
from xyztf.findings.report import LookedAt, Report
from xyztf.findings.suppression import Suppression
from xyztf.findings.suppression_comments import SourceComment, read_comments
from xyztf.findings.suppression_file import FILE_NAME, read_suppressions
from xyztf.findings.suppression_rules import RULES as SUPPRESSION_RULES
from xyztf.hcl.configuration import called_folder, configuration
from xyztf.hcl.extent import extent_at
from xyztf.hcl.sources import Sources
from xyztf.hcl.syntax import File
from xyztf.operations.lint_cache import entry_for, keep, recall
from xyztf.project import Project
from xyztf.rules.describe import info
from xyztf.rules.own import FOLDER as OWN_FOLDER
from xyztf.rules.own import OwnRules, read_own
from xyztf.rules.registry import rules
from xyztf.rules.rule import Context, Rule, Stack
from xyztf.rules.run import READING, failed_rules, run
from xyztf.stacks.stack import stacks

NONE_OWN = OwnRules()
"""Of a project that has no rules of its own."""

_LETTERS = re.compile("[A-Z]*")


def own_rules(project: Path, paths: Sequence[Path] = (), given: Path | None = None) -> OwnRules:
    """The own rules of whoever lints: those in the folder `given`, or in `rules/` of the project in `project`.

    Paths outside of the project are not held against its rules. Executes Python from that folder. Raises UsageError
    where `given` has no rules, InvalidRules for rules that cannot be loaded.
    """
    if given is not None:
        found = read_own(given)
        if not found.rules:
            there = given.is_dir()
            message = "there are no rules in this folder" if there else "there is no such folder"
            raise UsageError(Problem(message, Location(str(given)), "rules are in its *.py: see docs/own-rules.md"))
        return found
    root = project.resolve()
    if not (root / FOLDER).is_dir() or not all(path.resolve().is_relative_to(root) for path in paths):
        return NONE_OWN
    return read_own(root / OWN_FOLDER)


def lint_project(
    project: Path, names: Sequence[str], chosen: Sequence[Rule], today: date, own: OwnRules = NONE_OWN
) -> Report:
    """The rendered stacks of the environments `names`, or of all. `own` are the own rules that `chosen` is from.

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
    return _lint(there.root, contexts, chosen, today, own)


def lint_paths(paths: Sequence[Path], chosen: Sequence[Rule], today: date, own: OwnRules = NONE_OWN) -> Report:
    """Any folders, and all below them that hold Terraform files. Raises UsageError where there is none."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise UsageError(*(Problem("there is no such folder", Location(str(path))) for path in missing))
    folders = [path if path.is_dir() else path.parent for path in paths]
    base = _base([folder.resolve() for folder in folders])
    sources = Sources(base, parser_in=cache_folder())
    found: list[str] = []
    for folder in folders:
        found += sources.folders(os.path.relpath(folder.resolve(), base).replace(os.sep, "/"))
    found = [folder.removeprefix("./") for folder in dict.fromkeys(found)]
    if not found:
        raise UsageError(Problem("there are no Terraform files here", Location(str(paths[0]))))
    called = {called_folder(folder, call) for folder in found for call in sources.module(folder).calls.values()}
    roots = [folder for folder in found if folder not in called] or found
    return _lint(base, {folder: Context(today) for folder in roots}, chosen, today, own, sources)


def cache_folder() -> Path | None:
    """Where the parser and results are kept: the user's cache; None where there can be none."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = Path(cache) / "xyztf"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    # Lark reads it by pickle: only what we alone can have written.
    status = folder.stat()
    return folder if status.st_uid == os.getuid() and not status.st_mode & 0o022 else None


def choose(select: Sequence[str], ignore: Sequence[str], own: OwnRules = NONE_OWN) -> list[Rule]:
    """The rules, ours and `own`, whose id begins with one of `select` (all, when empty) and with none of `ignore`.

    Raises UsageError for a text that no rule's id begins with.
    """
    known = _known(own)
    for prefix in (*select, *ignore):
        if not any(name.startswith(prefix) for name in known):
            raise UsageError(Problem(f"there is no rule {prefix}", hint="xyztf rules lists them"))
    return [
        rule
        for name, rule in known.items()
        if (not select or name.startswith(tuple(select))) and not name.startswith(tuple(ignore))
    ]


def _known(own: OwnRules) -> dict[str, Rule]:
    return {**rules(), **{rule.id: rule for rule in own.rules}}


def _is_known(name: str, known: Mapping[str, Rule]) -> bool:
    """Whether a suppression may name it. Of other letters are other tools' rules, and a project's that is not here."""
    if name in known or name in READING or name.startswith("XYZ"):
        return name in known or name in READING
    return "_" in name or _letters(name) not in {_letters(each) for each in known}


def _letters(name: str) -> str:
    found = _LETTERS.match(name)
    return found[0] if found else ""


def _lint(
    base: Path,
    contexts: Mapping[str, Context],
    chosen: Sequence[Rule],
    today: date,
    own: OwnRules,
    sources: Sources | None = None,
) -> Report:
    begun = time.monotonic()
    cache = cache_folder()
    sources = sources or Sources(base, parser_in=cache)
    entry = entry_for(cache, base, contexts, chosen, own.digest) if cache else None
    kept = recall(entry, sources) if entry else None
    if kept is None:
        read = [Stack(configuration(sources, folder), context) for folder, context in contexts.items()]
        folders = sorted({folder for stack in read for folder in stack.configuration.folders()})
        with redirect_stdout(sys.stderr):  # where what a project's rule prints spoils no format
            kept = run(chosen, read), folders
        if entry and not failed_rules(kept[0]):
            keep(entry, sources, folders, kept[0])
    findings, folders = kept
    named = [replace(each, environment=_environment(each, contexts)) for each in findings]
    suppressions, faults = _suppressions(base, sources, folders)
    ids = {rule.id for rule in chosen} - failed_rules(findings)
    known = _known(own)
    applied = apply(named, suppressions, today)
    files = {name for folder in folders for name in sources.names(folder)}
    reviewed = review(
        suppressions,
        applied,
        today,
        ran=lambda rule, suppression: rule in ids and _was_read(suppression, files, contexts),
        is_known=lambda rule: _is_known(rule, known),
        ids=list(known),
    )
    told = (*applied.remaining, *faults, *reviewed)
    return Report(
        tuple(_from_here(each, base) for each in told),
        tuple(replace(each, finding=_from_here(each.finding, base)) for each in applied.suppressed),
        LookedAt(len(files), len(folders), len(contexts), len(chosen), time.monotonic() - begun),
        {**SUPPRESSION_RULES, **READING, **{rule.id: info(rule) for rule in chosen}},
        {"xyztf": xyztf.__version__},
    )


def _suppressions(base: Path, sources: Sources, folders: Sequence[str]) -> tuple[list[Suppression], list[Finding]]:
    """Those beside blocks, and those in the project's file. Only files that name xyztf in a comment are parsed."""
    comments: list[SourceComment] = []
    read: dict[str, tuple[File, list[str]]] = {}
    for folder in folders:
        for name in sources.names(folder):
            if not sources.mentions(name, "xyztf:ignore"):
                continue
            file = sources.file(name)
            if file is not None:
                read[name] = file, sources.text(name).split("\n")
                comments += [SourceComment(name, each.line, each.text, each.alone) for each in file.comments]
    beside, faults = read_comments(comments, lambda file, line: extent_at(*read[file], line))
    return [*beside, *read_suppressions(base / FILE_NAME)], faults


def _was_read(suppression: Suppression, files: Collection[str], contexts: Mapping[str, Context]) -> bool:
    """Whether all was read that a suppression is about: else it may have its use where nobody looked."""
    environments = {context.environment for context in contexts.values()}
    if suppression.environments:
        return set(suppression.environments) <= environments
    return suppression.kind == "comment" or None in environments or len(environments) > 1


def _environment(finding: Finding, contexts: Mapping[str, Context]) -> str | None:
    context = contexts.get(finding.stack or "")
    if context is not None:
        return context.environment
    parts = finding.location.file.split("/")
    known = {context.environment for context in contexts.values()}
    return next((part for part in parts[1:2] if part in known), None)


def _base(folders: Sequence[Path]) -> Path:
    """A folder above all that may be called: the repository's, or the one above all of these."""
    common = Path(os.path.commonpath(folders))
    return next((each for each in (common, *common.parents) if (each / ".git").exists()), common)


def _from_here(finding: Finding, base: Path) -> Finding:
    """Its file as seen from where the user stands."""
    file = os.path.relpath(base / finding.location.file)
    return replace(finding, location=replace(finding.location, file=file))
