"""The small project in a real git repository."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Small, write
from xyztf.ci.touched import Changes, changes
from xyztf.project import Project

TWO_REGIONS = """\
primary_region: us-east-1
regions:
  us-east-1: { cidr: 10.2.0.0/16 }
  us-west-2: { cidr: 10.3.0.0/16 }
database:
  replicas: { us-west-2: {} }
"""


@dataclass(frozen=True)
class Repository:
    """A project in a repository, whose first commit is on main; work is done on the branch `change`."""

    small: Small

    @property
    def root(self) -> Path:
        return self.small.root

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        """What git prints; no setting of the user's counts."""
        variables = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        person = {f"GIT_{who}_{what}": "t@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        done = subprocess.run(
            ["git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", *arguments],
            cwd=cwd or self.root,
            env={**variables, **person, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, *, render: bool = True) -> str:
        """Render, and commit all there is; gives the commit."""
        if render:
            assert self.small.run("render") == 0
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self.git("rev-parse", "HEAD")

    def changes(self, since: str | None = "main", *names: str) -> Changes:
        return changes(Project.at(self.root), names, since)

    def touched(self, since: str | None = "main", *names: str) -> dict[str, tuple[str, ...]]:
        """Stacks to reasons."""
        return {f"{each.environment}/{each.stack}": each.because for each in self.changes(since, *names).touched}

    def removed(self, since: str = "main", *names: str) -> list[str]:
        return [f"{each.environment}/{each.stack}" for each in self.changes(since, *names).removed]

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.root / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first repository that was made is kept, for those after it to begin with."""
    return tmp_path_factory.mktemp("begun") / "project"


@pytest.fixture
def repository(small: Small, begun: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    write(small.packaged, {"modules/rds-replica/main.tf.j2": "locals {\n  replica = {{ names.prefix }}\n}\n"})
    made = Repository(small)
    if not begun.exists():
        small.write({"environments/prod.yaml": TWO_REGIONS})
        made.git("init", "--quiet")
        made.commit()
        made.git("switch", "--quiet", "--create", "change")
        shutil.copytree(small.root, begun)
        return made
    shutil.copytree(begun, small.root, dirs_exist_ok=True)
    return made
