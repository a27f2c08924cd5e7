"""What is rendered for a replica that is promoted, beside the database itself: its alarms follow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xyztf.cli.app import run

TEXT = """\
project: acme
account_id: "123456789012"
primary_region: eu-west-1
regions:
  eu-west-1: { cidr: 10.0.0.0/16 }
  eu-central-1: { cidr: 10.1.0.0/16 }
  eu-north-1: { cidr: 10.2.0.0/16 }
database:
  instance_class: db.m7g.large
  replicas: { eu-central-1: { role: ROLE }, eu-north-1: { role: replica } }
"""
MOVED = re.compile(
    r"moved \{\n  from = module\.monitoring\.aws_cloudwatch_metric_alarm\.replica_(\w+)\[\"(\S+)\"\]\n"
    r"  to   = module\.monitoring\.aws_cloudwatch_metric_alarm\.database_(\w+)\[\"(\S+)\"\]\n\}"
)


@pytest.fixture
def rendered(tmp_path: Path):
    """Renders with this role of the replica in eu-central-1; gives the project's folder."""

    def render(role: str) -> Path:
        (tmp_path / "environments").mkdir(exist_ok=True)
        (tmp_path / "environments" / "demo.yaml").write_text(TEXT.replace("ROLE", role))
        assert run(["render", "--project", str(tmp_path)]) == 0
        return tmp_path

    return render


def alarms(text: str) -> dict[str, str]:
    """The blocks of metric alarms by their labels."""
    return dict(re.findall(r'^resource "aws_cloudwatch_metric_alarm" "(\w+)" \{\n(.*?)^\}', text, re.MULTILINE | re.S))


def test_the_alarms_that_both_have_move_and_are_not_made_anew_under_the_same_name(rendered):
    before = rendered("replica") / "modules" / "demo" / "monitoring"
    of_replicas = alarms((before / "alarms_replica.tf").read_text())
    root = rendered("promoted")
    of_databases = alarms((root / "modules" / "demo" / "monitoring" / "alarms_database.tf").read_text())

    moved = MOVED.findall((root / "environments" / "demo" / "eu-central-1" / "main.tf").read_text())

    name = "acme-demo-replica-eu-central-1"
    assert {(label, here) for label, here, _, _ in moved} == {(label, there) for _, _, label, there in moved}
    assert {there for *_, there in moved} == {name}
    both = {label.removeprefix("replica_") for label in of_replicas} & {
        label.removeprefix("database_") for label in of_databases
    }
    assert {label for label, *_ in moved} == both
    assert {"cpu", "connections", "storage", "load"} <= both


def test_nothing_moves_for_replicas(rendered):
    root = rendered("promoted")
    for region in ("eu-west-1", "eu-north-1"):
        assert "moved" not in (root / "environments" / "demo" / region / "main.tf").read_text()
    assert "moved" not in (rendered("replica") / "environments" / "demo" / "eu-central-1" / "main.tf").read_text()


def test_an_alarm_that_goes_first_leaves_the_rule_that_names_it(rendered):
    """AWS deletes no alarm that a composite alarm names: https://github.com/hashicorp/terraform-provider-aws/issues/34807"""
    folder = rendered("replica") / "modules" / "demo" / "monitoring"
    rule = (folder / "alarms.tf").read_text()
    named = set(re.findall(r"aws_cloudwatch_metric_alarm\.(\w+)\)", rule.partition("warning_alarms")[0]))
    assert named
    blocks = {label: block for path in folder.glob("*.tf") for label, block in alarms(path.read_text()).items()}
    assert [label for label in named if "create_before_destroy = true" not in blocks[label]] == []
