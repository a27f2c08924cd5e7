"""Which Terraform is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from xyztf.terraform.binary import SETTING, NoTerraform, find_binary


@pytest.fixture
def no_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv(SETTING, raising=False)
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin"


def executable(place: Path, version: str) -> Path:
    place.write_text(f'#!/bin/sh\necho \'{{"terraform_version": "{version}"}}\'\n')
    place.chmod(0o755)
    return place


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


def test_none_is_an_error_that_says_where_to_get_it(no_path):
    with pytest.raises(NoTerraform, match="not on the PATH"):
        find_binary()


def test_a_setting_that_is_not_executable_is_named(no_path, tmp_path, monkeypatch):
    monkeypatch.setenv(SETTING, str(tmp_path / "typo"))
    with pytest.raises(NoTerraform, match="typo, which is not an executable"):
        find_binary()


@pytest.mark.parametrize("version", ["1.10.5", "0.15.0", "2.0.0"])
def test_a_version_out_of_range_is_refused_with_the_range(no_path, version):
    executable(no_path / "terraform", version)
    with pytest.raises(NoTerraform, match=r">= 1\.11, < 2\.0"):
        find_binary()


def test_something_else_of_that_name_is_said_to_be_so(no_path):
    (no_path / "terraform").write_text("#!/bin/sh\necho hello\n")
    (no_path / "terraform").chmod(0o755)
    with pytest.raises(NoTerraform, match="cannot be run"):
        find_binary()
