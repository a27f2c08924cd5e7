"""The pinned release, from a site on loopback that stands for the vendor's: whole in the cache, or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from xyztf.errors import ExitCode
from xyztf.terraform import binary, release
from xyztf.terraform.binary import NoTerraform, find_binary
from xyztf.terraform.release import DownloadFailed, Release, obtain, pinned_release, this_platform

SCRIPT = """#!/bin/sh\necho '{"terraform_version": "1.11.4"}'\n"""
PLATFORM = "linux_amd64"
PATH = f"/terraform/1.11.4/terraform_1.11.4_{PLATFORM}.zip"
APART = """
import json, sys
from xyztf.terraform.release import Release, obtain
print(obtain(Release("1.11.4", json.loads(sys.argv[1])), "linux_amd64", lambda line: print(line, file=sys.stderr)))
"""
SMALL_DISK = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))\n"

Answer = Callable[[BaseHTTPRequestHandler], None]


def packed(**members: str) -> bytes:
    """An archive with these members; terraform is compressed as the vendor's is."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return content.getvalue()


GOOD = packed(**{"LICENSE.txt": "words", "../../evil": "x", "/etc/evil": "x", "terraform": SCRIPT})


def pinned(archive: bytes = GOOD) -> Release:
    return Release("1.11.4", {PLATFORM: hashlib.sha256(archive).hexdigest()})


@dataclass
class Site:
    """What stands for the release site: `answer` is what it does, `asked` the paths that it was asked for."""

    url: str
    answer: Answer
    asked: list[str] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)

    def let_go_after(self, seconds: float) -> None:
        """Go on by itself, so that a client that waits for too long gets what it waits for."""
        timer = threading.Timer(seconds, self.let_go.set)
        timer.daemon = True
        timer.start()

    def sends(self, body: bytes, *, length: int | None = -1, status: int = 200, wait_after: int | None = None) -> None:
        """Answer with `body`; `length` is what is promised (None: nothing); stop after some bytes until let go."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            if length is not None:
                request.send_header("Content-Length", str(len(body) if length == -1 else length))
            request.end_headers()
            first = len(body) if wait_after is None else wait_after
            request.wfile.write(body[:first])
            request.wfile.flush()
            if wait_after is not None:
                self.let_go.wait(30)
                request.wfile.write(body[first:])

        self.answer = answer


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site with the good archive, which this process and its children take for the vendor's; an empty cache."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            with suppress(OSError):  # the client may have gone
                made.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Site(f"http://127.0.0.1:{server.server_port}", lambda _: None)
    made.sends(GOOD)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(release.SETTING, made.url)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.let_go.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the binary is to be."""
    return tmp_path / "cache" / "xyztf" / "terraform" / "1.11.4" / PLATFORM


@pytest.fixture
def no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv(binary.SETTING, raising=False)


def said() -> tuple[list[str], Callable[[str], None]]:
    lines: list[str] = []
    return lines, lines.append


def quiet(_: str) -> None:
    pass


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def refusal(archive: bytes = GOOD) -> str:
    """The message and the hint with which a download is refused."""
    with pytest.raises(DownloadFailed) as error:
        obtain(pinned(archive), PLATFORM, quiet)
    (problem,) = error.value.problems
    assert problem.hint
    return str(problem)


def start(release: Release, before: str = "") -> subprocess.Popen[str]:
    """Another xyztf, which wants the release too. It writes no .pyc: where there is no room, half of one would stay."""
    return subprocess.Popen(
        [sys.executable, "-B", "-c", before + APART, json.dumps(dict(release.checksums))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_is_downloaded_for_the_platform_and_can_be_run(site, folder):
    lines, tell = said()
    found = obtain(pinned(), PLATFORM, tell)
    assert found == folder / "terraform"
    assert site.asked == [PATH]
    assert found.stat().st_mode & 0o7777 == 0o755
    assert json.loads(subprocess.run([found], capture_output=True, check=True).stdout)["terraform_version"] == "1.11.4"
    assert lines == [
        f"Terraform is not on the PATH: downloading {site.url}{PATH}",
        f"its checksum is right; it is kept in {folder}",
    ]


def test_of_the_archive_only_terraform_is_unpacked(site, folder, tmp_path):
    obtain(pinned(), PLATFORM, quiet)
    assert files(tmp_path) == ["lock", "terraform"]
    assert folder.stat().st_mode & 0o7777 == 0o700


def test_what_is_in_the_cache_is_used_without_the_site(site):
    first = obtain(pinned(), PLATFORM, quiet)
    site.sends(b"", status=500)
    lines, tell = said()
    assert obtain(pinned(), PLATFORM, tell) == first
    assert (lines, len(site.asked)) == ([], 1)


def test_a_wrong_checksum_is_told_and_nothing_is_kept(site, folder):
    other = packed(terraform=SCRIPT + "# not what was released\n")
    site.sends(other)
    told = refusal()
    assert pinned().checksums[PLATFORM] in told
    assert hashlib.sha256(other).hexdigest() in told
    assert files(folder) == ["lock"]
    site.sends(GOOD)
    assert obtain(pinned(), PLATFORM, quiet).is_file()


def test_the_checksum_comes_before_any_unpacking(site, monkeypatch):
    monkeypatch.setattr(release, "_unpack", lambda *_: pytest.fail("unpacked what was not verified"))
    site.sends(b"<html>Please sign in</html>")
    assert "is not the release" in refusal()


@pytest.mark.parametrize(
    ("archive", "told"),
    [(b"no archive", "not a zip file"), (packed(tofu="x"), "no item named 'terraform'"), (GOOD[:80], "not a zip file")],
    ids=["no archive", "another program", "cut off"],
)
def test_an_archive_that_cannot_be_unpacked(site, folder, archive, told):
    site.sends(archive)
    assert told in refusal(archive)
    assert files(folder) == ["lock"]


def test_a_member_that_is_too_large(site, folder, monkeypatch):
    monkeypatch.setattr(release, "LARGEST_BINARY", 10)
    assert "more than 10 bytes" in refusal()
    assert files(folder) == ["lock"]


def test_a_download_that_breaks_off(site, folder):
    site.sends(GOOD[:100], length=len(GOOD))
    assert f"broke off after 100 of {len(GOOD)} bytes" in refusal()
    assert files(folder) == ["lock"]


def test_a_download_that_breaks_off_with_no_length_promised(site, folder):
    site.sends(GOOD[:100], length=None)
    assert "is not the release" in refusal()
    assert files(folder) == ["lock"]


def test_an_answer_that_is_no_http(site):
    site.answer = lambda request: request.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    assert "cannot be reached: SSH-2.0-OpenSSH_9.2" in refusal()


@pytest.mark.parametrize(
    ("status", "hint"), [(404, "must name a copy of https://"), (407, "a proxy must let"), (503, "try again later")]
)
def test_an_answer_that_is_an_error(site, folder, status, hint):
    site.sends(b"sorry", status=status)
    told = refusal()
    assert f"the answer is {status}" in told
    assert hint in told
    assert files(folder) == ["lock"]


def test_no_network(site, monkeypatch):
    monkeypatch.setenv(release.SETTING, "http://127.0.0.1:9")
    told = refusal()
    assert "Connection refused" in told
    assert "HTTPS_PROXY" in told and release.SETTING in told


def test_a_site_that_falls_silent(site, folder, monkeypatch):
    monkeypatch.setattr(release, "STALLED_SECONDS", 0.2)
    site.let_go_after(4)
    site.sends(GOOD, wait_after=100)
    assert "no answer for 0.2 seconds" in refusal()
    site.answer = lambda _: site.let_go.wait(30)
    assert "no answer for 0.2 seconds" in refusal()
    assert files(folder) == ["lock"]


def test_a_site_that_sends_a_byte_now_and_then(site, monkeypatch):
    monkeypatch.setattr(release, "DEADLINE_SECONDS", 0.3)

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(100):
            if not site.let_go.wait(0.05):
                request.wfile.write(b"x")

    site.answer = answer
    assert "took longer than 0.3 seconds" in refusal()


@pytest.mark.parametrize("length", [-1, None])
def test_more_than_a_release_can_have(site, folder, monkeypatch, length):
    monkeypatch.setattr(release, "LARGEST_ARCHIVE", 100)
    site.sends(GOOD, length=length)
    assert "no more than 100" in refusal()
    assert files(folder) == ["lock"]


def test_two_at_once_download_once(site):
    site.sends(GOOD, wait_after=100)
    first = start(pinned())
    until(lambda: site.asked)
    second = start(pinned())
    assert second.stderr and second.stderr.readline() == "another run is downloading Terraform: waiting for it\n"
    site.let_go.set()
    (one, _), (other, _) = first.communicate(timeout=30), second.communicate(timeout=30)
    assert one == other != ""
    assert site.asked == [PATH]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_download_that_is_ended_leaves_nothing_and_hinders_nobody(site, folder, number):
    site.sends(GOOD, wait_after=100)
    run = start(pinned())
    until(lambda: site.asked)
    run.send_signal(number)
    run.communicate(timeout=30)
    assert run.returncode != 0
    assert files(folder) == ["lock"]
    site.sends(GOOD)
    assert obtain(pinned(), PLATFORM, quiet).is_file()


def test_what_a_kill_left_while_unpacking_is_overwritten(site, folder):
    folder.mkdir(parents=True)
    (folder / "terraform.partial").write_text("half of it, and longer than all that there is now" * 1000)
    assert obtain(pinned(), PLATFORM, quiet).read_text() == SCRIPT
    assert files(folder) == ["lock", "terraform"]


def test_ctrl_c_while_unpacking_leaves_nothing(site, folder, monkeypatch):
    def interrupted(_: int) -> None:
        assert "terraform.partial" in files(folder)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        obtain(pinned(), PLATFORM, quiet)
    assert files(folder) == ["lock"]


@pytest.mark.parametrize("room", [10, 1000], ids=["the archive", "the binary"])
def test_a_disk_with_no_room(site, folder, room):
    archive = packed(terraform=SCRIPT + "#" * 5000)
    assert len(archive) < 1000
    site.sends(archive)
    run = start(pinned(archive), SMALL_DISK.format(room))
    _, err = run.communicate(timeout=30)
    assert re.search(r"DownloadFailed: .*cannot be written to: File too large", err)
    assert files(folder) == ["lock"]


def test_a_cache_that_cannot_be_written(site, tmp_path):
    (tmp_path / "cache").write_text("a file in the way")
    told = refusal()
    assert "cannot be written to: Not a directory" in told
    assert "XDG_CACHE_HOME" in told
    assert site.asked == []


@pytest.mark.parametrize("which", ["terraform", "."])
def test_what_others_could_have_put_into_the_cache_is_not_run(site, folder, which):
    obtain(pinned(), PLATFORM, quiet)
    (folder / which).chmod(0o777)
    assert "can be changed by others" in refusal()


def test_a_platform_without_a_pinned_checksum(site):
    with pytest.raises(DownloadFailed, match="can be downloaded for linux_amd64, and this is freebsd_amd64"):
        obtain(pinned(), "freebsd_amd64", quiet)
    assert site.asked == []


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("Linux", "x86_64", "linux_amd64"),
        ("Linux", "aarch64", "linux_arm64"),
        ("Darwin", "arm64", "darwin_arm64"),
        ("Darwin", "x86_64", "darwin_amd64"),
    ],
)
def test_every_platform_that_we_support_is_pinned(monkeypatch, system, machine, name):
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert this_platform() == name
    assert re.fullmatch("[0-9a-f]{64}", pinned_release().checksums[name])


def test_the_pinned_checksums_are_all_different():
    checksums = pinned_release().checksums
    assert len(set(checksums.values())) == len(checksums)


def test_the_readme_names_the_pinned_version():
    readme = Path(__file__).parents[2] / "README.md"
    assert f"Terraform {pinned_release().version} is downloaded" in readme.read_text("utf-8")


def test_without_a_setting_it_is_the_vendors_site_over_tls(monkeypatch):
    monkeypatch.delenv(release.SETTING, raising=False)
    assert release.release_site() == "https://releases.hashicorp.com"


@pytest.mark.parametrize(
    "setting", ["releases.example", "ftp://a.example", "file:///mirror", "http://a:b/", "https://"]
)
def test_a_setting_that_is_no_address(site, monkeypatch, setting):
    monkeypatch.setenv(release.SETTING, setting)
    assert f"{release.SETTING} is no address" in refusal()


@pytest.mark.parametrize("setting", ["https://me:hunter2@a.example/", "https://a.example/?token=hunter2"])
def test_a_setting_with_a_password_is_refused_and_not_shown(site, monkeypatch, setting):
    monkeypatch.setenv(release.SETTING, setting)
    assert "hunter2" not in refusal()


def test_a_mirror_may_be_below_a_path(site, monkeypatch):
    monkeypatch.setenv(release.SETTING, f"{site.url}/mirrors/vendor/")
    obtain(pinned(), PLATFORM, quiet)
    assert site.asked == [f"/mirrors/vendor{PATH}"]


def test_a_proxy_is_gone_through(site, monkeypatch):
    monkeypatch.setenv("http_proxy", site.url)
    monkeypatch.setenv(release.SETTING, "http://releases.example")
    assert obtain(pinned(), PLATFORM, quiet).is_file()
    assert site.asked == [f"http://releases.example{PATH}"]


def test_with_none_on_the_path_the_pinned_one_is_found(site, no_path, monkeypatch, capfd):
    archive = packed(terraform=SCRIPT)
    site.sends(archive)
    checksums = {this_platform(): hashlib.sha256(archive).hexdigest()}
    monkeypatch.setattr(release, "pinned_release", lambda: Release("1.11.4", checksums))
    found = find_binary()
    assert (found.version, found.path.name) == ("1.11.4", "terraform")
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("Terraform is not on the PATH: downloading http://127.0.0.1:")
    assert find_binary() == found
    assert capfd.readouterr() == ("", "")


def test_what_the_archive_holds_is_asked_for_its_version_like_any_other(site, no_path, monkeypatch):
    archive = packed(terraform=SCRIPT.replace("1.11.4", "1.9.0"))
    site.sends(archive)
    checksums = {this_platform(): hashlib.sha256(archive).hexdigest()}
    monkeypatch.setattr(release, "pinned_release", lambda: Release("1.11.4", checksums))
    with pytest.raises(NoTerraform, match=r"version 1\.9\.0: supported is >= 1\.11, < 2\.0"):
        find_binary(quiet)


def test_the_checksum_that_is_pinned_is_the_one_that_counts(site, no_path, tmp_path):
    with pytest.raises(NoTerraform, match=f"expected is {pinned_release().checksums[this_platform()]}"):
        find_binary(quiet)
    assert files(tmp_path) == ["lock"]


def test_the_command_line_tells_of_no_network_and_what_to_do(small, site, no_path, monkeypatch, capfd):
    monkeypatch.setenv(release.SETTING, "http://127.0.0.1:9")
    assert small.run("render") == ExitCode.OK
    capfd.readouterr()
    assert small.run("validate") == ExitCode.FAILURE
    out, err = capfd.readouterr()
    assert out == ""
    assert [line for line in err.splitlines() if line.startswith("error:")] == [
        f"error: http://127.0.0.1:9/terraform/1.11.4/terraform_1.11.4_{this_platform()}.zip cannot be reached: "
        "Connection refused"
    ]
    assert "    or install Terraform >= 1.11, < 2.0" in err
    assert "bug" not in err
