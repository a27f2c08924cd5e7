"""xyztf render: what it prints, where, and its exit codes."""

import fcntl
import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest

from xyztf.__main__ import main
from xyztf.cli.app import run

MAIN = "modules/prod/vpc/main.tf"


def test_what_was_written_unchanged_and_removed(small, capfd) -> None:
    assert small.run("render") == 0
    out, err = capfd.readouterr()
    assert err == ""
    assert f"added: {MAIN}\n" in out
    assert out.endswith("\n14 written, 0 unchanged, 0 removed\n")
    assert small.run("render") == 0
    assert capfd.readouterr().out == "0 written, 14 unchanged, 0 removed\n"
    small.write({"templates/modules/vpc/main.tf.j2": "# {{ env.name }}\n"})
    assert small.run("render", "prod") == 0
    assert capfd.readouterr().out == f"changed: {MAIN}\n1 written, 6 unchanged, 0 removed\n"


def test_check_lists_and_writes_nothing(small, capfd) -> None:
    assert small.run("render", "--check", "prod") == 1
    out, err = capfd.readouterr()
    assert f"would be added: {MAIN}\n" in out
    assert "dev" not in out
    assert err == "7 files are not as rendered: run xyztf render prod\n"
    assert small.files() == {}
    assert small.run("render") == 0
    with (small.root / MAIN).open("a") as file:
        file.write("# mine\n")
    (small.root / "environments/dev.yaml").unlink()
    before = small.files()
    capfd.readouterr()
    assert small.run("render", "--check") == 1
    out = capfd.readouterr().out
    assert f"would be changed: {MAIN} (edited by hand)\n" in out
    assert "would be removed: modules/dev/vpc/main.tf\n" in out
    assert small.files() == before


def test_a_diff_is_one_that_patch_understands(small, capfd, tmp_path: Path) -> None:
    assert small.run("render") == 0
    (small.root / "environments/dev.yaml").unlink()
    small.write({"templates/modules/vpc/main.tf.j2": "# {{ env.name }}\n", "templates/modules/vpc/new.tf": "# n\n"})
    before = small.files()
    capfd.readouterr()
    assert small.run("render", "--diff") == 0
    diff, err = capfd.readouterr()
    assert err == ""
    assert small.files() == before
    assert f"--- a/{MAIN}\n+++ b/{MAIN}\n@@ " in diff
    assert '\n+# "prod"\n' in diff
    assert "--- /dev/null\n+++ b/modules/prod/vpc/new.tf\n" in diff
    assert "+++ /dev/null\n" in diff
    assert "sha256" not in diff
    assert small.run("render", "--check", "--diff") == 1
    again, err = capfd.readouterr()
    assert again == diff
    assert f"would be changed: {MAIN}\n" in err
    assert small.run("render") == 0
    capfd.readouterr()
    assert small.run("render", "--diff") == 0
    assert capfd.readouterr() == ("", "nothing to change: 8 files are as rendered\n")


def test_a_diff_is_coloured_where_someone_looks(small, capfd, monkeypatch) -> None:
    assert small.run("render", "--diff", "prod") == 0
    assert "\x1b[" not in capfd.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert small.run("render", "--diff", "prod") == 0
    coloured = capfd.readouterr().out
    assert "\x1b[32m+" in coloured
    assert "\x1b[36m@@ " in coloured
    assert "\x1b[1m+++ b/" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert small.run("render", "--diff", "prod") == 0
    assert "\x1b[" not in capfd.readouterr().out


def test_a_diff_on_a_terminal(small) -> None:
    master, slave = pty.openpty()
    environment = {"TERM": "xterm", "NO_COLOR": "", "FORCE_COLOR": ""}
    child = small.start("render", "--diff", "prod", stdout=slave, env=environment)
    os.close(slave)
    seen = b""
    try:
        while chunk := os.read(master, 65536):
            seen += chunk
    except OSError:
        pass  # how Linux tells that the other end is closed
    assert child.wait() == 0
    assert b"\x1b[32m+" in seen


def test_an_edited_file_is_restored_and_kept(small, capfd) -> None:
    assert small.run("render") == 0
    with (small.root / MAIN).open("a") as file:
        file.write("# mine\n")
    capfd.readouterr()
    assert small.run("render") == 0
    out, err = capfd.readouterr()
    assert out.startswith(f"changed: {MAIN}\n")
    assert "the edited version is kept as .xyztf/edited/modules__prod__vpc__main.tf.1\n" in err
    assert (small.root / ".xyztf/edited/modules__prod__vpc__main.tf.1").read_text().endswith("# mine\n")
    assert small.run("render", "--check") == 0


def test_a_file_of_someones_own_is_an_error_and_stays(small, capfd) -> None:
    small.write({MAIN: "# mine\n"})
    assert small.run("render") == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert f"{MAIN}: error: a file that xyztf did not generate is in the way" in err
    assert small.files() == {MAIN: b"# mine\n"}


def test_an_override_is_for_one_call(small, capfd) -> None:
    small.write({"templates/modules/vpc/main.tf.j2": "# {{ env.log_retention_days }}\n"})
    assert small.run("render", "--set", "log_retention_days=30") == 0
    assert small.files()[MAIN].endswith(b"\n# 30\n")
    assert small.run("render", "--check") == 1
    assert small.run("render", "--check", "--set", "log_retention_days=30") == 0
    assert small.run("render", "--set", "nonsense=1") == 1
    assert "nonsense" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render", "nowhere"], "there is no environment nowhere"),
        (["render", "prdo"], "prod"),
        (["render", "../prod"], "there is no environment ../prod"),
        (["render", "--unknown"], "No such option"),
        (["unknown"], "No such command"),
        (["render", "--set"], "requires an argument"),
        (["render", "--set", "novalue"], "novalue"),
    ],
)
def test_what_is_asked_for_wrongly(small, capfd, arguments, message) -> None:
    assert small.run(*arguments) == 64 if arguments[-1] != "--set" else run(arguments) == 64
    out, err = capfd.readouterr()
    assert out == ""
    assert message in err
    assert "Traceback" not in err


def test_not_in_a_project(tmp_path: Path, monkeypatch, capfd) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["render"]) == 64
    assert "no project here: there is no folder environments/" in capfd.readouterr().err
    assert run(["render", "--project", "missing"]) == 64
    assert "missing: error: no project here" in capfd.readouterr().err


def test_a_project_is_not_looked_for_in_folders_above(small, monkeypatch, capfd) -> None:
    monkeypatch.chdir(small.root / "environments")
    assert run(["render"]) == 64
    assert "--project" in capfd.readouterr().err


def test_what_is_wrong_in_an_environment_is_told_and_nothing_written(small, capfd) -> None:
    small.write({"environments/prod.yaml": "primary_region: [\n"})
    assert small.run("render") == 1
    assert "environments/prod.yaml:" in capfd.readouterr().err
    assert small.files() == {}


def test_a_read_only_project(small, capfd, monkeypatch) -> None:
    from xyztf.render import write

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(write.tempfile, "mkstemp", refuse)
    assert small.run("render") == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert "environments/dev/global/main.tf: error: cannot be written: Permission denied" in err


def test_two_runs_at_once(small) -> None:
    lock = os.open(small.root, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    child = small.start("render")
    assert child.stderr is not None
    assert child.stderr.readline() == "another xyztf render of this project is running: waiting for it\n"
    assert small.files() == {}
    # What the other run reads, it must read after the lock is free.
    small.write({"templates/modules/vpc/main.tf.j2": "# changed meanwhile\n"})
    os.close(lock)
    assert child.wait() == 0
    assert small.files()[MAIN].endswith(b"# changed meanwhile\n")


def test_ctrl_c_while_waiting(small) -> None:
    lock = os.open(small.root, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    child = small.start("render")
    assert child.stderr is not None
    child.stderr.readline()
    child.send_signal(signal.SIGINT)
    assert child.wait() == 130
    assert child.stderr.read() == "interrupted\n"
    os.close(lock)


def test_ctrl_c_while_still_importing(monkeypatch, capfd) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("xyztf.cli.app.run", interrupted)
    monkeypatch.setattr("sys.argv", ["xyztf", "render"])
    assert main() == 130
    assert capfd.readouterr() == ("", "interrupted\n")


def test_killed_and_started_again(small) -> None:
    """The whole command, killed at a moment when it writes; `tests/render/test_write.py` has the many moments."""
    child = small.start("render")
    while not any(path.is_file() for path in (small.root / "modules").rglob("*")) and child.poll() is None:
        pass
    child.kill()
    child.communicate()
    assert small.run("render") == 0
    assert small.run("render", "--check") == 0
    assert not [name for name in small.files() if name.endswith("tmp")]


@pytest.mark.parametrize("arguments", [["render", "--check"], ["render", "--diff", "--check"]])
def test_a_reader_that_goes_away_hides_no_failure(small, arguments) -> None:
    for number in range(40):
        small.write({f"templates/modules/vpc/many{number}.tf": f"# {'x' * 2000}\n"})
    child = small.start(*arguments)
    assert child.stdout is not None
    child.stdout.readline()
    child.stdout.close()
    assert child.wait() == 1
    assert child.stderr is not None
    assert "Traceback" not in child.stderr.read()


def test_a_full_disk_behind_stdout(small) -> None:
    with open("/dev/full", "w") as full:
        for arguments in (["render"], ["render", "--check"], ["--version"]):
            child = small.start(*arguments, stdout=full)
            _, err = child.communicate()
            assert child.returncode == 1, err
            assert err == "the output cannot be written: [Errno 28] No space left on device\n"
    assert isinstance(child, subprocess.Popen)
