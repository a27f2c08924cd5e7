"""What may be written and removed, and what is in the way."""

import os
from pathlib import Path

import pytest

from xyztf.errors import UnsafeWrite
from xyztf.render.change import Change, Kind, changes
from xyztf.render.header import with_header

PATH = "modules/prod/vpc/main.tf"
NEW = with_header("a = 1\n", ".tf", "t", "prod")
OLD = with_header("a = 2\n", ".tf", "t", "prod")
OWN = b"# written by hand\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "project"


def put(project: Path, path: str, content: bytes) -> Path:
    place = project / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def found(project: Path, *environments: str) -> list[tuple[str, str]]:
    return [(change.kind, change.path) for change in changes(project, {PATH: NEW}, environments or ["prod"])]


def refused(project: Path) -> str:
    with pytest.raises(UnsafeWrite) as caught:
        changes(project, {PATH: NEW, "modules/prod/vpc/other.tf": NEW}, ["prod"])
    return str(caught.value)


def test_added_changed_unchanged_removed(project: Path) -> None:
    project.mkdir()
    assert found(project) == [("added", PATH)]
    put(project, PATH, OLD)
    assert changes(project, {PATH: NEW}, ["prod"]) == [Change(Kind.CHANGED, PATH, OLD, NEW)]
    put(project, PATH, NEW)
    assert found(project) == []
    put(project, "environments/prod/global/old.tf", OLD)
    put(project, "environments/dev/global/old.tf", OLD)
    assert found(project) == [("removed", "environments/prod/global/old.tf")]


def test_own_files_stay(project: Path) -> None:
    for path in ("own.tf", "own.xyztf-tmp", "terraform.tfstate", ".terraform.lock.hcl", ".terraform/modules/x/main.tf"):
        put(project, f"environments/prod/global/{path}", OWN)
    put(project, "environments/prod/global/.terraform/modules/y/main.tf", OLD)
    put(project, "environments/own.tf", OLD)
    os.mkfifo(project / "environments/prod/pipe")
    os.symlink(put(project, "elsewhere.tf", OLD), project / "environments/prod/link.tf")
    put(project, PATH, NEW)
    assert found(project) == []


def test_leftovers_of_a_killed_run_go(project: Path) -> None:
    put(project, "modules/prod/vpc/.main.tf.abcd1234.xyztf-tmp", b"half")
    assert ("removed", "modules/prod/vpc/.main.tf.abcd1234.xyztf-tmp") in found(project)


def test_in_the_way(project: Path) -> None:
    place = put(project, PATH, OWN)
    put(project, "modules/prod/vpc/other.tf", b"")
    message = refused(project)
    assert message.count("a file that xyztf did not generate is in the way") == 2
    assert place.read_bytes() == OWN
    place.unlink()
    place.mkdir()
    assert "a folder is in the way" in refused(project)
    place.rmdir()
    os.mkfifo(place)
    assert PATH in refused(project)
    place.unlink()
    place.symlink_to(put(project, "own.tf", NEW))
    assert f"{PATH}: is a symbolic link" in refused(project)
    place.unlink()
    place.symlink_to("nowhere")
    assert f"{PATH}: is a symbolic link" in refused(project)


@pytest.mark.parametrize("level", ["modules", "modules/prod", "modules/prod/vpc", "environments/prod"])
@pytest.mark.parametrize("content", [NEW, OLD, OWN])
def test_nothing_goes_through_a_link_out_of_the_project(project: Path, level: str, content: bytes) -> None:
    outside = project.parent / "outside"
    beside = put(outside, "stale.tf", OLD)
    (project / level).parent.mkdir(parents=True)
    (project / level).symlink_to(outside)
    if level != "environments/prod":
        put(outside, PATH.removeprefix(f"{level}/"), content)
    message = refused(project)
    assert f"{level}: a symbolic link leads out of the project" in message
    assert message.count("symbolic link") == 1
    assert beside.exists()


def test_a_link_that_leads_nowhere_or_round_in_a_circle_is_refused(project: Path) -> None:
    (project / "modules").mkdir(parents=True)
    link = project / "modules/prod"
    for target in (project.parent / "nowhere", link):
        link.symlink_to(target)
        assert "modules/prod: " in refused(project)
        link.unlink()


def test_a_link_within_the_project_is_followed(project: Path) -> None:
    (project / "deep/modules").mkdir(parents=True)
    (project / "modules").symlink_to(project / "deep/modules")
    assert found(project) == [("added", PATH)]


def test_a_file_in_the_place_of_a_folder(project: Path) -> None:
    put(project, "modules/prod", OWN)
    assert "modules/prod: a file is where a folder has to be" in refused(project)


def test_an_edited_file_is_not_kept_through_a_link(project: Path) -> None:
    put(project, PATH, OLD + b"# mine\n")
    (project.parent / "outside").mkdir()
    (project / ".xyztf").symlink_to(project.parent / "outside")
    assert ".xyztf: a symbolic link leads out" in refused(project)
