"""`xyztf lint` on folders with JSON, overrides and values: the whole way, with suppressions and what is kept."""

from __future__ import annotations

from datetime import date

import pytest

from xyztf.operations.choice import choose
from xyztf.operations.lint import lint_paths

TODAY = date(2026, 11, 28)
OPEN = """\
{
  "resource": {
    "aws_sqs_queue": {
      "this": {
        COMMENT
        "name": "${var.nmae}"
      }
    }
  }
}
"""
REASON = 'reason=\\"a test of suppressions\\" owner=\\"us\\" until=2027-01-01'


@pytest.fixture
def lint(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "stack"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def call(**files):
        for name, text in files.items():
            (folder / name.replace("__", ".")).write_text(text)
        report = lint_paths([folder], choose(["XYZ1"], []), TODAY)
        return [(each.rule, each.location.file, each.location.line) for each in report.findings], report

    return call


def test_a_folder_of_json_alone(lint):
    found, report = lint(main__tf__json=OPEN.replace("        COMMENT\n", ""))
    assert found == [("XYZ101", "main.tf.json", 5)]
    assert report.looked_at.files == 1


def test_a_suppression_stands_in_the_block_it_is_about(lint):
    comment = f'"//": "xyztf:ignore XYZ101 {REASON}",'
    found, report = lint(main__tf__json=OPEN.replace("COMMENT", comment))
    assert (found, len(report.suppressed)) == ([], 1)
    found, _ = lint(main__tf__json=OPEN.replace("COMMENT", comment.replace("XYZ101", "XYZ102")))
    assert [rule for rule, _, line in found if line != 6] == ["XYZ003"]
    assert ("XYZ101", "main.tf.json", 6) in found


def test_what_is_not_json_is_a_finding(lint):
    found, _ = lint(main__tf__json='{\n  "locals": {,\n}\n', other__tf="locals {\n  a = 1\n}\n")
    assert found == [("XYZ010", "main.tf.json", 2)]


def test_a_changed_value_is_seen_though_results_are_kept(lint):
    main = 'variable "name" {\n  type = string\n}\n\noutput "name" {\n  value = var.name\n}\n'
    assert lint(main__tf=main, terraform__tfvars='name = "a"\n')[0] == []
    assert lint()[0] == []
    assert lint(terraform__tfvars="name = var.name\n")[0] == [("XYZ010", "terraform.tfvars", 1)]
