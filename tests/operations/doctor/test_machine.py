"""What doctor says of this machine, for each verdict."""

from __future__ import annotations

import http.server
import os
import shutil
import threading
from pathlib import Path

import pytest

from xyztf.operations.doctor import machine
from xyztf.operations.doctor.finding import Verdict
from xyztf.operations.doctor.machine import Machine, fits
from xyztf.terraform import provider
from xyztf.terraform.release import pinned_release, this_platform

BINARY = """\
#!/bin/sh
echo '{{"terraform_version": "{version}", "platform": "plan9_mips"}}'
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A machine with nothing on it: `here(VARIABLE=value)`."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in ("TF_CLI_CONFIG_FILE", "XYZTF_TERRAFORM", "XYZTF_PROVIDER_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(provider, "USUAL_PLACES", (str(tmp_path / "opt" / "*"),))
    (tmp_path / "bin").mkdir()

    def make(**variables: str) -> Machine:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return Machine(tmp_path, dict(os.environ))

    return make


@pytest.fixture
def binary(here, tmp_path):
    """Puts a Terraform of a version on the PATH."""

    def make(version: str) -> None:
        file = tmp_path / "bin" / "terraform"
        file.write_text(BINARY.format(version=version))
        file.chmod(0o755)

    return make


def mirror(folder: Path, *paths: str) -> Path:
    for path in paths:
        file = folder / provider.HOST / "hashicorp" / "aws" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    return folder


def test_python_and_the_packages_are_named_with_their_versions(here):
    assert machine.python(here()).verdict is Verdict.OK
    found = machine.packages(here())
    assert found.verdict is Verdict.OK
    assert "python-terraform 0.10." in found.says
    assert "moto 5.2." in found.says


@pytest.mark.parametrize(
    ("version", "words"), [(None, "moto is missing"), ("5.3.0", "moto 5.3.0, and must be <5.3,>=5.2.5")]
)
def test_a_package_that_does_not_fit_is_a_problem(here, monkeypatch, version, words):
    installed = machine._installed
    monkeypatch.setattr(machine, "_installed", lambda name: version if name == "moto" else installed(name))
    found = machine.packages(here())
    assert (found.verdict, found.says) == (Verdict.PROBLEM, words)


def test_terraform_is_named_with_version_and_place(here, binary, tmp_path):
    binary("1.11.4")
    found = machine.terraform(here())
    assert (found.verdict, found.says) == (Verdict.OK, f"1.11.4, {tmp_path}/bin/terraform")


def test_a_terraform_that_is_too_old_is_a_problem(here, binary):
    binary("1.9.8")
    found = machine.terraform(here())
    assert found.verdict is Verdict.PROBLEM
    assert "1.9.8" in found.says
    assert found.hint


def test_without_terraform_nothing_is_downloaded_and_it_is_a_warning(here, tmp_path):
    found = machine.terraform(here(XDG_CACHE_HOME=str(tmp_path / "cache"), XYZTF_RELEASES_URL="http://127.0.0.1:9"))
    assert found.verdict is Verdict.WARNING
    assert found.says.startswith("neither terraform nor tofu is on the PATH: 1.")
    assert not (tmp_path / "cache").exists()


def test_the_one_that_was_downloaded_is_as_good_as_any(here, binary, tmp_path):
    binary("1.11.4")
    kept = tmp_path / "cache" / "xyztf" / "terraform" / pinned_release().version / this_platform() / "terraform"
    kept.parent.mkdir(parents=True)
    (tmp_path / "bin" / "terraform").rename(kept)
    found = machine.terraform(here(XDG_CACHE_HOME=str(tmp_path / "cache")))
    assert (found.verdict, found.says) == (Verdict.OK, f"1.11.4, {kept}")


def test_one_that_is_passed_over_is_a_warning(here, binary, tmp_path):
    binary("1.11.4")
    (tmp_path / "bin" / "terraform").rename(tmp_path / "bin" / "tofu")
    binary("1.9.8")
    found = machine.terraform(here())
    assert found.verdict is Verdict.WARNING
    assert "1.9.8" in found.says
    assert "/bin/tofu" in found.says


def test_a_setting_that_names_no_terraform_is_a_problem(here):
    found = machine.terraform(here(XYZTF_TERRAFORM="/nowhere/terraform"))
    assert found.verdict is Verdict.PROBLEM
    assert "/nowhere/terraform" in found.says


def test_the_newest_provider_that_fits_is_named(here, binary, tmp_path):
    binary("1.11.4")
    folder = mirror(
        tmp_path / "opt" / "mirror",
        "5.99.0/plan9_mips/provider",
        "5.100.0/plan9_mips/provider",
        "6.10.0/linux_amd64/provider",
        "terraform-provider-aws_6.2.1_plan9_mips.zip",
        "terraform-provider-aws_7.0.0_plan9_mips.zip",
    )
    found = machine.provider(here())
    assert (found.verdict, found.says) == (Verdict.OK, f"6.2.1 for plan9_mips, from the mirror {folder}")


@pytest.mark.parametrize(
    ("path", "holds"),
    [("5.99.0/plan9_mips/provider", "it holds 5.99.0"), ("5.100.0/linux_amd64/provider", "it holds none")],
)
def test_a_mirror_without_a_provider_that_fits_is_a_problem(here, binary, tmp_path, path, holds):
    binary("1.11.4")
    folder = mirror(tmp_path / "mine", path)
    found = machine.provider(here(XYZTF_PROVIDER_MIRROR=str(folder)))
    assert found.verdict is Verdict.PROBLEM
    assert found.says == (
        f"XYZTF_PROVIDER_MIRROR names the mirror {folder}, and {holds} for plan9_mips: needed is >= 5.100, < 7"
    )
    assert found.hint == f"fill it with: terraform providers mirror -platform=plan9_mips {folder}"


def test_a_setting_that_names_no_mirror_is_a_problem(here, tmp_path):
    found = machine.provider(here(XYZTF_PROVIDER_MIRROR=str(tmp_path)))
    assert found.verdict is Verdict.PROBLEM
    assert "no mirror of the AWS provider" in found.says


def test_without_terraform_a_mirror_must_hold_what_the_one_to_be_downloaded_needs(here, tmp_path):
    mirror(tmp_path / "opt" / "mirror", f"5.100.0/{this_platform()}/provider")
    assert machine.provider(here()).verdict is Verdict.OK


def test_the_users_own_configuration_is_named(here, tmp_path):
    own = tmp_path / "own.tfrc"
    own.write_text("provider_installation {\n  direct {}\n}\n")
    found = machine.provider(here(TF_CLI_CONFIG_FILE=str(own)))
    assert (found.verdict, found.says) == (Verdict.OK, f"from where {own} says")


def test_the_registry_answers_or_does_not(here, monkeypatch):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(machine, "REGISTRY", f"http://127.0.0.1:{server.server_port}/")
    assert machine.provider(here()).verdict is Verdict.OK
    server.shutdown()
    server.server_close()
    found = machine.provider(here())
    assert found.verdict is Verdict.PROBLEM
    assert "registry.terraform.io, which does not answer: " in found.says
    assert "XYZTF_PROVIDER_MIRROR" in (found.hint or "")


def test_a_configuration_file_that_is_not_there_is_noted_as_harmless(here):
    assert machine.configuration_file(here()) is None
    found = machine.configuration_file(here(TF_CLI_CONFIG_FILE="/nowhere/rc"))
    assert found is not None
    assert found.verdict is Verdict.OK
    assert "harmless" in found.says


@pytest.mark.parametrize(("free", "verdict"), [(0.4e9, Verdict.PROBLEM), (3e9, Verdict.WARNING), (80e9, Verdict.OK)])
def test_space_is_judged(here, monkeypatch, free, verdict):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100e9, 100e9 - free, free))
    assert machine.space(here()).verdict is verdict


def test_what_a_cut_off_apply_left_is_a_warning(here, tmp_path):
    assert machine.left_behind(here()).verdict is Verdict.OK
    for path in (
        ".xyztf/sandbox/dev/us-east-1/unfinished.json",
        ".xyztf/sandbox/dev/tree/environments/dev/us-east-1/errored.tfstate",
        ".xyztf/sandbox/dev/tree/environments/dev/us-west-2/errored.tfstate",
    ):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("")
    found = machine.left_behind(here())
    assert (found.verdict, found.says) == (
        Verdict.WARNING,
        "an apply was cut off: dev/us-east-1, dev/us-west-2",
    )
    assert found.hint == "xyztf plan dev --sandbox takes in what it left"


@pytest.mark.parametrize(
    ("version", "wanted", "does"),
    [
        ("5.100.0", ">= 5.100, < 7", True),
        ("6.99.1", ">= 5.100, < 7", True),
        ("5.99.9", ">= 5.100, < 7", False),
        ("7.0.0", ">= 5.100, < 7", False),
        ("6.0.0-beta1", ">= 5.100, < 7", False),
        ("5.3", "<5.3,>=5.2.5", False),
        ("5.2.5", "<5.3,>=5.2.5", True),
        ("1.0", "", True),
    ],
)
def test_versions_are_compared_by_their_numbers(version, wanted, does):
    assert fits(version, wanted) is does
