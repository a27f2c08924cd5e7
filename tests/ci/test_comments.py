"""The script of the workflow that comments, run against a GitHub of our own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from xyztf.ci.workflow import Settings, workflow
from xyztf.project import Project

GH = '''\
#!{python}
"""`gh api` as far as the script asks it: a list of comments in a file."""
import json, os, re, subprocess, sys
from pathlib import Path

file = Path(os.environ["COMMENTS"])
comments = json.loads(file.read_text())
arguments = sys.argv[1:]
assert arguments.pop(0) == "api" and os.environ["GH_TOKEN"] == "t"
options, rest = {{}}, []
while arguments:
    one = arguments.pop(0)
    if one in ("--method", "--field", "--jq"):
        options[one] = arguments.pop(0)
    elif one.startswith("--"):
        options[one] = True
    else:
        rest.append(one)
(path,) = rest
if "--method" not in options:
    assert path == "repos/o/r/issues/7/comments" and options["--paginate"]
    sys.exit(subprocess.run(["jq", "-r", options["--jq"]], input=json.dumps(comments), text=True).returncode)
name, _, given = options["--field"].partition("=@")
assert name == "body"
body = Path(given).read_text()
if options["--method"] == "POST":
    assert path == "repos/o/r/issues/7/comments"
    comments.append({{"id": len(comments) + 1, "user": {{"login": "github-actions[bot]"}}, "body": body}})
else:
    (number,) = re.fullmatch(r"repos/o/r/issues/comments/(\\d+)", path).groups()
    comments[int(number) - 1]["body"] = body
file.write_text(json.dumps(comments))
'''


class GitHub:
    def __init__(self, folder: Path, script: str) -> None:
        self.folder, self.script, self.file = folder, script, folder / "comments.json"
        self.file.write_text("[]")
        tools = folder / "bin"
        tools.mkdir()
        (tools / "gh").write_text(GH.format(python=sys.executable))
        (tools / "sleep").write_text("#!/bin/sh\n")
        for tool in tools.iterdir():
            tool.chmod(0o755)

    def run(self, plans: dict[str, str | None], removed: list[dict[str, str]] | None = None) -> None:
        """A run with these plans ("prod/global" to text, None for one that failed)."""
        work = self.folder / f"work{len(list(self.folder.iterdir()))}"
        (work / "comments").mkdir(parents=True)
        for stack, plan in plans.items():
            if plan is not None:
                (work / "comments" / f"{stack.replace('/', '.')}.md").write_text(plan)
        include = [dict(zip(("environment", "stack"), stack.split("/"), strict=True)) for stack in plans]
        variables = {
            **os.environ,
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "COMMENTS": str(self.file),
            "RUNNER_TEMP": str(work),
            "GITHUB_REPOSITORY": "o/r",
            "GH_TOKEN": "t",
            "PULL_REQUEST": "7",
            "MATRIX": json.dumps({"include": include}),
            "REMOVED": json.dumps(removed or []),
            "RUN": "https://example.com/run",
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", self.script]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def bodies(self) -> list[str]:
        return [comment["body"] for comment in json.loads(self.file.read_text())]


@pytest.fixture
def github(small, tmp_path) -> GitHub:
    small.write({"requirements.txt": "."})
    parsed = yaml.safe_load(workflow(Project.at(small.root), Settings()))
    (script,) = [step["run"] for step in parsed["jobs"]["comment"]["steps"] if "run" in step]
    folder = tmp_path / "github"
    folder.mkdir()
    return GitHub(folder, script)


def test_a_comment_for_each_stack_with_the_run(github):
    github.run({"prod/global": "plan of global\n", "prod/us-east-1": "plan of us-east-1\n"})
    assert github.bodies() == [
        "<!-- xyztf prod/global -->\nplan of global\n\n[The run](https://example.com/run)\n",
        "<!-- xyztf prod/us-east-1 -->\nplan of us-east-1\n\n[The run](https://example.com/run)\n",
    ]


def test_the_next_run_changes_the_comments_that_are_there(github):
    github.run({"prod/global": "first\n"})
    github.run({"prod/global": "second\n", "dev/global": "new\n"})
    assert [body.splitlines()[1] for body in github.bodies()] == ["second", "new"]


def test_a_plan_that_failed_is_told(github):
    github.run({"prod/global": None})
    assert "### No plan of prod/global: it failed" in github.bodies()[0]


def test_what_is_no_longer_changed_is_told_once_and_can_come_back(github):
    github.run({"prod/global": "first\n"})
    github.run({})
    assert github.bodies() == ["<!-- xyztf prod/global -->\nThis pull request no longer changes `prod/global`.\n"]
    github.run({"prod/global": "again\n"})
    assert [body.splitlines()[1] for body in github.bodies()] == ["again"]


def test_stacks_that_are_gone_are_told_with_what_to_do(github):
    gone = {"environment": "old", "stack": "global", "folder": "environments/old/global", "commit": "c0ffee" * 7}
    github.run({}, [gone])
    (body,) = github.bodies()
    assert body.startswith("<!-- xyztf removed -->\n### Stacks that are no longer described\n")
    assert "git switch --detach c0ffeec0ffee && xyztf plan old --stack global --destroy" in body
    github.run({})
    assert "no longer changes `removed`" in github.bodies()[0]


def test_comments_of_people_are_left_alone_even_if_they_look_like_ours(github):
    there = [
        {"id": 1, "user": {"login": "someone"}, "body": "<!-- xyztf prod/global -->\nmine"},
        {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "something else\n<!-- xyztf prod/global -->"},
    ]
    github.file.write_text(json.dumps(there))
    github.run({"prod/global": "plan\n"})
    assert github.bodies()[:2] == [each["body"] for each in there]
    assert len(github.bodies()) == 3


def test_nothing_in_a_plan_is_taken_for_a_command(github):
    plan = "`$(touch /tmp/x)` ${HOME} \"quotes\" 'and' \\n @file %s\n"
    github.run({"prod/global": plan})
    assert plan in github.bodies()[0]
