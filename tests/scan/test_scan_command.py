"""`xyztf scan` as a command, over an interpreter that answers without checkov."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest

from xyztf.cli.app import run

from .conftest import record, scanned

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def of_checkov_alone(request, monkeypatch):
    """Our own rules have tests of their own, but for those here that say so."""
    if "with_our_rules" not in request.fixturenames:
        monkeypatch.setattr("xyztf.operations.scan.security_rules", dict)


@pytest.fixture
def with_our_rules():
    """Marks a test that wants them."""


@pytest.fixture
def failing(canned, root):
    canned.say(scanned(root, record(root), record(root, "CKV2_AWS_5", keys=[])))
    past = time.time() - 60
    for path in (canned.watched, canned.python):
        os.utime(path, (past, past))
    return root


def test_a_finding_says_where_and_what_to_do(failing, capsys):
    assert run(["scan", "stack"]) == 1
    out = capsys.readouterr().out
    assert "stack/main.tf:3: error: Ensure RDS is encrypted [CKV_AWS_16]\n    set storage_encrypted to true\n" in out
    assert "looked at 1 file, 1 module, 1 stack, 3 rules in " in out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--select", "CKV_AWS"], 1),
        (["--select", "CKV_AWS_17"], 0),
        (["--ignore", "CKV_AWS_16,CKV2_AWS_5"], 0),
        (["--ignore", "CKV_AWS_16", "--fail-on", "error"], 0),
        (["--ignore", "CKV_AWS_16", "--fail-on", "note"], 1),
    ],
)
def test_which_checks_count(failing, arguments, code):
    assert run(["scan", "stack", *arguments]) == code


@pytest.mark.parametrize("output_format", ["json", "sarif", "junit", "github"])
def test_other_formats_name_check_file_and_line(failing, capsys, output_format):
    assert run(["scan", "stack", "--format", output_format]) == 1
    out = capsys.readouterr().out
    assert "stack/main.tf" in out
    assert "CKV_AWS_16" in out
    if output_format == "json":
        (first, second) = json.loads(out)["findings"]
        assert (first["line"], second["line"], second["tool"]) == (1, 3, "checkov")
    if output_format == "sarif":
        assert {each["tool"]["driver"]["name"] for each in json.loads(out)["runs"]} == {"checkov", "xyztf"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "there is neither an environment nor a folder nowhere"),
        ([], "no project here"),
        (["stack", "--select", "ABC"], "there is no check ABC"),
        (["stack", "--format", "xml"], "there is no format xml"),
        (["stack", "--fail-on", "bad"], "there is no severity bad"),
        (["stack", "--write-baseline"], "there is no file to write to"),
        (["empty"], "there are no Terraform files here"),
    ],
)
def test_wrong_words(failing, capsys, arguments, words):
    (failing.parent / "empty").mkdir()
    assert run(["scan", *arguments]) == 64
    assert words in capsys.readouterr().err


def test_a_failure_is_no_clean_run(canned, root, capsys):
    canned.say(scanned(root, crashes=["CKV_AWS_16 crashed on x"]))
    assert run(["scan", "stack"]) == 1
    captured = capsys.readouterr()
    assert "CKV_AWS_16 crashed on x" in captured.err
    assert "nothing found" not in captured.out


def test_a_reviewed_suppression_suppresses_and_an_unused_one_is_told(failing, capsys):
    until = date.today() + timedelta(days=90)
    entry = "- rule: {}\n  reason: the next release brings it\n  owner: platform\n  until: {}\n"
    text = entry.format("[CKV_AWS_16, CKV2_AWS_5]", until)
    (failing / "xyztf-suppressions.yaml").write_text(text)
    assert run(["scan", "stack"]) == 0
    assert "2 suppressed" in capsys.readouterr().out
    (failing / "xyztf-suppressions.yaml").write_text(text + entry.format("CKV_AWS_17", until))
    assert run(["scan", "stack"]) == 1
    assert "there is no CKV_AWS_17 here to suppress" in capsys.readouterr().out
    (failing / "xyztf-suppressions.yaml").write_text(text + entry.format("CKV_AWS_99", until))
    assert run(["scan", "stack"]) == 1
    assert "there is no rule CKV_AWS_99" in capsys.readouterr().out
    (failing / "xyztf-suppressions.yaml").write_text(text.replace(str(until), "2026-01-01"))
    assert run(["scan", "stack"]) == 1
    assert "XYZ002" in capsys.readouterr().out


def test_a_comment_suppresses_too(canned, failing, capsys):
    until = date.today() + timedelta(days=90)
    comment = f'# xyztf:ignore CKV_AWS_16, CKV2_AWS_5 reason="nothing is in it yet" owner=shop until={until}\n'
    (failing / "main.tf").write_text(comment + (failing / "main.tf").read_text())
    lines = [2, 5]
    canned.say(scanned(failing, record(failing, lines=lines), record(failing, "CKV2_AWS_5", keys=[], lines=lines)))
    assert run(["scan", "stack"]) == 0
    assert "nothing found; 2 suppressed" in capsys.readouterr().out


def test_a_comment_of_checkovs_own_is_told_as_suppressed(canned, root, capsys):
    canned.say(scanned(root, record(root, result="skipped", comment="as agreed")))
    assert run(["scan", "stack", "--format", "json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["suppressed"]
    assert one["suppression"]["reason"] == "as agreed"


def test_a_baseline_lets_what_is_known_pass_and_nothing_else(canned, failing, capsys):
    assert run(["scan", "stack", "--baseline", "known.json"]) == 1
    assert "there is no such baseline" in capsys.readouterr().err
    assert run(["scan", "stack", "--baseline", "known.json", "--write-baseline"]) == 0
    assert run(["scan", "stack", "--baseline", "known.json"]) == 0
    assert "nothing found; 2 suppressed" in capsys.readouterr().out
    (failing / "main.tf").write_text("\n\n" + (failing / "main.tf").read_text())
    first, second = record(failing, lines=[3, 6]), record(failing, "CKV_AWS_17", lines=[3, 6])
    canned.say(scanned(failing, first, second))
    assert run(["scan", "stack", "--baseline", "known.json"]) == 1
    out = capsys.readouterr().out
    assert "main.tf:5: error: Ensure RDS is not public [CKV_AWS_17]" in out
    assert "CKV_AWS_16]" not in out
    assert "note: CKV2_AWS_5 of aws_db_instance.this is gone [XYZ005]" in out
    assert run(["scan", "stack", "--baseline", "known.json", "--write-baseline"]) == 0
    rules = [each["rule"] for each in json.loads(Path("known.json").read_text())["findings"]]
    assert rules == ["CKV_AWS_16", "CKV_AWS_17"]


def test_a_baseline_keeps_what_was_not_looked_at(failing):
    assert run(["scan", "stack", "--baseline", "known.json", "--write-baseline"]) == 0
    before = json.loads(Path("known.json").read_text())
    before["findings"].append({**before["findings"][0], "stack": "elsewhere", "fingerprint": "0:1"})
    Path("known.json").write_text(json.dumps(before))
    arguments = ["scan", "stack", "--baseline", "known.json", "--select", "CKV_AWS"]
    assert run([*arguments, "--write-baseline"]) == 0
    kept = json.loads(Path("known.json").read_text())["findings"]
    assert sorted(each["fingerprint"] for each in kept) == sorted(each["fingerprint"] for each in before["findings"])


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2, "findings": []}', '{"version": 1, "findings": [{}]}'])
def test_a_damaged_baseline_is_a_failure(failing, capsys, text):
    Path("known.json").write_text(text)
    assert run(["scan", "stack", "--baseline", "known.json"]) == 1
    assert "known.json" in capsys.readouterr().err


def xyztf(*arguments):
    command = [sys.executable, "-m", "xyztf", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture
def settled(failing):
    """A second has passed since everything was written."""
    past = time.time() - 60
    for path in (failing / "main.tf", failing):
        os.utime(path, (past, past))
    time.sleep(0.1)  # the time of the last change of the inode itself cannot be set
    return failing


def test_an_answer_is_given_again_without_typer_until_something_changes(canned, settled):
    def told(*arguments):
        done = xyztf("scan", "stack", "--select", "CKV", *arguments)
        return done.returncode, done.stdout.rpartition(" in ")[0]

    first = told()
    assert first[0] == 1
    assert "CKV_AWS_16" in first[1]
    command = "import sys; sys.argv = ['xyztf', 'scan', 'stack', '--select', 'CKV']; import xyztf.__main__ as m; "
    command += "code = m.main(); print(code, 'typer' in sys.modules, 'yaml' in sys.modules, file=sys.stderr)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, env=environment, check=True)
    assert done.stderr == "1 False False\n"
    assert done.stdout.rpartition(" in ")[0] == first[1]
    assert told("--fail-on", "error")[0] == 1
    canned.say(scanned(settled))
    (settled / "main.tf").write_text("# nothing\n")
    assert told() == (0, "nothing found\nlooked at 1 file, 1 module, 1 stack, 3 rules")
    assert len(canned.started) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "more.tf").write_text(""),
        lambda root: (root / "below").mkdir(),
        lambda root: (root.parent / "stack" / "xyztf-suppressions.yaml").write_text("[]\n"),
        lambda root: (root / "main.tf").rename(root / "other.tf"),
    ],
)
def test_any_change_ends_it(settled, change):
    from xyztf.operations.report_stamp import answer

    xyztf("scan", "stack")
    sys_argv = ["scan", "stack"]
    assert answer(sys_argv) is not None
    change(settled)
    assert answer(sys_argv) is None


def test_on_a_terminal_it_is_given_again_with_its_colours_and_not_on_one_of_another_width(settled):
    """pre-commit makes a terminal for its hooks where it has one itself."""

    def told(columns: int) -> str:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        main = "import sys; from xyztf.__main__ import main; main(); print('typer' in sys.modules)"
        command = [sys.executable, "-c", main, "scan", "stack"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
        for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
            environment.pop(name, None)
        subprocess.run(command, stdout=theirs, check=False, env=environment)
        os.close(theirs)
        text = b""
        with suppress(OSError):  # the end of a terminal
            while part := os.read(ours, 4096):
                text += part
        os.close(ours)
        return re.sub(r"in \d+\.\d s", "in N s", text.decode())

    first, again = told(200), told(200)
    assert first.endswith("in N s\x1b[0m\r\nTrue\r\n")
    assert again == first.replace("True\r\n", "False\r\n")
    assert "\x1b[31merror:\x1b[0m" in first
    assert told(50).endswith("True\r\n")


def test_an_answer_that_others_could_have_written_is_none(settled, tmp_path):
    from xyztf.operations.report_stamp import answer

    xyztf("scan", "stack")
    assert answer(["scan", "stack"]) is not None
    for path in (tmp_path / "cache" / "xyztf" / "render").iterdir():
        path.chmod(0o666)
    assert answer(["scan", "stack"]) is None


OPEN = """\

resource "aws_vpc_security_group_ingress_rule" "cache" {
  security_group_id = var.group
  description       = "Redis"
  ip_protocol       = "tcp"
  from_port         = 6379
  to_port           = 6379
  cidr_ipv4         = "0.0.0.0/0"
}
"""


def test_what_checkov_has_no_check_for_is_found_by_our_rules(failing, capsys, with_our_rules):
    lines = (failing / "main.tf").read_text().count("\n")
    with open(failing / "main.tf", "a") as file:
        file.write(OPEN)
    assert run(["scan", "stack", "--select", "XYZ6"]) == 1
    out = capsys.readouterr().out
    assert f"stack/main.tf:{lines + 8}:3: error: 0.0.0.0/0 may reach port 6379 (Redis and Valkey) [XYZ601]" in out


def test_what_both_find_is_told_once(failing, capsys, with_our_rules):
    assert run(["scan", "stack", "--format", "json"]) == 1
    rules = [each["rule"] for each in json.loads(capsys.readouterr().out)["findings"]]
    assert "CKV_AWS_16" in rules
    assert "XYZ501" not in rules
    assert run(["scan", "stack", "--format", "json", "--ignore", "CKV"]) == 1
    assert "XYZ501" in [each["rule"] for each in json.loads(capsys.readouterr().out)["findings"]]
