"""What holds data, and what interrupts: the look-ups, and the data they stand on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xyztf.facts import interruptions
from xyztf.facts.interruptions import SORTS, Means, When, considered, loss, of_change, of_removal, of_replacement
from xyztf.facts.tables import table

ROOT = Path(__file__).resolve().parent.parent.parent

CHANGES = table("interruptions")["changes"]


def test_somebody_has_decided_for_every_type_that_we_render() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.j2"))
    types = set(re.findall(r'^resource "(\w+)"', text, re.MULTILINE))
    assert len(types) > 30
    assert [name for name in sorted(types) if not considered(name)] == []


def test_no_type_is_listed_twice() -> None:
    groups = [*table("holds_data")["groups"], *table("holds_data")["others"]]
    types = [name for group in groups for name in group["types"]]
    assert len(types) == len(set(types))
    for key in ("replacements", "removals"):
        types = [name for group in table("interruptions")[key] for name in group["types"]]
        assert len(types) == len(set(types))


@pytest.mark.parametrize(
    "name",
    [
        "aws_db_instance",
        "aws_rds_cluster",
        "aws_redshift_cluster",
        "aws_dynamodb_table",
        "aws_kinesis_stream",
        "aws_elasticache_replication_group",
        "aws_kms_key",
        "aws_secretsmanager_secret",
        "aws_s3_bucket",
        "aws_cloudwatch_log_group",
        "aws_sqs_queue",
        "aws_efs_file_system",
        "aws_backup_vault",
        "aws_db_snapshot",
    ],
)
def test_what_the_issue_names_holds_data(name: str) -> None:
    found = loss(name)
    assert found and found.lost and found.source


@pytest.mark.parametrize("name", ["aws_secretsmanager_secret_version", "aws_cloudwatch_metric_alarm", "terraform_data"])
def test_what_holds_none(name: str) -> None:
    assert loss(name) is None


def test_every_entry_can_be_read() -> None:
    for entry in CHANGES:
        assert Means(entry["means"]) and When(entry["when"])
        assert entry["words"] and entry["words"][-1] != "."
        for sort in entry.get("change", ()):
            assert sort in SORTS or sort == "static parameter" or re.fullmatch(r"to \S+|with \S+|past \d+", sort), sort
    for key in ("replacements", "removals"):
        assert all(Means(group["means"]) and group["words"] for group in table("interruptions")[key])


def test_no_entry_stands_behind_one_that_takes_all() -> None:
    seen: set[tuple[str, str]] = set()
    for entry in CHANGES:
        place = (entry["type"], entry["attribute"])
        assert place not in seen, place
        if "change" not in entry and "only" not in entry:
            seen.add(place)


@pytest.mark.parametrize(
    ("attribute", "old", "new", "settings", "means", "when"),
    [
        ("instance_class", "db.t3.medium", "db.r7g.large", {"multi_az": True}, Means.FAILOVER, When.WINDOW),
        ("instance_class", "db.t3.medium", "db.r7g.large", {"multi_az": False}, Means.RESTART, When.WINDOW),
        ("engine_version", "8.4.10", "8.4.11", {"multi_az": True}, Means.RESTART, When.WINDOW),
        ("port", 3306, 3307, {}, Means.RESTART, When.NOW),
        ("backup_retention_period", 0, 7, {}, Means.RESTART, When.WINDOW),
        ("backup_retention_period", 7, 0, {}, Means.LOSS, When.WINDOW),
        ("backup_retention_period", 7, 2, {}, Means.LOSS, When.NOW),
        ("storage_type", "standard", "gp3", {}, Means.RESTART, When.WINDOW),
        ("storage_type", "gp2", "gp3", {}, Means.SLOW, When.WINDOW),
        ("parameter_group_name", "a", "b", {}, Means.WAITS, When.REBOOT),
        ("replicate_source_db", "arn", None, {}, Means.RESTART, When.NOW),
    ],
)
def test_databases(
    attribute: str, old: object, new: object, settings: dict[str, object], means: Means, when: When
) -> None:
    effect = of_change("aws_db_instance", attribute, old, new, settings=settings)
    assert effect is not None
    assert (effect.means, effect.when) == (means, when)


def test_a_major_version_is_said_to_be_one() -> None:
    minor = of_change("aws_db_instance", "engine_version", "8.4.10", "8.4.11")
    major = of_change("aws_db_instance", "engine_version", "8.0.46", "8.4.11")
    assert minor and major
    assert "major" in major.words and "major" not in minor.words


def test_more_storage_past_the_threshold_is_copied() -> None:
    past = of_change("aws_db_instance", "allocated_storage", 100, 400)
    below = of_change("aws_db_instance", "allocated_storage", 100, 200)
    assert past and below
    assert "400 GiB" in past.words and "400 GiB" not in below.words


def test_longer_retention_interrupts_nothing() -> None:
    assert of_change("aws_db_instance", "backup_retention_period", 2, 7) is None
    assert of_change("aws_kinesis_stream", "retention_period", 24, 48) is None
    assert of_change("aws_cloudwatch_log_group", "retention_in_days", 365, 0) is None  # for ever
    assert of_change("aws_lambda_function", "reserved_concurrent_executions", 10, -1) is None  # no limit


@pytest.mark.parametrize(
    ("resource", "attribute", "old", "new"),
    [
        ("aws_kinesis_stream", "retention_period", 48, 24),
        ("aws_sqs_queue", "message_retention_seconds", 1209600, 86400),
        ("aws_cloudwatch_log_group", "retention_in_days", 365, 30),
        ("aws_cloudwatch_log_group", "retention_in_days", 0, 30),
        ("aws_dynamodb_table", "stream_enabled", True, False),
        ("aws_dynamodb_table", "point_in_time_recovery.enabled", True, False),
    ],
)
def test_data_can_be_lost_without_anything_being_destroyed(
    resource: str, attribute: str, old: object, new: object
) -> None:
    effect = of_change(resource, attribute, old, new)
    assert effect and effect.means is Means.LOSS


def test_parameters_wait_where_they_are_static() -> None:
    def of(name: str) -> interruptions.Effect | None:
        return of_change("aws_db_parameter_group", "parameter.value", "1", "2", keys=(name,))

    waits = of("innodb_buffer_pool_instances")
    assert waits and waits.means is Means.WAITS and waits.when is When.REBOOT
    assert of("max_connections") is None


def test_an_index_goes_is_filled_or_only_gets_capacity() -> None:
    index = {"name": "by-place"}
    goes = of_change("aws_dynamodb_table", "global_secondary_index", index, None)
    comes = of_change("aws_dynamodb_table", "global_secondary_index", None, index)
    narrower = of_change("aws_dynamodb_table", "global_secondary_index.range_key", "At", None)
    capacity = of_change("aws_dynamodb_table", "global_secondary_index.read_capacity", 5, 10)
    assert goes and goes.means is Means.CONNECTIONS
    assert comes and comes == narrower and comes.means is Means.SLOW
    assert capacity and capacity.means is Means.NONE


def test_what_cannot_be_compared_counts_as_the_worst() -> None:
    effect = of_change("aws_db_instance", "backup_retention_period", 7, "(known after apply)", comparable=False)
    assert effect and effect.means is Means.LOSS


def test_what_is_not_listed() -> None:
    assert of_change("aws_db_instance", "tags.Owner", "a", "b") is None
    assert of_change("aws_db_instance", "port_number", 1, 2) is None
    assert of_change("google_sql", "tier", "a", "b") is None
    assert of_replacement("google_sql").means is Means.REPLACED
    assert of_removal("google_sql") is None


def test_replacing_a_secret_version_or_an_alarm_is_no_outage() -> None:
    assert of_replacement("aws_secretsmanager_secret_version").means is Means.CONNECTIONS
    assert of_replacement("aws_cloudwatch_metric_alarm").means is Means.SLOW
    assert of_replacement("aws_cloudwatch_dashboard").means is Means.NONE


def test_the_worst_comes_first() -> None:
    assert [means.rank for means in Means] == list(range(len(Means)))
    assert Means.LOSS.rank < Means.RESTART.rank < Means.FAILOVER.rank < Means.WAITS.rank
    assert all(means.words for means in Means)
