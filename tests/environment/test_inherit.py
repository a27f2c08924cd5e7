"""Which files make up an environment, and in which order."""

from __future__ import annotations

import pytest

from xyztf.environment import inherit
from xyztf.environment.inherit import environment_names, load_layers, load_merged
from xyztf.errors import InvalidEnvironment, Location, Problem


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "environments"
    path.mkdir()
    return path


def write(folder, **files: str) -> None:
    for stem, text in files.items():
        (folder / f"{stem}.yaml").write_text(text)


def layers(folder, name="prod"):
    return [layer.data for layer in load_layers(folder, name, folder.parent)]


def only_problem(folder, name="prod") -> Problem:
    with pytest.raises(InvalidEnvironment) as error:
        load_layers(folder, name, folder.parent)
    [problem] = error.value.problems
    return problem


# Layers


def test_an_environment_alone_is_one_layer(folder):
    write(folder, prod="a: 1\n")
    assert layers(folder) == [{"a": 1}]


def test_layers_come_from_the_farthest_to_the_nearest_without_extends(folder):
    write(
        folder,
        _defaults="from: d\n",
        _base="from: b\n",
        _big="extends: base\nfrom: g\n",
        prod="extends: _big\nfrom: p\n",
    )
    assert layers(folder) == [{"from": "d"}, {"from": "b"}, {"from": "g"}, {"from": "p"}]


def test_the_place_of_extends_is_gone_too(folder):
    write(folder, _base="", prod="extends: base\na: 1\n")
    assert set(load_layers(folder, "prod", folder.parent)[-1].marks) == {(), ("a",)}


@pytest.mark.parametrize("parent", ["base", "_base", "base.yaml", "_base.yaml"])
def test_a_parent_is_found_with_or_without_underscore_and_ending(folder, parent):
    write(folder, _base="a: 1\n", prod=f"extends: {parent}\n")
    assert layers(folder) == [{"a": 1}, {}]


def test_an_environment_can_extend_another_and_its_exact_name_comes_first(folder):
    write(folder, dev="a: dev\n", _dev="a: _dev\n", prod="extends: dev\n")
    assert layers(folder) == [{"a": "dev"}, {}]


def test_naming_the_defaults_as_parent_reads_them_once(folder):
    write(folder, _defaults="a: 1\n", prod="extends: _defaults\nb: 2\n")
    assert layers(folder) == [{"a": 1}, {"b": 2}]


def test_places_are_relative_to_the_project(folder):
    write(folder, _defaults="a: 1\n", prod="b: 1\n")
    files = [layer.marks[()].value.file for layer in load_layers(folder, "prod", folder.parent)]
    assert files == ["environments/_defaults.yaml", "environments/prod.yaml"]


def test_places_outside_the_project_are_shown_in_full(folder, tmp_path):
    write(folder, prod="b: 1\n")
    [layer] = load_layers(folder, "prod", tmp_path / "elsewhere")
    assert layer.marks[()].value.file == str(folder / "prod.yaml")


# Merged


def test_merged_the_nearest_layer_wins_and_null_goes_back(folder):
    write(folder, _defaults="a: 1\nb: {x: 1, z: 1}\nc: 1\n", prod="a: 2\nb: {z: 2}\nc: null\n")
    layer = load_merged(folder, "prod", folder.parent)
    assert layer.data == {"a": 2, "b": {"x": 1, "z": 2}}
    assert layer.marks["a",].value == Location("environments/prod.yaml", 1, 4)
    assert layer.marks["b", "x"].value == Location("environments/_defaults.yaml", 2, 8)


def test_a_null_of_the_only_layer_is_gone_too(folder):
    write(folder, prod="a: 1\nb:\nc: {d: ~}\n")
    assert load_merged(folder, "prod", folder.parent).data == {"a": 1, "c": {}}


def test_a_cache_reads_each_file_once(folder, monkeypatch):
    write(folder, _defaults="a: 1\n", _base="b: 1\n", dev="extends: base\n", prod="extends: base\n")
    opened = []
    read = inherit.read_document
    monkeypatch.setattr(
        inherit, "read_document", lambda path, shown_as: (opened.append(path.stem), read(path, shown_as))[1]
    )
    cache: inherit.Cache = {}
    results = [load_merged(folder, name, folder.parent, cache).data for name in ("dev", "prod", "prod")]
    assert results == [{"a": 1, "b": 1}] * 3
    assert sorted(opened) == ["_base", "_defaults", "dev", "prod"]


# What is wrong


def test_an_unknown_environment_is_answered_with_a_near_name(folder):
    write(folder, prod="", dev="", _prd="")
    message = 'there is no environment "prd" in environments'
    assert only_problem(folder, "prd") == Problem(message, None, 'did you mean "prod"?')
    assert only_problem(folder, "zzzz").hint == "there are: dev, prod"


@pytest.mark.parametrize("name", ["_defaults", "../prod", "", "Prod", "prod.yaml", "a\0b", "prod\n"])
def test_what_is_no_name_is_no_environment(folder, name):
    write(folder, prod="", _defaults="")
    assert only_problem(folder, name).message == f'there is no environment "{name}" in environments'


def test_a_missing_parent_is_an_error_at_extends_with_a_near_name(folder):
    write(folder, _production="", prod="a: 1\nextends: prodction\n")
    assert only_problem(folder) == Problem(
        '`extends` names "prodction", which is not in environments',
        Location("environments/prod.yaml", 2, 1),
        'did you mean "_production"?',
    )


@pytest.mark.parametrize("parent", ["../secret", "/etc/passwd", "''", '"a\\0b"', "."])
def test_extends_cannot_lead_out_of_the_folder(folder, parent):
    (folder.parent / "secret.yaml").write_text("a: 1\n")
    write(folder, prod=f"extends: {parent}\n")
    assert only_problem(folder).location == Location("environments/prod.yaml", 1, 1)


@pytest.mark.parametrize("value", ["3", "[a, b]", "{a: b}", "", "true"])
def test_extends_takes_one_name(folder, value):
    write(folder, prod=f"extends: {value}\n")
    assert only_problem(folder).message == "`extends` takes the name of one file"


def test_a_circle_is_shown_whole_at_the_extends_that_closes_it(folder):
    write(folder, _a="extends: b\n", _b="x: 1\nextends: a\n", prod="extends: a\n")
    assert only_problem(folder) == Problem(
        "`extends` goes round in a circle: prod -> _a -> _b -> _a",
        Location("environments/_b.yaml", 2, 1),
        "break the circle",
    )


def test_an_environment_cannot_extend_itself(folder):
    write(folder, prod="extends: prod\n")
    assert "prod -> prod" in only_problem(folder).message


def test_the_defaults_cannot_extend(folder):
    write(folder, _base="", _defaults="extends: base\n", prod="a: 1\n")
    problem = only_problem(folder)
    assert problem.location == Location("environments/_defaults.yaml", 1, 1)
    assert "_defaults.yaml cannot extend" in problem.message


def test_what_is_wrong_in_a_parent_is_told_in_its_place(folder):
    write(folder, _base="a: yes\n", prod="extends: base\n")
    assert only_problem(folder).location == Location("environments/_base.yaml", 1, 4)


# Names


def test_environments_are_the_yaml_files_without_underscore_or_dot(folder):
    write(folder, prod="", dev="", _defaults="", _base="")
    for name in (".hidden.yaml", ".old.yml", "README.md", "prod.yaml~", "prod.tf"):
        (folder / name).touch()
    (folder / "prod").mkdir()
    (folder / "folder.yaml").mkdir()
    write(folder, **{"eu-west-1-prod-1": ""})
    assert environment_names(folder) == ["dev", "eu-west-1-prod-1", "prod"]


def test_a_name_sorts_by_itself_and_not_by_its_file(folder):
    write(folder, **{"prod": "", "prod-eu": ""})
    assert environment_names(folder) == ["prod", "prod-eu"]


def test_files_that_cannot_be_environments_are_told_all_at_once(folder):
    for name in (
        "prod.yaml",
        "dev.yml",
        "_base.yml",
        "Prod2.yaml",
        "stage.YAML",
        "9a.yaml",
        "a_b.yaml",
        "a" * 17 + ".yaml",
    ):
        (folder / name).touch()
    with pytest.raises(InvalidEnvironment) as error:
        environment_names(folder)
    found = {problem.location.file: (problem.message, problem.hint) for problem in error.value.problems}
    rename = {"dev.yml": "dev", "_base.yml": "_base", "stage.YAML": "stage"}
    for file, stem in rename.items():
        assert found.pop(f"environments/{file}")[1] == f"rename it {stem}.yaml"
    assert {file: message for file, (message, _) in found.items()} == {
        f"environments/{stem}.yaml": f'"{stem}" cannot be the name of an environment'
        for stem in ("Prod2", "9a", "a_b", "a" * 17)
    }


def test_a_missing_folder_is_a_problem(tmp_path):
    with pytest.raises(InvalidEnvironment, match="environments: the folder of environments cannot be read"):
        environment_names(tmp_path / "environments")
    with pytest.raises(InvalidEnvironment, match="environments: the folder of environments cannot be read"):
        load_layers(tmp_path / "environments", "prod", tmp_path)
