"""The stacks as a CI takes them, by the command line as well."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from xyztf.ci.matrix import MOST_JOBS, as_data, as_outputs, as_text
from xyztf.ci.touched import Changes, Removed, Touched
from xyztf.errors import XyztfError

ONE = Touched(
    "prod", "us-east-1", "us-east-1", "012345678901", True, "environments/prod/us-east-1", 1, ("global",), ("stack",)
)
GONE = Removed("old", "global", "environments/old/global", "c0ffee" * 6 + "0000")


def outputs(changes: Changes) -> dict[str, str]:
    """As GitHub reads them from $GITHUB_OUTPUT."""
    return dict(line.split("=", 1) for line in as_outputs(changes))


def test_the_document_of_a_stack():
    assert as_data(Changes((ONE,), (GONE,))) == {
        "include": [
            {
                "environment": "prod",
                "stack": "us-east-1",
                "region": "us-east-1",
                "account": "012345678901",
                "protected": True,
                "folder": "environments/prod/us-east-1",
                "order": 1,
                "after": ("global",),
                "because": ("stack",),
            }
        ],
        "any": True,
        "removed": [
            {"environment": "old", "stack": "global", "folder": "environments/old/global", "commit": GONE.commit}
        ],
    }


def test_the_matrix_holds_nothing_but_what_github_takes_for_one():
    found = outputs(Changes((ONE,), (GONE,)))
    assert list(json.loads(found["matrix"])) == ["include"]
    assert found["any"] == "true"
    assert json.loads(found["removed"])[0]["stack"] == "global"


def test_an_empty_matrix_says_so_as_github_takes_none():
    assert outputs(Changes(())) == {"matrix": '{"include":[]}', "any": "false", "removed": "[]"}


def test_each_output_is_one_line_of_ascii():
    lines = list(as_outputs(Changes((replace(ONE, folder="a\nany=true\u2028\udc80"),))))
    assert [line.split("=")[0] for line in lines] == ["matrix", "any", "removed"]
    assert all(line.isascii() and "\n" not in line for line in lines)


def test_more_than_github_runs_is_told_and_not_cut():
    assert outputs(Changes((ONE,) * MOST_JOBS))
    with pytest.raises(XyztfError, match="257 stacks are touched"):
        list(as_outputs(Changes((ONE,) * (MOST_JOBS + 1))))


def test_for_people():
    assert list(as_text(Changes((ONE,), (GONE,)))) == [
        "prod/us-east-1  order 1; changed: stack",
        "old/global  no longer described; its resources stay: it is in c0ffeec0ffee",
    ]
    assert list(as_text(Changes(()))) == ["no stack is touched"]


# The command --------------------------------------------------------------------------------------------------------


def test_the_command_gives_json_and_nothing_else_on_stdout(repository, capsys):
    (repository.root / "environments/prod.yaml").unlink()
    repository.small.write({"environments/dev/global/new.tf": ""})
    capsys.readouterr()
    assert repository.small.run("ci", "matrix", "--changed-since", "main", "--format", "json") == 0
    told = capsys.readouterr()
    document = json.loads(told.out)
    assert [(each["environment"], each["stack"]) for each in document["include"]] == [("dev", "global")]
    assert len(document["removed"]) == 3
    assert "prod/us-west-2 is no longer described" in told.err


def test_the_command_gives_lines_for_github(repository, capsys):
    capsys.readouterr()
    assert repository.small.run("ci", "matrix", "--changed-since", "main", "--format", "github") == 0
    assert capsys.readouterr().out == 'matrix={"include":[]}\nany=false\nremoved=[]\n'


def test_the_command_without_a_commit_gives_all(small, capsys):
    assert small.run("ci", "matrix", "prod") == 0
    assert capsys.readouterr().out == "prod/global     order 0\nprod/us-east-1  order 1\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--format", "yaml"], 64),
        (["nowhere"], 64),
        (["--changed-since", "nowhere"], 64),
        (["--changed-since", "--format"], 64),
    ],
)
def test_wrong_usage(repository, arguments, code):
    assert repository.small.run("ci", "matrix", *arguments) == code


def test_a_broken_environment_is_told_and_no_matrix_given(repository, capsys):
    repository.edit("environments/dev.yaml", "database", "databse")
    capsys.readouterr()
    assert repository.small.run("ci", "matrix", "--changed-since", "main", "--format", "json") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "environments/dev.yaml:" in told.err
