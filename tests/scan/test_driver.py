"""The driver with the real checkov: verdicts equal to those of checkov's own command, and no way around a failure."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path

import pytest

from xyztf.scan.cache import verdicts
from xyztf.scan.run import Answer, ScanFailed, environment, scan

pytestmark = pytest.mark.checkov

PROJECT = Path(__file__).resolve().parents[2]
OWN = [PROJECT / "environments" / "prod" / "us-east-1", PROJECT / "environments" / "dev" / "us-west-2"]
OTHERS = [Path(__file__).parent / "roots" / name for name in ("shop", "blog")]


def ours(answer: Answer) -> list[Counter[tuple[object, ...]]]:
    keys = ("check", "result", "resource", "file", "lines")
    return [
        Counter(json.dumps([each[key] for key in keys]) for each in root["records"] if each["result"] != "unknown")
        for root in answer.roots
    ]


def of_the_command(root: Path) -> Counter[str]:
    """What `checkov` itself says of a root, under the same seed. It may not reach a network either."""
    command = [sys.executable, "-m", "checkov.main", "-d", str(root), "--framework", "terraform", "-o", "json"]
    command += ["--skip-download", "--download-external-modules", "false"]
    variables = {**environment(), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, cwd="/", env=variables, capture_output=True, text=True, check=False)
    results = json.loads(done.stdout)["results"]
    return Counter(
        json.dumps(
            [
                each["check_id"],
                each["check_result"]["result"].lower(),
                each["resource"],
                each["file_path"],
                each["file_line_range"],
            ]
        )
        for kind in ("passed_checks", "failed_checks", "skipped_checks")
        for each in results[kind]
    )


@pytest.fixture(scope="module")
def answer() -> Answer:
    return scan([*OWN, *OTHERS], sys.executable, PROJECT)


@pytest.mark.parametrize("number", range(4), ids=[each.name for each in (*OWN, *OTHERS)])
def test_verdicts_are_those_of_checkovs_own_command(answer, number):
    expected = of_the_command([*OWN, *OTHERS][number])
    assert sum(expected.values()) > 30
    assert ours(answer)[number] == expected


def test_the_same_input_gives_the_same_answer(answer):
    for roots in ([*OTHERS, *OWN], [*OWN, *OTHERS], OTHERS):
        again = scan(roots, sys.executable, PROJECT)
        first = {root["root"]: root for root in answer.roots}
        assert [first[root["root"]] for root in again.roots] == list(again.roots)


def test_one_at_a_time_gives_the_same_answer(answer, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert scan([*OWN, *OTHERS], sys.executable, PROJECT).roots == answer.roots


def test_what_checkov_leaves_open_is_there(answer):
    assert any(each["result"] == "unknown" for each in answer.roots[2]["records"])
    assert all(root["resources"] and root["files"] for root in answer.roots)


def test_of_each_check_the_file_is_told_that_has_it(answer):
    package = Path(next(path for path in answer.watched if path.endswith("checkov/version.py"))).parent
    checks = {check: told for check, told in answer.checks.items() if "AWS" in check}
    assert len(checks) > 400
    missing = [check for check, told in checks.items() if not told["path"] or not (package / told["path"]).is_file()]
    assert not missing
    assert answer.checks["CKV_AWS_16"]["wanted"] == [True]


def test_what_decides_the_verdicts_is_watched(answer):
    names = "\n".join(answer.watched)
    for part in ("hcl2/parser.py", "checks/resource/aws/RDSEncryption.py", "asteval/asteval.py", "graph_checks/aws"):
        assert part in names
    assert str(PROJECT) not in answer.watched, "its files change all the time, and nothing is imported from it"


@pytest.fixture
def broken(tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(OTHERS[1], folder)
    return folder


def test_a_file_that_does_not_parse_is_a_failure(broken):
    with (broken / "main.tf").open("a") as file:
        file.write('resource "aws_kms_key" {\n  description = "x\n')
    with pytest.raises(ScanFailed, match=r"broken/main\.tf:44:17: "):
        scan([OTHERS[0], broken], sys.executable, broken.parent)


def test_a_folder_without_files_is_a_failure(tmp_path):
    with pytest.raises(ScanFailed, match="nothing was read here"):
        scan([tmp_path], sys.executable, tmp_path)


def test_a_module_that_is_not_there_is_a_failure(broken):
    (broken / "call.tf").write_text('module "gone" {\n  source = "../gone"\n}\n')
    with pytest.raises(ScanFailed, match="there is no module gone, which is called here"):
        scan([broken], sys.executable, broken.parent)


def planted(tmp_path: Path, body: str) -> Path:
    """An interpreter with a checkov in which one check on aws_instance does something else."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'checkov.terraform.runner':\n"
        "            sys.meta_path.remove(self)\n"
        "            from checkov.terraform.checks.resource.aws.IMDSv1Disabled import IMDSv1Disabled\n"
        "            IMDSv1Disabled.scan_resource_conf = planted\n"
        "def planted(self, conf):\n"
        f"{textwrap.indent(textwrap.dedent(body), '    ')}\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={site} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return python


def test_a_check_that_crashes_is_a_failure(tmp_path):
    python = planted(tmp_path, "raise KeyError('planted')")
    with pytest.raises(ScanFailed, match=r"CKV_AWS_79 crashed on aws_instance\.blog in main\.tf: KeyError: 'planted'"):
        scan([OTHERS[1]], str(python), PROJECT)


@pytest.mark.parametrize(
    ("body", "event"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "socket.getaddrinfo"),
        ("import socket; socket.socket().connect(('127.0.0.1', 9))", "socket.connect"),
        ("import aiohttp; aiohttp.ClientSession()", "aiohttp.ClientSession"),
        ("from git import Repo; Repo('.')", "git.Repo"),
        ("import subprocess; subprocess.run(['/bin/true'])", "subprocess.Popen"),
        ("import os; os.system('/bin/true')", "os.system"),
    ],
)
def test_an_attempt_to_reach_out_is_a_failure_even_when_it_is_swallowed(tmp_path, body, event):
    python = planted(tmp_path, f"try:\n    {body}\nexcept Exception:\n    pass")
    with pytest.raises(ScanFailed, match=re.escape(f"checkov tried {event}, which is refused")):
        scan([OTHERS[1]], str(python), PROJECT)


@pytest.mark.parametrize("roots", [OTHERS[1:], OTHERS])
def test_a_process_that_dies_is_a_failure(tmp_path, roots):
    python = planted(tmp_path, "import os; os.kill(os.getpid(), 9)")
    with pytest.raises(ScanFailed, match="its process was ended by signal 9"):
        scan(roots, str(python), PROJECT)


def test_a_kept_verdict_is_that_of_the_scan(tmp_path, answer):
    folder = tmp_path / "kept"
    folder.mkdir(mode=0o700)
    told = [[each for each in root["records"] if each["result"] in ("failed", "skipped")] for root in answer.roots[2:]]
    for _ in range(2):
        again = verdicts(OTHERS, PROJECT, folder)
        assert [root["records"] for root in again.roots] == told
