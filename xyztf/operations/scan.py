"""checkov over a project's stacks, or over any root modules, with what is suppressed taken out."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache as cache_of
from pathlib import Path

import xyztf
from xyztf.environment import FOLDER
from xyztf.errors import Location, Problem, UsageError
from xyztf.findings.apply import apply, review
from xyztf.findings.finding import Finding
from xyztf.findings.report import LookedAt, Report
from xyztf.findings.rule_info import RuleInfo
from xyztf.findings.suppression import Suppressed
from xyztf.findings.suppression_file import FILE_NAME
from xyztf.findings.suppression_rules import RULES as SUPPRESSION_RULES
from xyztf.operations.origins import Origins
from xyztf.operations.security import found_by_rules, security_rules
from xyztf.operations.suppressed import common_base, from_here, suppressions, was_read
from xyztf.private import user_cache
from xyztf.rules.describe import info as rule_info
from xyztf.scan.cache import verdicts
from xyztf.scan.checks import info
from xyztf.scan.doubles import without_doubles
from xyztf.scan.records import found
from xyztf.scan.roots import folders_below, reached, roots_below
from xyztf.scan.run import Answer


@dataclass(frozen=True, slots=True)
class Chosen:
    """Root modules to scan: their paths below `base`, each with its environment, if it has one.

    `whole` unless some were left out as unchanged. `within` are the folders in which they were looked for.
    """

    base: Path
    roots: Mapping[str, str | None]
    whole: bool = True
    within: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """A file of findings that are accepted for now; `write` it anew instead of reading it."""

    path: Path
    write: bool = False


def choose(project: Path, asked: Sequence[str]) -> Chosen:
    """The root modules that are asked for, by names of environments and paths of folders; none: all environments.

    Raises UsageError for what is neither, and where there is nothing to scan.
    """
    known = environments(project)
    names = [each for each in asked if each in known] if asked else known
    paths = [Path(each) for each in asked if each not in known]
    if unknown := [path for path in paths if not path.exists()]:
        raise UsageError(*(_unknown(str(path), known) for path in unknown))
    if not names and not paths:
        hint = "go to the project's folder, or name it with --project, or name folders with Terraform"
        raise UsageError(Problem(f"no project here: there is no folder {FOLDER}/", Location(str(project)), hint))
    folders = [path.resolve() if path.is_dir() else path.resolve().parent for path in paths]
    base = project.resolve() if names else common_base(folders)
    roots: dict[str, str | None] = {}
    for name in names:
        below = sorted({path.parent for path in (base / FOLDER / name).glob("*/*.tf")})
        if not below:
            raise UsageError(Problem(f"{name} is not rendered yet", Location(FOLDER), f"xyztf render {name}"))
        roots |= {_relative(path, base): name for path in below}
    for folder in folders:
        below_folder = roots_below(str(folder))
        if not below_folder:
            raise UsageError(Problem("there are no Terraform files here", Location(os.path.relpath(folder))))
        roots |= {_relative(Path(root), base): _environment(Path(root), base) for root in below_folder}
    return Chosen(base, roots, within=tuple(folders))


def environments(project: Path) -> list[str]:
    """The names of the project's environments; none where there is no project.

    By the files' names alone: reading them would take longer than all else when nothing has changed.
    """
    try:
        names = sorted(entry.name for entry in os.scandir(project / FOLDER) if entry.name.endswith(".yaml"))
    except OSError:
        return []
    return [name.removesuffix(".yaml") for name in names if not name.startswith(("_", "."))]


def only_changed(chosen: Chosen) -> Chosen:
    """Those of the roots that differ from what is committed. Raises XyztfError without git."""
    from xyztf.operations.changed import touched

    roots = touched(chosen.base, chosen.roots)
    return replace(chosen, roots=roots, whole=len(roots) == len(chosen.roots))


def scan(
    chosen: Chosen, select: Sequence[str], ignore: Sequence[str], today: date, baseline: Baseline | None = None
) -> tuple[Report, list[str]]:
    """What checkov finds in root modules, by checks whose id begins with one of `select` and none of `ignore`; and the
    paths of all that this hangs on, relative to the base or absolute.

    Raises ScanFailed where there is no verdict on all of them, UsageError for a text that no check's id begins with,
    XyztfError for a file of suppressions or a baseline that cannot be read.
    """
    began = time.monotonic()
    base, cache = chosen.base, user_cache()
    if not chosen.roots:
        return Report(looked_at=LookedAt(seconds=time.monotonic() - began)), []
    origins = Origins(base)
    rules = [rule for name, rule in security_rules().items() if _is_selected(name, select, ignore)]
    by_rules = cache_of(lambda: found_by_rules(base, chosen.roots, rules, today))
    roots = [base / root for root in chosen.roots]

    def meanwhile() -> None:
        origins.load(chosen.roots.values())
        by_rules()

    answer = verdicts(roots, Path.cwd(), cache, meanwhile)
    ids = _selected([*answer.checks, *security_rules()], select, ignore)
    told = found(answer.roots, answer.checks, answer.version, base)
    findings = [_placed(each, chosen, base) for each in told.failed if each.rule in ids]
    ours = by_rules()
    folders = _folders(chosen)
    read = [_relative(Path(path, name), base) for path, names in folders.items() for name in names]
    written, faults = suppressions(base, read, cache)
    applied = apply([*findings, *ours], written, today)
    reviewed = review(
        written,
        applied,
        today,
        ran=lambda rule, suppression: (
            rule in ids
            and was_read(suppression, list(chosen.roots.values()))
            and (chosen.whole or suppression.kind == "comment")
        ),
        is_known=lambda rule: not rule.startswith(("CKV_", "CKV2_")) or rule in answer.checks,
        ids=list(answer.checks),
    )
    left = [each for each in applied.remaining if each.tool == "checkov"]
    left += without_doubles((each for each in applied.remaining if each.tool != "checkov"), findings)
    suppressed = [*applied.suppressed, *(each for each in told.skipped if each.finding.rule in ids)]
    new, known, gone = _held_against(baseline, left, chosen, ids)
    remaining = [*origins.traced(new), *faults, *reviewed]
    suppressed += known
    shown = {each.rule for each in (*remaining, *(one.finding for one in suppressed))}
    report = Report(
        (*(from_here(each, base) for each in remaining), *gone),
        tuple(replace(each, finding=from_here(each.finding, base)) for each in suppressed),
        LookedAt(len(read), sum(map(bool, folders.values())), len(chosen.roots), len(ids), time.monotonic() - began),
        {**SUPPRESSION_RULES, **_infos(shown, answer)},
        {"xyztf": xyztf.__version__, "checkov": answer.version},
    )
    looked_in = [path for folder in chosen.within for path in folders_below(str(folder))]
    return report, [*read, *folders, *looked_in, FILE_NAME, *answer.watched]


def _held_against(
    baseline: Baseline | None, findings: Sequence[Finding], chosen: Chosen, ids: Collection[str]
) -> tuple[Sequence[Finding], Sequence[Suppressed], Sequence[Finding]]:
    """What is new, what a baseline has, and what of it is gone; a baseline that is written has everything."""
    if baseline is None:
        return findings, (), ()
    from xyztf.operations.baseline import compared, read_baseline, written

    if baseline.write:
        before = read_baseline(baseline.path) if baseline.path.exists() else []
        baseline.path.write_text(written(findings, before, chosen.roots.keys(), ids), "utf-8")
    result = compared(findings, read_baseline(baseline.path), baseline.path, chosen.roots.keys(), ids)
    return result.new, result.known, result.gone


def _selected(known: Sequence[str], select: Sequence[str], ignore: Sequence[str]) -> set[str]:
    for prefix in (*select, *ignore):
        if not any(check.startswith(prefix) for check in known):
            raise UsageError(Problem(f"there is no check {prefix}", hint="such as CKV_AWS_16, or CKV_AWS"))
    return {check for check in known if _is_selected(check, select, ignore)}


def _is_selected(check: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    return (not select or check.startswith(tuple(select))) and not check.startswith(tuple(ignore))


def _infos(shown: Collection[str], answer: Answer) -> dict[str, RuleInfo]:
    ours = {name: rule_info(rule) for name, rule in security_rules().items() if name in shown}
    return ours | {check: info(check, answer.checks[check], answer.version) for check in shown & answer.checks.keys()}


def _folders(chosen: Chosen) -> dict[str, list[str]]:
    """The folders of the roots and of the modules that they call, each once, with the files that checkov reads."""
    found: dict[str, list[str]] = {}
    for root in chosen.roots:
        found |= reached(str(chosen.base / root))
    return found


def _placed(finding: Finding, chosen: Chosen, base: Path) -> Finding:
    environment = chosen.roots.get(finding.stack or "")
    return replace(finding, environment=environment)


def _relative(path: Path, base: Path) -> str:
    return os.path.relpath(path, base).replace(os.sep, "/")


def _environment(root: Path, base: Path) -> str | None:
    """The environment in whose folder a root lies, if its project is the base."""
    parts = Path(os.path.relpath(root, base)).parts
    return parts[1] if len(parts) > 2 and parts[0] == FOLDER and parts[1] in environments(base) else None


def _unknown(name: str, known: Sequence[str]) -> Problem:
    from xyztf.environment.problems import did_you_mean

    hint = did_you_mean(name, known, "there are the environments ")
    return Problem(f"there is neither an environment nor a folder {name}", hint=hint)
