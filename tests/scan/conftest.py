"""An interpreter that answers as the driver does, without checkov, and says when it was started."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

CHECKS = {
    "CKV_AWS_16": {
        "name": "Ensure RDS is encrypted",
        "path": "terraform/checks/x.py",
        "wanted": [True],
        "barred": None,
    },
    "CKV_AWS_17": {"name": "Ensure RDS is not public", "path": None, "wanted": None, "barred": [True]},
    "CKV2_AWS_5": {"name": "Ensure groups are attached", "path": "terraform/y.yaml", "wanted": None, "barred": None},
}
DATABASE = 'resource "aws_db_instance" "this" {\n  engine            = "mysql"\n  storage_encrypted = false\n}\n'

SCRIPT = """#!{python}
import json, os, sys
asked = json.load(sys.stdin)
with open({log!r}, "a") as log:
    print(json.dumps({{"roots": asked["roots"], "variables": dict(os.environ)}}), file=log)
with open({canned!r}) as file:
    canned = json.load(file)
if "raw" in canned:
    sys.stderr.write(canned.get("stderr", ""))
    sys.stdout.write(canned["raw"])
    sys.exit(canned["code"])
roots = [canned["roots"][root] for root in asked["roots"]]
json.dump({{**canned, "watched": canned["watched"] + [__file__], "roots": roots}}, sys.stdout)
"""


def record(root: Path, check: str = "CKV_AWS_16", result: str = "failed", **values: object) -> dict[str, object]:
    return {
        "check": check,
        "result": result,
        "resource": "aws_db_instance.this",
        "file": "/main.tf",
        "path": str(root / "main.tf"),
        "lines": [1, 4],
        "keys": ["storage_encrypted"],
        "comment": None,
        "caller": None,
        "caller_lines": None,
        **values,
    }


def scanned(root: Path, *records: dict[str, object], **values: object) -> dict[str, object]:
    return {
        "root": str(root),
        "records": list(records),
        "unread": [],
        "crashes": [],
        "talk": [],
        "resources": 1,
        "files": [str(root / "main.tf")],
        "dead": None,
        **values,
    }


class Canned:
    """The interpreter. What it answers is put into `say`; `started` are the roots of each time it was asked."""

    def __init__(self, folder: Path) -> None:
        self._canned, self._log = folder / "canned.json", folder / "log"
        self.python = folder / "python"
        self.python.write_text(SCRIPT.format(python=sys.executable, log=str(self._log), canned=str(self._canned)))
        self.python.chmod(0o755)
        self.watched = folder / "checkov.py"
        self.watched.write_text("")

    def say(self, *roots: dict[str, object], **values: object) -> None:
        answer = {"version": "3.3.30", "checks": CHECKS, "watched": [str(self.watched)], **values}
        self._canned.write_text(json.dumps({**answer, "roots": {root["root"]: root for root in roots}}))

    def _asked(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()] if self._log.exists() else []

    @property
    def started(self) -> list[object]:
        return [each["roots"] for each in self._asked()]

    @property
    def variables(self) -> object:
        return self._asked()[-1]["variables"]


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """A root module, in a folder that the user stands in."""
    folder = tmp_path / "work" / "stack"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(DATABASE)
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def canned(tmp_path, monkeypatch) -> Canned:
    (tmp_path / "bin").mkdir()
    driver = Canned(tmp_path / "bin")
    monkeypatch.setenv("XYZTF_CHECKOV_PYTHON", str(driver.python))
    return driver
