"""A project: its environments, selected, loaded and checked."""

from __future__ import annotations

import pytest

from xyztf.errors import InvalidEnvironment, UsageError
from xyztf.project import Project

GOOD = """\
project: xyz-corp
account_id: "123456789012"
primary_region: us-east-1
regions:
  us-east-1: { cidr: 10.0.0.0/16 }
database: {}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "environments").mkdir()

    def write(**files: str) -> Project:
        for stem, text in files.items():
            (tmp_path / f"environments/{stem}.yaml").write_text(text)
        return Project.at(tmp_path)

    return write


def told(error: pytest.ExceptionInfo[InvalidEnvironment]) -> list[str]:
    return [f"{problem.location}: {problem.message}" for problem in error.value.problems]


def test_a_folder_without_environments_is_no_project(tmp_path):
    with pytest.raises(UsageError) as error:
        Project.at(tmp_path)
    [problem] = error.value.problems
    assert problem.message == "no project here: there is no folder environments/"
    assert "--project" in problem.hint


def test_names_and_selection(project):
    there = project(prod=GOOD, dev=GOOD, _defaults="")
    assert there.names() == ["dev", "prod"]
    assert there.selected([]) == ["dev", "prod"]
    assert there.selected(["prod", "dev", "prod"]) == ["prod", "dev"]


def test_every_environment_that_does_not_exist_is_told(project):
    with pytest.raises(UsageError) as error:
        project(prod=GOOD, dev=GOOD).selected(["prd", "prod", "zzz"])
    assert [problem.message for problem in error.value.problems] == [
        "there is no environment prd in environments/",
        "there is no environment zzz in environments/",
    ]
    assert [problem.hint for problem in error.value.problems] == ["did you mean prod?", "there are: dev, prod"]


def test_no_environments_at_all(project):
    with pytest.raises(UsageError) as error:
        project().selected([])
    assert error.value.problems[0].hint == "write one: environments/dev.yaml"
    with pytest.raises(UsageError) as error:
        project().selected(["prod"])
    assert error.value.problems[0].hint == "write one: environments/prod.yaml"


def test_checks_run_and_are_told_with_their_place(project):
    with pytest.raises(InvalidEnvironment) as error:
        project(prod=GOOD + "cache:\n  nodes: 1\n").load("prod")
    assert told(error) == ["environments/prod.yaml:8:10: a Multi-AZ cache needs a node to fail over to, and nodes is 1"]


def test_a_fault_that_an_override_makes_is_told_there(project):
    with pytest.raises(InvalidEnvironment) as error:
        project(prod=GOOD).load("prod", ["cache.nodes=1"])
    [line] = told(error)
    assert line.startswith("--set cache.nodes: a Multi-AZ cache")


def test_a_fault_between_defaults_is_told_at_the_name_of_the_part(project):
    with pytest.raises(InvalidEnvironment) as error:
        project(prod=GOOD.replace("database: {}", "database:\n  replicas:\n    us-west-2: {}")).load("prod")
    assert told(error) == ["environments/prod.yaml:8:5: us-west-2 is not one of the environment's regions"]


def test_what_the_model_and_what_the_checks_find_is_told_together(project):
    text = GOOD.replace("{}", "{ backup_windw: x }") + (
        "  # more\ncache: { nodes: 1 }\nbudget: { monthly_usd: 0 }\nstreams: { s: { mode: provisioned } }\n"
    )
    with pytest.raises(InvalidEnvironment) as error:
        project(prod=text).load("prod")
    assert [line.split(": ")[0].split(":", 1)[1] for line in told(error)] == ["6:13", "8:17", "9:24", "10:23"]


def test_a_broken_part_makes_no_fault_elsewhere(project):
    """The cache would be all that is in us-west-2: that it cannot be read does not make the region useless."""
    text = GOOD.replace("10.0.0.0/16 }", "10.0.0.0/16 }\n  us-west-2: { cidr: 10.1.0.0/16 }")
    for cache in ("cache: { nodes: x }", "cach: {}", "cache:"):
        with pytest.raises(InvalidEnvironment) as error:
            project(prod=f"{text}{cache}\n").load("prod")
        assert len(told(error)) == 1


def test_problems_of_several_environments_are_told_together_and_those_of_shared_files_once(project):
    there = project(_defaults="tags: { a: 1 }\n", dev=GOOD + "x: 1\n", prod=GOOD.replace("us-east-1\n", "us-east-2\n"))
    with pytest.raises(InvalidEnvironment) as error:
        there.load_all(["dev", "prod"])
    assert [line.split(": ")[0] for line in told(error)] == [
        "environments/_defaults.yaml:1:12",
        "environments/dev.yaml:7:1",
        "environments/prod.yaml:3:17",
    ]


def test_all_are_loaded(project):
    assert [each.environment.name for each in project(dev=GOOD, prod=GOOD).load_all(["prod", "dev"])] == ["prod", "dev"]


def test_an_override_that_cannot_be_read(project):
    with pytest.raises(UsageError):
        project(prod=GOOD).load("prod", ["nonsense"])


def test_doubts_become_notes(project):
    loaded = project(prod=GOOD.replace("{}", "{ parameters: { max_conections: 1 } }")).load("prod")
    [note] = loaded.notes
    assert str(note.location) == "environments/prod.yaml:6:27"
    assert note.hint == "did you mean max_connections?"
