"""Writing: in one step per file, through crashes, full disks, missing permission, and other runs."""

import errno
import fcntl
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from xyztf.render import write as writing
from xyztf.render.change import changes
from xyztf.render.header import with_header
from xyztf.render.write import WriteError, apply, exclusive


def wanted(number: int, count: int = 3) -> dict[str, bytes]:
    return {f"modules/prod/m{i}/main.tf": with_header(f"a = {number}\n", ".tf", "t", "prod") for i in range(count)}


def render(project: Path, number: int) -> list[str]:
    return apply(project, changes(project, wanted(number), ["prod"]))


def listing(project: Path) -> list[str]:
    return sorted(path.relative_to(project).as_posix() for path in project.rglob("*"))


def test_files_have_the_usual_mode(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        render(tmp_path, 1)
    finally:
        os.umask(before)
    assert (tmp_path / "modules/prod/m0/main.tf").stat().st_mode & 0o777 == 0o640


def test_removing_the_last_file_removes_its_folders_but_not_what_lies_beside(tmp_path: Path) -> None:
    render(tmp_path, 1)
    (tmp_path / "modules/prod/m1/own.tf").write_text("own")
    (tmp_path / "environments").mkdir()
    apply(tmp_path, changes(tmp_path, {}, ["prod"]))
    assert listing(tmp_path) == ["environments", "modules", "modules/prod", "modules/prod/m1", "modules/prod/m1/own.tf"]


def test_edited_versions_are_kept_and_numbered(tmp_path: Path) -> None:
    path = tmp_path / "modules/prod/m0/main.tf"
    render(tmp_path, 1)
    for text in (b"# first\n", b"# second\n"):
        path.write_bytes(path.read_bytes() + text)
        kept = render(tmp_path, 1)
        assert len(kept) == 1
        assert (tmp_path / kept[0]).read_bytes().endswith(text)
        assert path.read_bytes() == wanted(1)["modules/prod/m0/main.tf"]
    assert [name for name in listing(tmp_path) if ".xyztf/edited/" in name] == [
        f".xyztf/edited/modules__prod__m0__main.tf.{number}" for number in (1, 2)
    ]
    assert (tmp_path / ".xyztf/.gitignore").read_text() == "*\n"


def test_an_edited_file_that_is_stale_is_kept_too(tmp_path: Path) -> None:
    render(tmp_path, 1)
    (tmp_path / "modules/prod/m0/main.tf").write_bytes(wanted(1)["modules/prod/m0/main.tf"] + b"# mine")
    assert apply(tmp_path, changes(tmp_path, {}, ["prod"])) == [".xyztf/edited/modules__prod__m0__main.tf.1"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize("step", ["replace", "fchmod", "fdopen"])
def test_a_failing_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, step: str
) -> None:
    render(tmp_path, 1)
    real, calls = getattr(os, step), []

    def failing(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 2:
            raise OSError(code, os.strerror(code))
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(writing.os, step, failing)
        with pytest.raises(WriteError) as caught:
            render(tmp_path, 2)
    problem = caught.value.problems[0]
    assert problem.message == f"cannot be written: {os.strerror(code)}"
    assert problem.location is not None
    assert problem.location.file == "modules/prod/m1/main.tf"
    contents = [(tmp_path / path).read_bytes() for path in wanted(1)]
    assert contents == [wanted(2)["modules/prod/m0/main.tf"], *[wanted(1)["modules/prod/m0/main.tf"]] * 2]
    assert not [name for name in listing(tmp_path) if "tmp" in name]
    render(tmp_path, 2)
    assert changes(tmp_path, wanted(2), ["prod"]) == []


def test_ctrl_c_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        render(tmp_path, 1)
    assert [name for name in listing(tmp_path) if name.endswith("tmp")] == []


def test_a_full_disk(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        render(small, 1)
        large = dict.fromkeys(wanted(2), with_header("#" * 40_000, ".tf", "t", "prod"))
        with pytest.raises(WriteError, match="No space left on device"):
            apply(small, changes(small, large, ["prod"]))
        assert {(small / path).read_bytes() for path in large} <= {*wanted(1).values(), *large.values()}
        render(small, 2)
        assert changes(small, wanted(2), ["prod"]) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_killed_at_any_moment_files_are_old_or_new(tmp_path: Path) -> None:
    count, random_ = 150, random.Random(4)
    states = {number: wanted(number, count) for number in range(12)}
    apply(tmp_path, changes(tmp_path, states[0], ["prod"]))
    killed = 0
    for number in range(1, 12):
        child = os.fork()
        if not child:  # pragma: no cover
            apply(tmp_path, changes(tmp_path, states[number], ["prod"]))
            os._exit(0)
        time.sleep(random_.uniform(0.001, 0.02))
        os.kill(child, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        allowed = {content for state in states.values() for content in state.values()}
        assert {(tmp_path / path).read_bytes() for path in states[0]} <= allowed
    assert killed
    apply(tmp_path, changes(tmp_path, states[0], ["prod"]))
    assert {path: (tmp_path / path).read_bytes() for path in states[0]} == states[0]
    assert not [name for name in listing(tmp_path) if "tmp" in name]


def test_the_lock_is_waited_for_and_freed(tmp_path: Path) -> None:
    said: list[str] = []
    with exclusive(tmp_path, lambda: said.append("waiting")):
        other = os.open(tmp_path, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(other)
    assert said == []
    holder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    with exclusive(tmp_path, lambda: (said.append("waiting"), os.close(holder))[0]):
        pass
    assert said == ["waiting"]


def test_where_nothing_can_be_locked_rendering_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(writing.fcntl, "flock", refuse)
    with exclusive(tmp_path, lambda: None):
        pass
