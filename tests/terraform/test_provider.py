"""Where the provider comes from: a setting, the user's own configuration, the usual places, the registry."""

from __future__ import annotations

from pathlib import Path

import pytest

from xyztf.errors import XyztfError
from xyztf.terraform import provider
from xyztf.terraform.provider import HOST, SETTING, Kind, Source, provider_source, terraform_environment, versions_in


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """A machine without mirrors, and a home without configuration."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(provider, "USUAL_PLACES", (str(tmp_path / "opt" / "*"),))
    (tmp_path / "home").mkdir()
    return tmp_path


def mirror(folder: Path) -> Path:
    (folder / HOST / "hashicorp" / "aws").mkdir(parents=True)
    return folder


def test_without_any_mirror_terraform_asks_the_registry(nowhere):
    assert "TF_CLI_CONFIG_FILE" not in terraform_environment({}, nowhere)


def test_a_configuration_file_that_is_not_there_is_left_out(nowhere):
    environment = terraform_environment({"TF_CLI_CONFIG_FILE": str(nowhere / "gone")}, nowhere)
    assert "TF_CLI_CONFIG_FILE" not in environment


def test_a_mirror_in_a_usual_place_is_found(nowhere):
    place = mirror(nowhere / "opt" / "providers")
    environment = terraform_environment({"TF_CLI_CONFIG_FILE": str(nowhere / "gone")}, nowhere)
    written = Path(environment["TF_CLI_CONFIG_FILE"]).read_text()
    assert f'path    = "{place}"' in written
    assert f'exclude = ["{HOST}/hashicorp/aws"]' in written


def test_the_users_own_configuration_is_respected(nowhere):
    mirror(nowhere / "opt" / "providers")
    own = nowhere / "own.tfrc"
    own.write_text("provider_installation {\n  direct {}\n}\n")
    assert terraform_environment({"TF_CLI_CONFIG_FILE": str(own)}, nowhere)["TF_CLI_CONFIG_FILE"] == str(own)


def test_so_is_one_in_the_home_folder(nowhere):
    mirror(nowhere / "opt" / "providers")
    (nowhere / "home" / ".terraformrc").write_text("provider_installation {\n  direct {}\n}\n")
    assert "TF_CLI_CONFIG_FILE" not in terraform_environment({}, nowhere)


def test_the_setting_comes_before_everything(nowhere):
    mirror(nowhere / "opt" / "providers")
    set_one = mirror(nowhere / "mine")
    environment = terraform_environment({SETTING: str(set_one)}, nowhere)
    assert f'"{set_one}"' in Path(environment["TF_CLI_CONFIG_FILE"]).read_text()


def test_a_setting_that_names_no_mirror_is_an_error_that_says_what_a_mirror_is(nowhere):
    with pytest.raises(XyztfError, match="no mirror of the AWS provider") as caught:
        terraform_environment({SETTING: str(nowhere)}, nowhere)
    assert "terraform providers mirror" in str(caught.value)


def test_a_mirror_holds_versions_packed_or_not_for_each_platform(nowhere):
    folder = mirror(nowhere / "mirror") / HOST / "hashicorp" / "aws"
    for path in ("5.100.0/linux_amd64", "5.99.1/linux_amd64", "6.0.0/darwin_arm64"):
        (folder / path).mkdir(parents=True)
    (folder / "terraform-provider-aws_6.2.0_linux_amd64.zip").write_text("")
    assert versions_in(nowhere / "mirror", "linux_amd64") == ["5.99.1", "5.100.0", "6.2.0"]
    assert versions_in(nowhere / "mirror", "darwin_arm64") == ["6.0.0"]


def test_who_decides_where_the_provider_comes_from_can_be_told(nowhere):
    assert provider_source({}) == Source(Kind.REGISTRY)
    usual = mirror(nowhere / "opt" / "providers")
    assert provider_source({"TF_CLI_CONFIG_FILE": str(nowhere / "gone")}) == Source(Kind.MIRROR, usual)
    own = nowhere / "own.tfrc"
    own.write_text("provider_installation {\n  direct {}\n}\n")
    assert provider_source({"TF_CLI_CONFIG_FILE": str(own)}) == Source(Kind.CONFIGURATION, configuration=own)
    set_one = mirror(nowhere / "mine")
    assert provider_source({"TF_CLI_CONFIG_FILE": str(own), SETTING: str(set_one)}) == Source(Kind.SETTING, set_one)
