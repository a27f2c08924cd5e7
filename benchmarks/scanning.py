"""The cases of `xyztf scan`: against checkov's own command on the same folders, and through pre-commit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.fleet import DEFAULTS, PROD
from benchmarks.rendering import XYZTF, Case
from benchmarks.timing import Command

ENVIRONMENTS = ("dev", "prod", "staging")
ROOT = "environments/prod/us-east-1"
CHECKOV = ("--framework", "terraform", "--skip-download", "--quiet", "--compact")
CLI = 'checkov=$1; shift; for folder in "$@"; do "$checkov" -d "$folder" {}; test $? -le 1 || exit 2; done'
"""What checkov finds is no failure here: it exits with 1 then."""
SEED = (("PYTHONHASHSEED", "0"),)
HOOKS = """\
repos:
  - repo: local
    hooks:
      - {{ id: scan, name: scan, language: system, pass_filenames: false, entry: "{xyztf} scan" }}
      - {{ id: nothing, name: nothing, language: system, pass_filenames: false, entry: "true" }}
"""

KEPT = "scan of a root, nothing changed / the checkov CLI on it"
ONE = "scan of prod, nothing kept / the checkov CLI on its folder"
THREE = "scan of three environments, nothing kept / three CLI runs"
HOOK = "scan through pre-commit, nothing changed / a no-op hook"
TERMINAL = "scan through pre-commit, on a terminal / a no-op hook"


def cases(folder: Path, wanted: str = "") -> Iterator[Case]:
    """The cases whose names contain `wanted`, with a project made below `folder`."""
    if not any(wanted in name for name in (KEPT, ONE, THREE, HOOK, TERMINAL)):
        return
    project = _project(folder / "scanned")
    cache = folder / "scan-cache"
    environment = (("XDG_CACHE_HOME", str(cache)),)

    def forget() -> None:
        shutil.rmtree(cache, ignore_errors=True)

    def scan(*what: str) -> list[str]:
        return [XYZTF, "scan", *what, "--fail-on", "never", "--project", str(project)]

    if wanted in KEPT:
        yield Case(KEPT, Command(scan(str(project / ROOT)), environment=environment), _cli(project, [ROOT]), 0.03, 3)
    if wanted in ONE:
        cli = _cli(project, ["environments/prod"])
        yield Case(ONE, Command(scan("prod"), forget, environment=environment), cli, 0.6, 3)
    if wanted in THREE:
        cli = _cli(project, [f"environments/{name}" for name in ENVIRONMENTS])
        yield Case(THREE, Command(scan(), forget, environment=environment), cli, 0.35, 3)
    for name, colour in ((HOOK, "never"), (TERMINAL, "always")):
        if wanted in name:
            yield Case(name, _hook(project, "scan", colour, cache), _hook(project, "nothing", colour, cache), 1.5, 11)


def _project(root: Path) -> Path:
    """Our three environments with what is suppressed in them, rendered, in a git repository with the two hooks."""
    (root / "environments").mkdir(parents=True)
    for name in ENVIRONMENTS:
        shutil.copy(PROD.with_name(f"{name}.yaml"), root / "environments")
    shutil.copy(DEFAULTS, root / "environments")
    shutil.copy(PROD.parent.parent / "xyztf-suppressions.yaml", root)
    (root / ".pre-commit-config.yaml").write_text(HOOKS.format(xyztf=XYZTF), "utf-8")
    for command in ([XYZTF, "render", "--project", str(root)], ["git", "init", "-q", str(root)]):
        subprocess.run(command, check=True, capture_output=True)
    subprocess.run(["git", "-C", str(root), "add", "--all"], check=True, capture_output=True)
    return root


def _cli(project: Path, folders: Sequence[str]) -> Command:
    """checkov's own command, from the same environment, on each of the folders in turn."""
    checkov = str(Path(sys.executable).with_name("checkov"))
    paths = [str(project / each) for each in folders]
    return Command(["sh", "-c", CLI.format(" ".join(CHECKOV)), "cli", checkov, *paths], environment=SEED)


def _hook(project: Path, hook: str, colour: str, cache: Path) -> Command:
    """One of the two hooks, run by pre-commit on all files."""
    run = 'cd "$1" && "$2" -m pre_commit run "$3" --all-files --color "$4"'
    environment = {"XDG_CACHE_HOME": str(cache), "PRE_COMMIT_HOME": os.path.join(cache, "pre-commit")}
    arguments = ["sh", "-c", run, "hook", str(project), sys.executable, hook, colour]
    return Command(arguments, environment=tuple(environment.items()))
