"""The command line as a whole: help, versions, and what becomes of errors."""

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import xyztf
from xyztf.cli import app
from xyztf.cli.app import run
from xyztf.cli.output import coloured


@pytest.mark.parametrize("columns", ["80", "160"])
def test_help_fits_the_terminal(small, columns: str) -> None:
    done = small.start("render", "--help", env={"COLUMNS": columns, "TERMINAL_WIDTH": columns})
    out, err = done.communicate()
    assert (done.returncode, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= int(columns)
    for word in ("--check", "--diff", "--project", "--set", "[ENV]..."):
        assert word in out
    assert "folders above are not searched" in " ".join(re.sub(r"[│]", "", out).split())


def test_version(capfd) -> None:
    for option in ("--version", "-V"):
        assert run([option]) == 0
        assert capfd.readouterr().out == f"xyztf {xyztf.__version__}\n"


def test_no_arguments_shows_help_and_is_a_wrong_use(capfd) -> None:
    assert run([]) == 64
    assert "render" in "".join(capfd.readouterr())


def test_a_bug_leaves_a_report(small, capfd, monkeypatch, tmp_path: Path) -> None:
    def broken(*_: object, **__: object) -> None:
        raise AssertionError("surprise")

    monkeypatch.setattr("xyztf.render.project.rendering", broken)
    monkeypatch.setattr(app.tempfile, "tempdir", str(tmp_path))
    assert small.run("render") == 3
    out, err = capfd.readouterr()
    assert out == ""
    assert "Traceback" not in err
    (report,) = tmp_path.glob("xyztf-report-*.txt")
    assert f"please report it with the file {report}" in err
    text = report.read_text()
    assert "AssertionError: surprise" in text
    assert f"xyztf {xyztf.__version__}" in text
    assert report.stat().st_mode & 0o077 == 0


def test_a_bug_without_a_place_for_the_report(small, capfd, monkeypatch) -> None:
    monkeypatch.setattr("xyztf.render.project.rendering", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(app.tempfile, "NamedTemporaryFile", lambda *_, **__: os.stat("/proc/nowhere"))
    assert small.run("render") == 3
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_an_unexpected_failure_of_the_system_is_a_bug(small, monkeypatch, capfd) -> None:
    def failing(code: int):
        def call(*_: object, **__: object) -> None:
            raise OSError(code, os.strerror(code), "/some/file")

        return call

    monkeypatch.setattr("xyztf.render.project.rendering", failing(5))
    assert small.run("render") == 3
    capfd.readouterr()
    monkeypatch.setattr("xyztf.render.project.rendering", failing(errno.ENOSPC))
    assert small.run("render") == 1
    assert "error: /some/file cannot be written: No space left on device" in capfd.readouterr().err


def test_interrupted(small, monkeypatch, capfd) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("xyztf.render.project.rendering", interrupted)
    assert small.run("render") == 130
    assert capfd.readouterr() == ("", "interrupted\n")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["schema"], ["--version"], ["config", "show", "prod"]])
def test_a_reader_that_goes_away(small, arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    child = small.start(*arguments, stdout=write)
    os.close(write)
    _, err = child.communicate()
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert "bug" not in err
    assert child.returncode == 0


def test_the_folder_we_are_in_is_gone(small, tmp_path: Path) -> None:
    code = "import os; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone');" + (
        "import sys; sys.argv = ['xyztf', 'render', '--check']; from xyztf.__main__ import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert "Traceback" not in done.stderr
    assert done.returncode != 0


def test_characters_that_the_terminal_has_not(small) -> None:
    small.write({"templates/modules/vpc/main.tf.j2": "# 😀 ü\n"})
    child = small.start("render", "--diff", "prod", env={"PYTHONIOENCODING": "ascii"})
    out, err = child.communicate()
    assert (child.returncode, err) == (0, "")
    assert "+# \\U0001f600 \\xfc" in out


def test_a_file_name_that_is_not_text(small, capfd) -> None:
    assert small.run("render") == 0
    folder = os.fsencode(small.root / "modules/prod/vpc")
    os.rename(folder + b"/main.tf", folder + b"/\xff.tf")
    capfd.readouterr()
    child = small.start("render")
    out, err = child.communicate()
    assert child.returncode == 0, err
    assert "removed: modules/prod/vpc/\\udcff.tf\n" in out


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colour(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], terminal: bool, expected: bool) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    class Stream:
        def isatty(self) -> bool:
            return terminal

    assert coloured(Stream()) is expected  # type: ignore[arg-type]
