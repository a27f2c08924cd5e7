"""`config show`: the whole environment, and where each value comes from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xyztf.environment.explain import DEFAULT, as_yaml, origins
from xyztf.environment.load import load
from xyztf.environment.override import parse_override
from xyztf.project import Project

ROOT = Path(__file__).parents[2]
NAMES = ["dev", "prod", "staging"]

BASE = """\
project: xyz-corp
account_id: "123456789012"
primary_region: us-east-1
regions: { us-east-1: { cidr: 10.0.0.0/16 } }
database: {}
"""


@pytest.mark.parametrize("name", NAMES)
def test_every_origin_is_a_place_that_holds_the_value(name):
    found = list(origins(Project.at(ROOT).load(name)))
    assert len(found) > 40
    for path, value, origin in found:
        if origin == DEFAULT:
            continue
        file, line, column = re.fullmatch(r"(.+):(\d+):(\d+)", origin).groups()
        there = (ROOT / file).read_text().splitlines()[int(line) - 1][int(column) - 1 :]
        expected = json.loads(value)
        if isinstance(expected, list):
            assert there.startswith(("[", "-")), path
        else:
            text = expected if isinstance(expected, str) else json.dumps(expected)
            assert there.lstrip("'\"").startswith(text), path


@pytest.mark.parametrize("name", NAMES)
def test_every_leaf_is_there_once(name):
    paths = [path for path, _, _ in origins(Project.at(ROOT).load(name))]
    assert len(paths) == len(set(paths))
    assert "name" not in paths


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_can_be_loaded_again(name, tmp_path):
    loaded = Project.at(ROOT).load(name)
    (tmp_path / "environments").mkdir()
    (tmp_path / f"environments/{name}.yaml").write_text(as_yaml(loaded))
    assert load(tmp_path, name).environment == loaded.environment


def test_where_values_come_from(tmp_path):
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments/_defaults.yaml").write_text("tags: { Owner: me }\n")
    (tmp_path / "environments/prod.yaml").write_text(
        BASE + "tables: { t: { partition_key: { name: Id }, billing_mode: ON_DEMAND } }\n"
    )
    loaded = Project.at(tmp_path).load("prod", ["database.instance_class=db.r7g.large", 'tags."a.b"=x'])
    found = {path: (value, origin) for path, value, origin in origins(loaded)}
    assert found["project"] == ('"xyz-corp"', "environments/prod.yaml:1:10")
    assert found["tags.Owner"] == ('"me"', "environments/_defaults.yaml:1:16")
    assert found['tags."a.b"'] == ('"x"', '--set tags."a.b"')
    assert found["database.instance_class"] == ('"db.r7g.large"', "--set database.instance_class")
    assert found["database.multi_az"] == ("true", DEFAULT)
    assert found["tables.t.billing_mode"] == ('"PAY_PER_REQUEST"', "environments/prod.yaml:6:59")
    assert found["streams"] == ("{}", DEFAULT)


texts = st.text("abz019eExX.:-_#&*!|>'\"%@`{}[], \n~yYnNoO=+üÜ", max_size=12)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(texts, st.sampled_from(["1e3", "0o17", "0x1F", "12:30:00", "no", "null", "", "1_000", "<<", "="]))
    )
)
def test_any_text_comes_back(tmp_path, found):
    (tmp_path / "environments").mkdir(exist_ok=True)
    inputs = {f"x{index}": text for index, text in enumerate(found)} | {"again": [found, found]}
    (tmp_path / "environments/prod.yaml").write_text(BASE + f"modules: {{ m: {{ inputs: {json.dumps(inputs)} }} }}\n")
    loaded = load(tmp_path, "prod")
    (tmp_path / "environments/again.yaml").write_text(as_yaml(loaded), encoding="utf-8")
    assert load(tmp_path, "again").environment.modules == loaded.environment.modules


def test_it_is_plain_yaml_for_other_readers():
    loaded = Project.at(ROOT).load("prod")
    assert yaml.safe_load(as_yaml(loaded)) == loaded.environment.model_dump(exclude={"name"}, exclude_none=True)


def test_overrides_are_shown(tmp_path):
    assert "nodes: 3" in as_yaml(load(ROOT, "prod", [parse_override("cache.nodes=3")]))
