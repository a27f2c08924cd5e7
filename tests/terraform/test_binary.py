"""Which Terraform is run, of those that are on this machine."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from xyztf.facts.tables import table
from xyztf.render.templates import packaged_templates
from xyztf.terraform.binary import OLDEST, SETTING, TOO_NEW, NoTerraform, find_binary


@pytest.fixture
def no_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XYZTF_RELEASES_URL", "http://127.0.0.1:9")  # nobody answers there
    monkeypatch.delenv(SETTING, raising=False)
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin"


def executable(place: Path, version: str) -> Path:
    """What answers as Terraform and OpenTofu both do."""
    told = {"terraform_version": version, "platform": "linux_amd64", "provider_selections": {}}
    place.write_text(f"#!/bin/sh\necho '{json.dumps(told)}'\n")
    place.chmod(0o755)
    return place


def refusal() -> str:
    with pytest.raises(NoTerraform) as error:
        find_binary(pytest.fail)
    return str(error.value)


def test_terraform_comes_before_tofu(no_path):
    executable(no_path / "tofu", "1.11.1")
    assert find_binary().path == no_path / "tofu"
    executable(no_path / "terraform", "1.12.0")
    found = find_binary()
    assert (found.path, found.version) == (no_path / "terraform", "1.12.0")


def test_the_setting_names_one(no_path, tmp_path, monkeypatch):
    executable(no_path / "terraform", "1.12.0")
    mine = executable(tmp_path / "mine", "1.11.4")
    monkeypatch.setenv(SETTING, str(mine))
    assert find_binary().version == "1.11.4"


def test_the_setting_may_be_a_name_on_the_path(no_path, monkeypatch):
    executable(no_path / "terraform", "1.12.0")
    executable(no_path / "tofu", "1.11.1")
    monkeypatch.setenv(SETTING, "tofu")
    assert find_binary().path == no_path / "tofu"


def test_what_the_setting_names_is_taken_or_refused_and_nothing_else_is(no_path, tmp_path, monkeypatch):
    executable(no_path / "terraform", "1.12.0")
    monkeypatch.setenv(SETTING, str(executable(tmp_path / "mine", "1.5.7")))
    assert f"{tmp_path}/mine is version 1.5.7: supported is >= 1.11, < 2.0" in refusal()


def test_a_setting_that_is_not_executable_is_named(no_path, tmp_path, monkeypatch):
    monkeypatch.setenv(SETTING, str(tmp_path / "typo"))
    assert "typo, which is not an executable" in refusal()


def test_none_at_all_is_an_error_that_says_where_to_get_it(no_path):
    with pytest.raises(NoTerraform) as error:
        find_binary(lambda _: None)
    (problem,) = error.value.problems
    assert problem.hint and "install Terraform >= 1.11, < 2.0 (https://" in problem.hint


@pytest.mark.parametrize("name", ["terraform", "tofu"])
@pytest.mark.parametrize("version", ["1.10.5", "0.15.0", "2.0.0", "dev"])
def test_a_version_out_of_range_is_refused_with_the_range(no_path, name, version):
    executable(no_path / name, version)
    assert f"{no_path}/{name} is version {version}: supported is >= 1.11, < 2.0" in refusal()


@pytest.mark.parametrize("version", ["1.11.0", "1.12.0-beta1", "1.99.0"])
def test_a_version_in_range_is_taken(no_path, version):
    executable(no_path / "tofu", version)
    assert find_binary().version == version


def test_what_cannot_be_used_is_passed_over_and_told(no_path):
    executable(no_path / "terraform", "1.5.7")
    executable(no_path / "tofu", "1.11.1")
    lines: list[str] = []
    assert find_binary(lines.append).path == no_path / "tofu"
    assert lines == [
        f"{no_path}/terraform is version 1.5.7: supported is >= 1.11, < 2.0; using {no_path}/tofu, version 1.11.1"
    ]


def test_that_one_is_passed_over_is_talk_and_not_data(no_path, capfd):
    executable(no_path / "terraform", "1.5.7")
    executable(no_path / "tofu", "1.11.1")
    find_binary()
    out, err = capfd.readouterr()
    assert (out, "using" in err) == ("", True)


def test_when_all_on_the_path_are_out_of_range_each_is_named(no_path):
    executable(no_path / "terraform", "1.5.7")
    executable(no_path / "tofu", "1.10.6")
    with pytest.raises(NoTerraform) as error:
        find_binary(pytest.fail)
    first, last = error.value.problems
    assert first.message == f"{no_path}/terraform is version 1.5.7: supported is >= 1.11, < 2.0"
    assert last.message == f"{no_path}/tofu is version 1.10.6: supported is >= 1.11, < 2.0"
    assert first.hint is None
    assert last.hint and SETTING in last.hint and "what is on the PATH can stay" in last.hint


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo hello", "it does not tell its version"),
        ("echo '[]'", "it does not tell its version"),
        ("echo 'Version could not be resolved' >&2; exit 1", "Version could not be resolved"),
    ],
)
def test_something_else_of_that_name_is_said_to_be_so(no_path, script, told):
    (no_path / "terraform").write_text(f"#!/bin/sh\n{script}\n")
    (no_path / "terraform").chmod(0o755)
    assert f"cannot be run as Terraform: {told}" in refusal()


def test_what_the_system_cannot_run_is_said_to_be_so(no_path):
    (no_path / "terraform").write_bytes(b"\x7fELF of another machine")
    (no_path / "terraform").chmod(0o755)
    assert "terraform cannot be run: " in refusal()


def test_the_oldest_version_is_the_one_that_the_rendered_files_ask_for():
    files = [*packaged_templates().rglob("_versions.tf.j2")]
    asked = {found for file in files for found in re.findall(r'required_version = ">= (\S+)"', file.read_text())}
    assert asked == {".".join(map(str, (*OLDEST, 0)))}


def test_the_pinned_version_is_in_the_range():
    assert OLDEST <= tuple(map(int, table("terraform")["version"].split(".")[:2])) < TOO_NEW
