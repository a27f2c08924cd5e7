"""Rules held against a project's stacks, or against any folders with Terraform in them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
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
from xyztf.findings.suppression_rules import RULES as SUPPRESSION_RULES
from xyztf.hcl.configuration import called_folder, configuration
from xyztf.hcl.sources import Sources
from xyztf.operations.choice import NONE_OWN, is_known, known
from xyztf.operations.lint_cache import Kept, entry_for, keep, recall
from xyztf.operations.suppressed import common_base, from_here, suppressions, was_read
from xyztf.private import user_cache
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
    root, contexts = project.resolve(), contexts_of(project, names, today)
    if not contexts:
        which = f" {names[0]}" if len(names) == 1 else ""
        raise UsageError(Problem("nothing is rendered yet", Location(FOLDER), f"xyztf render{which}"))
    return lint_roots(root, contexts, chosen, today, own)


def contexts_of(project: Path, names: Sequence[str], today: date) -> dict[str, Context]:
    """What is known of the stacks of the environments `names`, or of all, by their folders; of those that are rendered.

    Raises UsageError for an environment that is not there, InvalidEnvironment for one that cannot be read.
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
    return contexts


def lint_paths(paths: Sequence[Path], chosen: Sequence[Rule], today: date, own: OwnRules = NONE_OWN) -> Report:
    """Any folders, and all below them that hold Terraform files. Raises UsageError where there is none."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise UsageError(*(Problem("there is no such folder", Location(str(path))) for path in missing))
    folders = [path if path.is_dir() else path.parent for path in paths]
    base = common_base([folder.resolve() for folder in folders])
    sources = Sources(base, parser_in=user_cache())
    found: list[str] = []
    for folder in folders:
        found += sources.folders(os.path.relpath(folder.resolve(), base).replace(os.sep, "/"))
    found = [folder.removeprefix("./") for folder in dict.fromkeys(found)]
    if not found:
        raise UsageError(Problem("there are no Terraform files here", Location(str(paths[0]))))
    return lint_roots(
        base, {folder: Context(today) for folder in found}, chosen, today, own, sources, all_are_roots=False
    )


def lint_roots(
    base: Path,
    asked: Mapping[str, Context],
    chosen: Sequence[Rule],
    today: date,
    own: OwnRules,
    sources: Sources | None = None,
    *,
    all_are_roots: bool = True,
) -> Report:
    """The folders `asked` (below `base`), each as a root module; or else those of them that no other calls."""
    begun = time.monotonic()
    sources = sources or Sources(base, parser_in=user_cache())
    kept = found_in(sources, asked, chosen, own, all_are_roots=all_are_roots)
    findings, folders, contexts = kept.findings, kept.folders, {root: asked[root] for root in kept.roots}
    files = list(dict.fromkeys(name for folder in folders for name in sources.names(folder)))
    written, faults = suppressions(base, files, user_cache())
    ids = {rule.id for rule in chosen} - failed_rules(findings)
    there = known(own)
    applied = apply(findings, written, today)
    environments = [context.environment for context in contexts.values()]
    reviewed = review(
        written,
        applied,
        today,
        ran=lambda rule, suppression: rule in ids and was_read(suppression, environments),
        is_known=lambda rule: is_known(rule, there),
        ids=list(there),
    )
    told = (*applied.remaining, *faults, *reviewed)
    return Report(
        tuple(from_here(each, base) for each in told),
        tuple(replace(each, finding=from_here(each.finding, base)) for each in applied.suppressed),
        LookedAt(len(files), len(folders), len(contexts), len(chosen), time.monotonic() - begun),
        {**SUPPRESSION_RULES, **READING, **{rule.id: info(rule) for rule in chosen}},
        {"xyztf": xyztf.__version__},
    )


def found_in(
    sources: Sources,
    asked: Mapping[str, Context],
    chosen: Sequence[Rule],
    own: OwnRules = NONE_OWN,
    *,
    all_are_roots: bool = True,
) -> Kept:
    """What the rules find in these folders, with nothing suppressed: as it was kept, or worked out."""
    cache = user_cache()
    entry = entry_for(cache, sources.base, asked, chosen, own.digest) if cache else None
    kept = recall(entry, sources) if entry else None
    if kept is None:
        with redirect_stdout(sys.stderr):  # where what a project's rule prints spoils no format
            kept = _run(sources, asked, chosen, all_are_roots)
        if entry and not failed_rules(kept.findings):
            keep(entry, sources, kept)
    contexts = {root: asked[root] for root in kept.roots}
    named = [replace(each, environment=_environment(each, contexts)) for each in kept.findings]
    return replace(kept, findings=named)


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


def _environment(finding: Finding, contexts: Mapping[str, Context]) -> str | None:
    context = contexts.get(finding.stack or "")
    if context is not None:
        return context.environment
    parts = finding.location.file.split("/")
    known = {context.environment for context in contexts.values()}
    return next((part for part in parts[1:2] if part in known), None)
