"""Rules held against a project's stacks, or against any folders with Terraform in them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date
from pathlib import Path

import xyztf
from xyztf.environment import FOLDER
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
from xyztf.operations.choice import NONE_OWN, is_known, known
from xyztf.operations.lint_cache import Kept, entry_for, keep, recall
from xyztf.rules.describe import info
from xyztf.rules.own import OwnRules
from xyztf.rules.rule import Context, Rule, Stack
from xyztf.rules.run import READING, failed_rules, run


def lint_project(
    project: Path, names: Sequence[str], chosen: Sequence[Rule], today: date, own: OwnRules = NONE_OWN
) -> Report:
    """The rendered stacks of the environments `names`, or of all. `own` are the own rules that `chosen` is from.

    Raises UsageError for an environment that is not there, or where nothing is rendered, InvalidEnvironment for one
    that cannot be read.
    """
    # Any folder can be looked at without these, which bring the environment's model: 0.2 s.
    from xyztf.project import Project
    from xyztf.stacks.stack import stacks

    there = Project.at(project)
    contexts: dict[str, Context] = {}
    for loaded in there.load_all(there.selected(names)):
        env = loaded.environment
        off = frozenset(name for name, alarm in env.alarms.items() if not alarm.enabled)
        for stack in stacks(env):
            folder = f"{FOLDER}/{env.name}/{stack.name}"
            if (there.root / folder).is_dir():
                contexts[folder] = Context(today, env.name, env.protected, stack.region, off)
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
    return _lint(base, {folder: Context(today) for folder in found}, chosen, today, own, sources, all_are_roots=False)


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


def _lint(
    base: Path,
    asked: Mapping[str, Context],
    chosen: Sequence[Rule],
    today: date,
    own: OwnRules,
    sources: Sources | None = None,
    *,
    all_are_roots: bool = True,
) -> Report:
    """The folders `asked`, each as a root module; or else those of them that no other calls."""
    begun = time.monotonic()
    cache = cache_folder()
    sources = sources or Sources(base, parser_in=cache)
    entry = entry_for(cache, base, asked, chosen, own.digest) if cache else None
    kept = recall(entry, sources) if entry else None
    if kept is None:
        with redirect_stdout(sys.stderr):  # where what a project's rule prints spoils no format
            kept = _run(sources, asked, chosen, all_are_roots)
        if entry and not failed_rules(kept.findings):
            keep(entry, sources, kept)
    findings, folders, contexts = kept.findings, kept.folders, {root: asked[root] for root in kept.roots}
    named = [replace(each, environment=_environment(each, contexts)) for each in findings]
    suppressions, faults = _suppressions(base, sources, folders)
    ids = {rule.id for rule in chosen} - failed_rules(findings)
    there = known(own)
    applied = apply(named, suppressions, today)
    files = {name for folder in folders for name in sources.names(folder)}
    reviewed = review(
        suppressions,
        applied,
        today,
        ran=lambda rule, suppression: rule in ids and _was_read(suppression, files, contexts),
        is_known=lambda rule: is_known(rule, there),
        ids=list(there),
    )
    told = (*applied.remaining, *faults, *reviewed)
    return Report(
        tuple(_from_here(each, base) for each in told),
        tuple(replace(each, finding=_from_here(each.finding, base)) for each in applied.suppressed),
        LookedAt(len(files), len(folders), len(contexts), len(chosen), time.monotonic() - begun),
        {**SUPPRESSION_RULES, **READING, **{rule.id: info(rule) for rule in chosen}},
        {"xyztf": xyztf.__version__},
    )


def _run(sources: Sources, asked: Mapping[str, Context], chosen: Sequence[Rule], all_are_roots: bool) -> Kept:
    calls = _read(sources, asked)
    called = {each for folder in asked for each in calls[folder]}
    roots = [folder for folder in asked if all_are_roots or folder not in called] or list(asked)
    stacks = [Stack(configuration(sources, folder), asked[folder]) for folder in roots]
    folders = sorted({folder for stack in stacks for folder in stack.configuration.folders()})
    return Kept(run(chosen, stacks), folders, roots)


def _read(sources: Sources, folders: Iterable[str]) -> dict[str, set[str]]:
    """What each of these folders calls, and each of those: read level by level, so that much is parsed at once."""
    calls: dict[str, set[str]] = {}
    waiting = list(folders)
    while waiting:
        sources.read_ahead(waiting)
        for folder in waiting:
            found = (called_folder(folder, call) for call in sources.module(folder).calls.values())
            calls[folder] = {each for each in found if each is not None}
        waiting = sorted({each for called in calls.values() for each in called} - calls.keys())
    return calls


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
