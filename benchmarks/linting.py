"""The cases of `xyztf lint`: against Terraform's own validation, and against reading the same files with hcl2 alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.fleet import DEFAULTS, PROD
from benchmarks.rendering import XYZTF, Case
from benchmarks.timing import Command

STACKS = ("global", "us-east-1", "us-west-2", "us-east-2")
VALIDATE = 'for stack in "$@"; do terraform -chdir="$stack" validate -no-color; done'
PARSE = """\
import sys
from pathlib import Path
import hcl2
for path in Path(sys.argv[1]).rglob("*.tf"):
    if ".terraform" in path.parts:
        continue
    try:
        hcl2.loads(path.read_text("utf-8"))
    except Exception:
        pass  # it cannot read all that Terraform can
"""
CORPUS = "XYZTF_BENCH_CORPUS"
"""Names a folder with Terraform of others, such as clones of public modules."""
PUBLIC_STYLE = Path(__file__).resolve().parent.parent / "tests" / "rules" / "public_style"
"""Modules of ours in their style: without such a folder, copies of these."""
FILES = 757
"""What nine public repositories held (the project's measurements of hcl2 and checkov)."""

NOTHING_KEPT = "lint of prod, nothing kept / terraform validate of its four stacks"
KEPT = "the same, kept"
OTHERS = "lint of {} files, nothing kept / parsing them with hcl2 alone"


def cases(folder: Path, wanted: str = "") -> Iterator[Case]:
    """The cases whose names contain `wanted`, with projects made below `folder`."""
    cache = folder / "lint-cache"
    environment = (("XDG_CACHE_HOME", str(cache)),)

    def forget() -> None:
        # Not the parser, which is made once for each version of its grammar; hcl2 keeps its own as well.
        shutil.rmtree(cache / "xyztf" / "lint", ignore_errors=True)

    if wanted in NOTHING_KEPT or wanted in KEPT:
        prod = folder / "linted"
        (prod / "environments").mkdir(parents=True)
        for file in (PROD, DEFAULTS):
            shutil.copy(file, prod / "environments")
        subprocess.run([XYZTF, "render", "--project", str(prod)], check=True, capture_output=True)
        validate = _validate(prod)
        lint = [XYZTF, "lint", "--env", "prod", "--project", str(prod)]
        yield Case(NOTHING_KEPT, Command(lint, forget, environment=environment), validate, 0.3, 5)
        yield Case(KEPT, Command(lint, environment=environment), validate, 0.08, 5)
    if wanted in OTHERS:
        corpus = _corpus(folder)
        count = sum(1 for path in corpus.rglob("*.tf") if ".terraform" not in path.parts)
        lint = [XYZTF, "lint", "--fail-on", "never", str(corpus)]
        parse = Command([sys.executable, "-c", PARSE, str(corpus)])
        yield Case(OTHERS.format(count), Command(lint, forget, environment=environment), parse, 1.0, 5)


def _corpus(folder: Path) -> Path:
    named = os.environ.get(CORPUS)
    if named:
        return Path(named).resolve()
    made, copies = folder / "others", 0
    while sum(1 for _ in made.rglob("*.tf")) < FILES:
        # What hcl2 reads: neither JSON nor values.
        others = shutil.ignore_patterns("*.json", "*.tfvars")
        shutil.copytree(PUBLIC_STYLE, made / f"repository-{copies:02}", ignore=others)
        copies += 1
    return made


def _validate(project: Path) -> Command:
    """Terraform's validation of the four stacks in turn, each initialised before."""
    from xyztf.terraform.provider import terraform_environment

    environment = terraform_environment(os.environ, project)
    stacks = [str(project / "environments" / "prod" / stack) for stack in STACKS]
    for stack in stacks:
        init = ["terraform", f"-chdir={stack}", "init", "-backend=false", "-input=false"]
        subprocess.run(init, check=True, capture_output=True, env=environment)
    return Command(["sh", "-c", VALIDATE, "validate", *stacks], environment=tuple(environment.items()))
