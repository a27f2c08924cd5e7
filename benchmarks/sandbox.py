"""The cases of the sandbox: xyztf's plans against Terraform by hand on the same stacks, restoring against applying.

One environment of `global` and one region is applied once, which takes minutes, and serves every case but one: prod is
planned with nothing applied, as what is compared there is its four stacks side by side.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fleet import DEFAULTS, PROD
from benchmarks.rendering import XYZTF, Case
from benchmarks.timing import Command

SMALL = """\
project: acme
account_id: "123456789012"
primary_region: eu-west-1
regions: { eu-west-1: { cidr: 10.0.0.0/16 } }
database: { instance_class: db.t4g.medium }
cache: { node_type: cache.t4g.micro }
streams: { events: { processor: { table: things } } }
tables: { things: { partition_key: { name: Id } } }
"""
REGION = "eu-west-1"
STACKS = ("global", "us-east-1", "us-west-2", "us-east-2")
BY_HAND = """\
set -e
for stack in "$@"; do
  cd "$stack/folder"
  export TF_DATA_DIR="$stack/data"
  terraform plan -input=false -no-color -json -lock-timeout=60s -out="$stack/by-hand" >/dev/null
  terraform show -json "$stack/by-hand" >/dev/null
done
"""


@dataclass(frozen=True, slots=True)
class Sandboxed:
    """A project whose environment is in the sandbox."""

    root: Path
    name: str

    @property
    def environment(self) -> tuple[tuple[str, str], ...]:
        """Sandboxes of our own."""
        return (("XDG_CACHE_HOME", str(self.root / "cache")),)

    def arguments(self, *words: str) -> list[str]:
        """A command line of xyztf's about this project."""
        return [XYZTF, *words, "--project", str(self.root)]

    def run(self, *words: str) -> str:
        """What a command prints. Raises RuntimeError when it fails."""
        command = self.arguments(*words)
        environment = {**os.environ, **dict(self.environment)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def by_hand(self, *stacks: str) -> Command:
        """The stacks planned and shown with Terraform alone, one after the other, where xyztf has initialised them."""
        from xyztf.sandbox.environment import sandbox_variables
        from xyztf.terraform.provider import terraform_environment

        endpoint = self.run("sandbox", "start", self.name).strip()
        working = self.root / ".xyztf" / "sandbox" / self.name
        folders = []
        for stack in stacks:
            # A folder that names, for the script, where the files are and where Terraform's data is.
            place = self.root / "by-hand" / stack
            place.mkdir(parents=True, exist_ok=True)
            for name, target in (
                ("folder", working / "tree" / "environments" / self.name / stack),
                ("data", working / stack / "data"),
            ):
                (place / name).unlink(missing_ok=True)
                (place / name).symlink_to(target)
            folders.append(str(place))
        variables = terraform_environment(sandbox_variables(os.environ, endpoint, REGION, self.root), self.root)
        return Command(["sh", "-c", BY_HAND, "by-hand", *folders], environment=tuple(variables.items()))

    def plan(self, *words: str) -> Command:
        """`xyztf plan --sandbox`."""
        return Command(self.arguments("plan", self.name, "--sandbox", *words), environment=self.environment)


ONE, ADDED = "plan of one stack / the same by hand", "plan of one stack, nothing changed: what xyztf adds"
RESTORED = "restoring a sandbox / applying what is in it"
FOUR = "plan of prod, four stacks, none applied / by hand in turn"


def cases(folder: Path, wanted: str = "") -> Iterator[Case]:
    """The cases whose names contain `wanted`, with projects made below `folder`; sandboxes are ended after their last
    one."""
    if any(wanted in name for name in (ONE, ADDED, RESTORED)):
        yield from _of_one_stack(folder)
    if wanted in FOUR:
        yield from _of_four(folder)


def _of_one_stack(folder: Path) -> Iterator[Case]:
    small = _project(folder / "small", "small", {"small.yaml": SMALL})
    try:
        begin = time.perf_counter()
        small.run("up", "small", "--sandbox")
        applied = time.perf_counter() - begin
        plan, by_hand = small.plan("--stack", REGION), small.by_hand(REGION)
        yield Case(ONE, plan, by_hand, 1.15, 7)
        yield Case(ADDED, plan, by_hand, 0.3, 7, seconds=True)
        saved = folder / "saved"
        small.run("sandbox", "save", "small", str(saved))
        restore = Command(small.arguments("sandbox", "restore", "small", str(saved)), environment=small.environment)
        yield Case(RESTORED, restore, applied, 0.03, 5)
    finally:
        small.run("sandbox", "reset", "small")


def _of_four(folder: Path) -> Iterator[Case]:
    prod = _project(folder / "prod", "prod", {"prod.yaml": PROD.read_text(), DEFAULTS.name: DEFAULTS.read_text()})
    try:
        prod.run("plan", "prod", "--sandbox", "--parallel", "4")
        yield Case(FOUR, prod.plan("--parallel", "4"), prod.by_hand(*STACKS), 0.9, 3)
    finally:
        prod.run("sandbox", "reset", "prod")


def _project(root: Path, name: str, files: dict[str, str]) -> Sandboxed:
    shutil.rmtree(root, ignore_errors=True)
    (root / "environments").mkdir(parents=True)
    for file, text in files.items():
        (root / "environments" / file).write_text(text, "utf-8")
    made = Sandboxed(root, name)
    made.run("render")
    return made
