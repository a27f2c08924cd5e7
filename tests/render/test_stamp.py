"""`render --check` may answer from memory only while nothing changed that the answer hangs on."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import xyztf
from xyztf import __main__ as start
from xyztf.render import inputs, stamp

MAIN = "modules/prod/vpc/main.tf"


@pytest.fixture
def clean(small, monkeypatch: pytest.MonkeyPatch):
    """A rendered project that lies still for longer than a stamp needs."""
    monkeypatch.setattr(stamp, "SETTLED_NS", 2_000_000)
    own = {
        f"templates/modules/vpc/{name}": text for name, text in {"own.tf.j2": "# own\n", "static.tf": "# x\n"}.items()
    }
    small.write(own)
    assert small.run("render") == 0
    settle()
    return small


def settle() -> None:
    time.sleep(0.02)


def told(small, *names: str) -> str | None:
    return start._remembered([*names, "--check", "--project", str(small.root)])


def remembered(small, *names: str) -> str:
    assert told(small, *names) is None
    assert small.run("render", "--check", *names) == 0
    answer = told(small, *names)
    assert answer is not None
    return answer


def edit_in_place(small) -> None:
    path = small.root / MAIN
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(-3, os.SEEK_END)
        file.write(b"X")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(small) -> None:
    path = small.root / MAIN
    copy = path.with_name("copy")
    shutil.copy2(path, copy)
    os.replace(copy, path)


def upgrade(small) -> None:
    (small.cache / "xyztf/render").joinpath(next(iter(os.listdir(small.cache / "xyztf/render")))).write_text(
        "xyztf 0.0.9 stamp 1"
    )


def damage(small) -> None:
    for path in (small.cache / "xyztf/render").iterdir():
        path.write_bytes(path.read_bytes()[:-40] + b"\xff\xfe")


def empty(small) -> None:
    for path in (small.cache / "xyztf/render").iterdir():
        path.write_bytes(b"")


def appended(name: str, text: str = "\n# more\n") -> Callable[..., None]:
    def change(small) -> None:
        with (small.root / name).open("a") as file:
            file.write(text)

    change.__name__ = f"appended to {name}"
    return change


def added(name: str) -> Callable[..., None]:
    def change(small) -> None:
        small.write({name: "# new\n"})

    change.__name__ = f"added {name}"
    return change


def removed(name: str) -> Callable[..., None]:
    def change(small) -> None:
        (small.root / name).unlink()

    change.__name__ = f"removed {name}"
    return change


CHANGES = [
    edit_in_place,
    replace,
    damage,
    empty,
    upgrade,
    appended(MAIN),
    appended("environments/prod.yaml"),
    appended("environments/_defaults.yaml"),
    appended("templates/modules/vpc/own.tf.j2"),
    appended("templates/modules/vpc/static.tf"),
    added("templates/modules/vpc/more.tf.j2"),
    added("templates/stacks/global/more.tf.j2"),
    added("modules/prod/vpc/new.tf"),
    added("modules/gone/vpc/new.tf"),
    added("environments/prod/global/deep/new.tf"),
    added("environments/third.yaml"),
    removed(MAIN),
    removed("templates/modules/vpc/own.tf.j2"),
    removed("environments/dev.yaml"),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_every_change_is_noticed(clean, change: Callable[..., None]) -> None:
    assert "as rendered" in remembered(clean)
    change(clean)
    assert told(clean) is None


def test_a_touched_file_is_looked_at_again(clean) -> None:
    remembered(clean)
    os.utime(clean.root / MAIN)
    assert told(clean) is None
    settle()
    remembered(clean)


def test_a_folder_of_templates_behind_a_link_is_watched(clean, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "main.tf.j2").write_text("# shared\n")
    (clean.root / "templates/modules/linked").symlink_to(shared)
    (shared / "loop").symlink_to(shared)
    settle()
    remembered(clean)
    (shared / "main.tf.j2").write_text("# Shared\n")
    assert told(clean) is None


def test_a_template_of_ours_is_watched(clean) -> None:
    remembered(clean)
    (clean.packaged / "modules/vpc/main.tf.j2").write_text("# changed\n")
    assert told(clean) is None


def test_the_libraries_that_render_are_watched(clean) -> None:
    import jinja2

    assert jinja2.__file__ in set(inputs.watched(clean.root))


def test_another_version_of_xyztf_asks_again(clean, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered(clean)
    monkeypatch.setattr(stamp, "FORMAT", stamp.FORMAT.replace(xyztf.__version__, "9.9.9"))
    assert told(clean) is None


def test_no_stamp_for_a_check_that_fails_or_a_run_with_overrides(clean) -> None:
    (clean.root / MAIN).unlink()
    settle()
    assert clean.run("render", "--check") == 1
    assert told(clean) is None
    assert clean.run("render") == 0
    settle()
    assert clean.run("render", "--check", "--set", "protected=false") == 0
    assert told(clean) is None
    assert clean.run("render", "--diff") == 0
    assert told(clean) is not None


def test_no_stamp_for_what_changed_just_now(clean, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "SETTLED_NS", 3_600_000_000_000)
    assert clean.run("render", "--check") == 0
    assert told(clean) is None


def test_a_change_while_the_check_runs_leaves_no_stamp(clean, monkeypatch: pytest.MonkeyPatch) -> None:
    real = inputs.watched

    def watched(project: Path):
        os.utime(project / MAIN)
        return real(project)

    monkeypatch.setattr(inputs, "watched", watched)
    assert clean.run("render", "--check") == 0
    assert told(clean) is None


def test_named_environments_and_projects_do_not_mix(clean, tmp_path: Path) -> None:
    remembered(clean, "prod")
    assert told(clean) is None
    assert told(clean, "dev") is None
    other = tmp_path / "project prod"
    shutil.copytree(clean.root, other)
    assert start._remembered(["--check", "--project", str(other)]) is None
    assert start._remembered(["prod", "--check", f"--project={other}"]) is None
    assert told(clean, "prod") is not None


def test_other_options_are_not_answered_from_memory(clean) -> None:
    remembered(clean)
    for more in (["--diff"], ["--set", "a=b"], ["--help"], ["--"], ["--unknown"], ["-x"]):
        assert start._remembered(["--check", "--project", str(clean.root), *more]) is None
    assert start._remembered(["--check", "--project"]) is None


@pytest.mark.parametrize("cache", ["/dev/null", "/proc/nowhere"])
def test_a_cache_that_cannot_be_written_is_done_without(clean, monkeypatch: pytest.MonkeyPatch, cache: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", cache)
    assert clean.run("render", "--check") == 0
    assert told(clean) is None


def test_a_project_whose_path_is_not_text(clean, tmp_path: Path) -> None:
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe"))
    shutil.copytree(clean.root, strange, copy_function=shutil.copy)
    settle()
    from xyztf.cli.app import run

    assert run(["render", "--check", "--project", str(strange)]) == 0
    assert start._remembered(["--check", "--project", str(strange)]) is not None


def test_the_second_check_imports_no_parser_and_no_templates(clean) -> None:
    remembered(clean)
    code = (
        "import sys; from xyztf.__main__ import main; code = main();"
        "print(sorted({'typer', 'jinja2', 'pydantic', 'yaml', 'pathlib', 'hashlib'} & set(sys.modules)), code)"
    )
    arguments = ["render", "--check", "--project", str(clean.root)]
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["nothing to change: 18 files are as rendered", "[] 0"]
