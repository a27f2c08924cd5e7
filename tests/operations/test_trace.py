"""From a rendered line to its template's line and the value behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from xyztf.environment.inherit import load_merged
from xyztf.operations.trace import origin

ROOT = Path(__file__).parent.parent.parent
DEV = "modules/dev"


def line_of(file: str, text: str, nth: int = 1) -> int:
    lines = (ROOT / file).read_text().splitlines()
    return [number for number, line in enumerate(lines, 1) if line.startswith(text)][nth - 1]


@pytest.fixture(scope="module")
def traced():
    layer = load_merged(ROOT / "environments", "dev", ROOT)

    def trace(file, text, nth=1):
        return origin(ROOT / file, line_of(file, text, nth), ROOT / "templates", layer)

    return trace


def test_a_value_is_traced_to_the_environments_file(traced):
    told = traced(f"{DEV}/rds-primary/main.tf", "  multi_az ")
    template, value = told.split(", ")
    place, _, number = template.rpartition(":")
    assert place == "templates/modules/rds-primary/main.tf.j2"
    assert "multi_az" in (ROOT / place).read_text().splitlines()[int(number) - 1]
    where, path = value.split(" ")
    file, line, _ = where.split(":")
    assert path == "database.multi_az"
    assert "multi_az" in (ROOT / file).read_text().splitlines()[int(line) - 1]


def test_a_block_is_traced_to_its_header(traced):
    told = traced(f"{DEV}/rds-primary/main.tf", 'resource "aws_db_subnet_group"')
    place, _, number = told.rpartition(":")
    assert (ROOT / place).read_text().splitlines()[int(number) - 1] == 'resource "aws_db_subnet_group" "this" {'


def test_a_block_whose_label_is_a_value_is_traced(traced):
    told = traced(f"{DEV}/kinesis-dynamo/tables.tf", 'resource "aws_dynamodb_table"')
    place, _, number = told.rpartition(":")
    assert (ROOT / place).read_text().splitlines()[int(number) - 1].startswith('resource "aws_dynamodb_table"')


def test_every_rendered_block_is_traced_to_a_block_of_its_kind():
    for file in sorted((ROOT / DEV).glob("*/*.tf")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if line.startswith('resource "'):
                told = origin(file, number, ROOT / "templates", None)
                assert told is not None
                place, _, at = told.rpartition(":")
                text = (ROOT / place).read_text().splitlines()[int(at) - 1]
                assert text.split(" ")[:2] == line.split(" ")[:2], (file, line)


def test_a_file_of_ones_own_has_no_origin(tmp_path):
    (tmp_path / "main.tf").write_text('resource "a" "b" {\n}\n')
    assert origin(tmp_path / "main.tf", 1, tmp_path, None) is None
    assert origin(tmp_path / "none.tf", 1, tmp_path, None) is None


def test_a_template_that_the_project_lacks_is_xyztfs_own(tmp_path):
    file = ROOT / DEV / "rds-primary/main.tf"
    line = line_of(f"{DEV}/rds-primary/main.tf", 'resource "aws_db_instance" "this"')
    assert origin(file, line, tmp_path, None) == origin(file, line, ROOT / "templates", None)
