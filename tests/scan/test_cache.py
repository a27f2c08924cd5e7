"""Kept verdicts: given again only while all is as it was."""

from __future__ import annotations

import json
import os
import time

import pytest

from xyztf.scan.cache import verdicts

from .conftest import record, scanned


def kept_files(folder):
    return sorted((folder / "scan").glob("*.json"))


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "kept"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture
def look(canned, root, folder):
    """Ask for the verdicts; gives the failed checks, and how often the interpreter has been started."""
    canned.say(scanned(root, record(root), record(root, "CKV_AWS_17", "passed")))
    past = time.time() - 60
    for path in (canned.watched, canned.python):
        os.utime(path, (past, past))

    def verdict():
        answer = verdicts([root], root.parent, folder)
        assert answer.checks
        return [each["check"] for each in answer.roots[0]["records"]], len(canned.started)

    return verdict


def test_the_second_time_nothing_is_started(look):
    assert look() == (["CKV_AWS_16"], 1)
    assert look() == (["CKV_AWS_16"], 1)


def test_without_a_folder_to_keep_in_it_is_scanned_each_time(look, root):
    assert verdicts([root], root.parent, None).roots[0]["records"][0]["check"] == "CKV_AWS_16"
    assert look() == (["CKV_AWS_16"], 2)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "main.tf").write_text("# other\n"),
        lambda root: (root / "terraform.tfvars").write_text("a = 1\n"),
        lambda root: (root / "below").mkdir() or (root / "below" / "x.tf").write_text(""),
        lambda root: (root.parent / "mod" / "main.tf").write_text("# other\n"),
        lambda root: (root.parent / "mod" / "main.tf").unlink(),
    ],
)
def test_a_change_that_can_change_the_verdict_is_scanned(look, canned, root, change):
    (root / "call.tf").write_text('module "m" {\n  source = "../mod"\n}\n')
    (root.parent / "mod").mkdir()
    (root.parent / "mod" / "main.tf").write_text("")
    assert look() == (["CKV_AWS_16"], 1)
    change(root)
    canned.say(scanned(root))
    assert look() == ([], 2)


def test_what_is_put_back_is_known(look, root):
    text = (root / "main.tf").read_text()
    assert look()[1] == 1
    (root / "main.tf").write_text(text + "# more\n")
    assert look()[1] == 2
    (root / "main.tf").write_text(text)
    assert look()[1] == 2


def test_another_checkov_is_asked(look, canned):
    assert look()[1] == 1
    canned.watched.write_text("patched = True\n")
    os.utime(canned.watched, (time.time() - 30,) * 2)
    assert look()[1] == 2
    assert look()[1] == 2


def test_a_file_that_changes_while_it_is_scanned_is_not_kept(look, canned, root):
    script = canned.python.read_text()
    canned.python.write_text(script + f'\nopen({str(root / "main.tf")!r}, "a").write("# late\\n")\n')
    os.utime(canned.python, (time.time() - 60,) * 2)
    assert look()[1] == 1
    canned.python.write_text(script)
    os.utime(canned.python, (time.time() - 60,) * 2)
    assert look()[1] == 2


def damage_cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def damage_digit(path):
    path.write_bytes(path.read_bytes().replace(b"CKV_AWS_16", b"CKV_AWS_17"))


def damage_emptied(path):
    digest, _, text = path.read_bytes().partition(b"\n")
    path.write_bytes(digest + b"\n" + text.replace(b"failed", b"passed"))


def damage_swapped(path):
    import hashlib

    _, _, text = path.read_bytes().partition(b"\n")
    document = json.loads(text)
    document["name"] = "0" * 64
    text = json.dumps(document).encode()
    path.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)


def damage_open(path):
    path.chmod(0o666)


def damage_link(path):
    other = path.with_suffix(".elsewhere")
    path.rename(other)
    path.symlink_to(other)


def damage_folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "damage",
    [damage_cut, damage_digit, damage_emptied, damage_swapped, damage_open, damage_link, damage_folder],
)
def test_a_damaged_entry_is_none(look, folder, damage):
    assert look() == (["CKV_AWS_16"], 1)
    (entry,) = [path for path in kept_files(folder) if not path.name.startswith("python-")]
    damage(entry)
    assert look() == (["CKV_AWS_16"], 2)


def test_an_entry_of_somebody_else_is_none(look, folder, monkeypatch):
    assert look()[1] == 1
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)
    assert look()[1] == 2


def test_a_failure_is_not_kept(look, canned, root):
    from xyztf.scan.run import ScanFailed

    canned.say(scanned(root, crashes=["CKV_AWS_16 crashed"]))
    for _ in range(2):
        with pytest.raises(ScanFailed):
            look()
    assert len(canned.started) == 2


def test_only_what_has_changed_is_scanned(look, canned, root, folder):
    other = root.parent / "other"
    other.mkdir()
    (other / "main.tf").write_text("")
    canned.say(scanned(root, record(root)), scanned(other))
    assert look()[1] == 1
    answer = verdicts([root, other], root.parent, folder)
    assert canned.started[1] == [str(other)]
    assert [each["root"] for each in answer.roots] == [str(root), str(other)]
