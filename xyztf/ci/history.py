"""What git knows of a project: what changed since a commit, and what there was in it.

All paths are relative to the project, which may be a folder of a larger repository.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from xyztf.errors import Problem, UsageError, XyztfError

_NOT_A_REPOSITORY = "not a git repository"
_OF_SOMEBODY_ELSE = "dubious ownership"
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


@dataclass(frozen=True, slots=True)
class History:
    """The project in `root`, and the commit `base` that a change starts from."""

    root: Path
    base: str

    @classmethod
    def since(cls, root: Path, ref: str) -> History:
        """The history from where HEAD left `ref`: their merge base, as in a pull request.

        What came to `ref` afterwards is not of this change. Raises UsageError for a `ref` that is no commit here, and
        XyztfError without git or a repository, and where a shallow clone hides the answer.
        """
        _git(root, "rev-parse", "--git-dir")
        shallow = _git(root, "rev-parse", "--is-shallow-repository").strip() == "true"
        commit = _commit(root, ref)
        if commit is None:
            raise _unknown(ref, shallow=shallow)
        if _commit(root, "HEAD") is None:
            raise XyztfError(Problem("there is no commit yet, and so nothing to compare", hint="commit first"))
        # Where history is cut off, only an ancestor that can be seen is beyond doubt: another merge base may be hidden.
        if shallow and _status(root, "merge-base", "--is-ancestor", commit, "HEAD"):
            raise XyztfError(Problem(f"where {ref} and HEAD parted lies beyond this shallow clone", hint=_FETCH))
        found = _answer(root, "merge-base", commit, "HEAD")
        if found is None:
            message = f"{ref} and HEAD have no history in common"
            raise XyztfError(Problem(message, hint="name a commit of the branch that the change goes to"))
        return cls(root, found.strip())

    def changed(self) -> frozenset[str]:
        """The files that differ between the base and what lies in the project now, committed or not.

        One that was renamed counts under both names. Files that git ignores are left out.
        """
        tracked = _git(
            self.root, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--relative", self.base, "--", "."
        )
        new = _git(self.root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
        return frozenset(filter(None, f"{tracked}\0{new}".split("\0")))

    def files(self, folder: str) -> list[str]:
        """The files below `folder` in the base."""
        listed = _git(self.root, "ls-tree", "-r", "-z", "--name-only", self.base, "--", f"{folder}/")
        return [path for path in listed.split("\0") if path]

    def content(self, path: str) -> bytes:
        """What was in the file `path` of the base."""
        return _git(self.root, "show", f"{self.base}:./{path}").encode("utf-8", "surrogateescape")


_FETCH = "fetch the whole history: fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 in GitLab, git fetch --unshallow"


def _commit(root: Path, ref: str) -> str | None:
    """The commit that `ref` names; None where there is none."""
    found = _answer(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return found.strip() if found else None


def _unknown(ref: str, *, shallow: bool) -> XyztfError:
    if ref and not ref.strip("0"):
        hint = "a CI gives this for a branch that is new: leave --changed-since out, which gives all stacks"
        return UsageError(Problem(f"{ref} stands for no commit", hint=hint))
    if shallow:
        return XyztfError(Problem(f"{ref} is not in this shallow clone", hint=_FETCH))
    hint = f"is it spelt right, and fetched? A branch of the remote is origin/{ref or 'main'}"
    return UsageError(Problem(f"git knows no commit {ref}", hint=hint))


def _git(root: Path, *arguments: str) -> str:
    """What git prints. Raises XyztfError with what it says when it fails."""
    done = _run(root, *arguments)
    if done.returncode == 0:
        return done.stdout.decode("utf-8", "surrogateescape")
    said = done.stderr.decode("utf-8", "replace").strip()
    if _NOT_A_REPOSITORY in said:
        hint = "go to the project in its repository, or leave --changed-since out, which gives all stacks"
        raise XyztfError(Problem(f"{root} is not in a git repository", hint=hint))
    if _OF_SOMEBODY_ELSE in said:
        hint = f'if you trust it: git config --global --add safe.directory "{root}" (its top folder)'
        raise XyztfError(Problem(f"git does not trust {root}, which belongs to another user", hint=hint))
    raise XyztfError(Problem(f"git {arguments[0]} failed: {said or f'exit code {done.returncode}'}"))


def _answer(root: Path, *arguments: str) -> str | None:
    """What git prints; None when it has no answer."""
    done = _run(root, *arguments)
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None


def _status(root: Path, *arguments: str) -> int:
    return _run(root, *arguments).returncode


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    git = shutil.which("git")
    if git is None:
        raise XyztfError(Problem("git is not there, and only it knows what changed", hint="install git"))
    # Where a hook runs is not where the project is. English, as its messages are looked into; no lock on the index.
    variables = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    variables |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    return subprocess.run([git, "-C", str(root), *arguments], env=variables, capture_output=True, check=False)
