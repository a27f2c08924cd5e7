"""From files to an Environment: attribution, all problems at once, and nothing but XyztfError for any file."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xyztf.environment.load import load, read
from xyztf.environment.override import parse_override
from xyztf.errors import InvalidEnvironment, Problem, XyztfError
from xyztf.project import Project

ENVIRONMENTS = Path(__file__).parents[2] / "environments"

TEN_LINES = """\
project: xyz-corp
account_id: "123456789012"
primary_region: us-east-1
regions:
  us-east-1: { cidr: 10.0.0.0/16 }
  us-west-2: { cidr: 10.1.0.0/16 }
database:
  replicas:
    us-west-2: {}
cache: {}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "environments").mkdir()

    def write(**files: str) -> Path:
        for stem, text in files.items():
            (tmp_path / f"environments/{stem}.yaml").write_text(text)
        return tmp_path

    return write


def problems(root: Path, name: str = "prod", *overrides: str) -> list[str]:
    with pytest.raises(InvalidEnvironment) as error:
        load(root, name, [parse_override(text) for text in overrides])
    return [f"{problem.location}: {problem.message}" for problem in error.value.problems]


def test_ten_lines_are_an_environment(project):
    assert len(TEN_LINES.splitlines()) == 10
    loaded = Project.at(project(prod=TEN_LINES)).load("prod")
    assert loaded.environment.name == "prod"
    assert loaded.notes == ()


def test_a_fault_in_the_defaults_or_in_a_parent_is_told_there(project):
    root = project(
        _defaults="\nnotify: { emails: 5 }\n", _base="tags: { a: 1 }\n", prod=f"extends: base\n{TEN_LINES}budgt: {{}}\n"
    )
    assert problems(root) == [
        "environments/_base.yaml:1:12: tags.a is a number: expected text",
        "environments/_defaults.yaml:2:19: notify.emails is 5: expected a list",
        'environments/prod.yaml:12:1: unknown key "budgt"',
    ]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("cache.nodes=two", '--set cache.nodes: cache.nodes is "two": expected a whole number'),
        ("database.storag.type=gp3", '--set database.storag.type: unknown key "storag" in database'),
        ("databse.multi_az=true", '--set databse.multi_az: unknown key "databse"'),
        ("cache.Nodes=2", '--set cache.Nodes: unknown key "Nodes" in cache'),
        ("tables.t.stream=KEYS_ONLY", "--set tables.t.stream: tables.t.partition_key is missing"),
        ("database.parameters.query_cache_size=1", None),
    ],
)
def test_a_fault_in_an_override_is_told_there(project, override, message):
    [told] = problems(project(prod=TEN_LINES), "prod", override)
    assert told.startswith(f"--set {override.split('=')[0]}: ")
    assert message is None or told == message


def test_an_override_wins_and_can_take_back(project):
    root = project(_defaults="tags: { Owner: me }\n", prod=TEN_LINES)
    given = [parse_override("database.instance_class=db.r7g.large"), parse_override("tags.Owner=null")]
    environment = load(root, "prod", given).environment
    assert environment.database is not None
    assert environment.database.instance_class == "db.r7g.large"
    assert environment.tags == {}


def test_null_takes_back_what_is_inherited(project):
    root = project(
        _defaults="log_retention_days: 30\ntags: { A: x, B: y }\n",
        prod=f"{TEN_LINES}log_retention_days:\ntags: {{ A: }}\n",
    )
    environment = load(root, "prod").environment
    assert environment.log_retention_days == 365
    assert environment.tags == {"B": "y"}


def test_null_where_nothing_is_inherited_is_a_slip(project):
    root = project(_defaults="tags: { Owner: me }\nbudget:\n", prod=f"{TEN_LINES}tags: {{ Ower: }}\n")
    assert problems(root) == [
        "environments/_defaults.yaml:2:1: budget is empty",
        "environments/prod.yaml:11:9: tags.Ower is empty",
    ]


def test_null_in_an_override_may_take_back_nothing(project):
    assert load(project(prod=TEN_LINES), "prod", [parse_override("budget=null")]).environment.budget is None


def test_what_is_missing_is_told_at_the_environments_own_file(project):
    root = project(_defaults="project: xyz\n", prod="regions: { us-east-1: { cidr: 10.0.0.0/16 } }\n")
    assert problems(root) == [
        "environments/prod.yaml:1:1: account_id is missing",
        "environments/prod.yaml:1:1: primary_region is missing",
    ]


def test_what_is_refused_is_not_told_again_by_the_model(project):
    root = project(
        prod=TEN_LINES.replace("us-west-2: { c", "us-west: { c").replace("    us-west-2", "    ohio")
        + "  version: 7.x\n"
    )
    root = project(prod=root.joinpath("environments/prod.yaml").read_text().replace("cache: {}", "cache:"))
    assert [line.split(": ")[0] for line in problems(root)] == [
        f"environments/prod.yaml:{place}" for place in ("6:3", "9:5", "11:12")
    ]


def test_parts_that_are_sound_can_be_read(project):
    root = project(prod=TEN_LINES.replace("cache: {}", "cache: { nodes: x }").replace("project: xyz-corp\n", ""))
    reading = read(root, "prod")
    assert len(reading.problems) == 2
    environment = reading.loaded.environment
    assert environment.primary_region == "us-east-1"
    assert environment.database is not None
    assert not hasattr(environment, "cache")
    assert not hasattr(environment, "project")
    assert not hasattr(environment, "cache_regions")


def test_notes_tell_what_was_translated(project):
    loaded = load(
        project(prod=TEN_LINES + "tables: { t: { partition_key: { name: Id }, billing_mode: ON_DEMAND } }\n"), "prod"
    )
    assert loaded.environment.tables["t"].billing_mode == "PAY_PER_REQUEST"
    [note] = loaded.notes
    assert str(note.location) == "environments/prod.yaml:11:59"


# Any file

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 100000),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.sampled_from(
        ["", "us-east-1", "ON_DEMAND", "10.0.0.0/16", "8.4.10", "7.1", "7.x", "512M", "sun:03:00-sun:04:00", "GP3"]
    ),
    st.text("abzAZ09-_.:/ü\u017f\n{$", max_size=8),
)
keys = st.one_of(
    st.sampled_from(
        ["name", "int", "str", "us-east-1", "us-west-2", "query_cache_size", "tx_isolation", "database", "regions"]
    ),
    st.text("abz_-ü.", min_size=1, max_size=6),
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=6
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for step, inner in inside for place in ((*path, step), *places(inner, (*path, step)))]


WHOLE: dict[str, Any] = {
    **yaml.safe_load((ENVIRONMENTS / "_defaults.yaml").read_text()),
    **yaml.safe_load((ENVIRONMENTS / "prod.yaml").read_text()),
}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_loads_or_is_told_with_its_place(tmp_path, data):
    changed = copy.deepcopy(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        all_places = places(changed)
        *way, last = data.draw(st.sampled_from(all_places))
        place = changed
        for step in way:
            place = place[step]
        kind = data.draw(st.sampled_from(["delete", "replace", "add"]))
        if kind == "delete":
            del place[last]
        elif kind == "add" and isinstance(place, dict):
            place[data.draw(keys)] = data.draw(values)
        else:
            place[last] = data.draw(values)
    (tmp_path / "environments").mkdir(exist_ok=True)
    (tmp_path / "environments/prod.yaml").write_text(yaml.safe_dump(changed, allow_unicode=True), encoding="utf-8")
    for problem in everything_wrong(tmp_path):
        assert problem.location is not None
        assert problem.location.file == "environments/prod.yaml"
        assert problem.location.line >= 1
        assert problem.location.column >= 1
        assert "\n" not in problem.message


def everything_wrong(root: Path) -> list[Problem]:
    """The problems of its environment, each of them once; none if it loads."""
    try:
        Project.at(root).load("prod")
    except XyztfError as error:
        found = list(error.problems)
    else:
        return []
    assert found
    assert len(found) == len({str(problem) for problem in found})
    return found
