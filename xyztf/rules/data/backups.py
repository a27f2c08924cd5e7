"""Backups: that there are any, how far back they go, and the last one, before the end."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.data.encryption import AWS_DOCS, PROVIDER_DOCS
from xyztf.rules.data.examples import CACHE, DATABASE, KEY, PROTECTED, STREAM, TABLE, changed
from xyztf.rules.data.settings import by_protection, databases, inner, is_off, is_replica, number, setting
from xyztf.rules.rule import Rule, Stack

LEAST = 7
"""Days of backups in a protected environment: a mistake of a Friday is found in the week after."""
CLUSTERS = ("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster")


class NoBackups(Rule):
    """A database without automated backups, or with very few days of them."""

    id = "XYZ521"
    title = "Too few days of backups"
    why = "Without automated backups nothing can be restored to a moment, and no replica can be made."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html"
    bad = changed(DATABASE, "backup_retention_period", "backup_retention_period = 0")
    good = DATABASE + KEY
    context = PROTECTED

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        protected = stack.context.protected
        databases_here = [(each, 0) for each in databases(stack) if not is_replica(each)]
        clusters = [(each, 1) for each in stack.configuration.of_type(*CLUSTERS)]
        for resource, default in (*databases_here, *clusters):
            value = setting(resource, "backup_retention_period")
            days = default if value is None else number(value)
            place = resource.at("backup_retention_period")
            if days == 0:
                told = "" if value is not None else " (it is not set, which means 0)"
                severity = Severity.ERROR if protected is not False else Severity.WARNING
                hint = f"set backup_retention_period = {LEAST} or more"
                message = f"automated backups are off{told}"
                yield self.finding(place, message, hint, address=resource.address, severity=severity)
            elif days is not None and days < LEAST and protected:
                message = f"{days} {'day' if days == 1 else 'days'} of backups in a protected environment"
                hint = f"set backup_retention_period = {LEAST} or more"
                yield self.finding(place, message, hint, address=resource.address, severity=Severity.WARNING)


class FinalSnapshotSkipped(Rule):
    """A database of a protected environment that goes without a last snapshot."""

    id = "XYZ522"
    title = "No last snapshot before deletion"
    why = "Unless they are kept on purpose, its automated backups go with it: then the last snapshot is all there is."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html"
    bad = changed(DATABASE, "skip_final_snapshot", "skip_final_snapshot = true")
    good = DATABASE + KEY
    context = PROTECTED

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        if not stack.context.protected:
            return
        stores = [each for each in databases(stack) if not is_replica(each)]
        for resource in (*stores, *stack.configuration.of_type(*CLUSTERS, "aws_redshift_cluster")):
            if setting(resource, "skip_final_snapshot") is True:
                place = resource.at("skip_final_snapshot")
                hint = "set skip_final_snapshot = false and final_snapshot_identifier"
                yield self.finding(place, "no last snapshot is taken", hint, address=resource.address)


class FinalSnapshotWithoutName(Rule):
    """A database that cannot be deleted, as its last snapshot has no name."""

    id = "XYZ523"
    title = "A last snapshot without a name"
    why = "Without a name for it, neither the provider nor RDS deletes the database: the destroy stops in the middle."
    source = f"{PROVIDER_DOCS}/db_instance"
    bad = changed(DATABASE, "final_snapshot_identifier", marked="skip_final_snapshot")
    good = DATABASE + KEY

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in (*databases(stack), *stack.configuration.of_type(*CLUSTERS, "aws_redshift_cluster")):
            skip = setting(resource, "skip_final_snapshot")
            name = setting(resource, "final_snapshot_identifier")
            if skip is UNKNOWN or not is_off(skip) or name not in (None, ""):
                continue
            replica = resource.type == "aws_db_instance" and setting(resource, "replicate_source_db")
            if replica is UNKNOWN:
                continue
            told = "is false" if skip is not None else "is not set, which means false"
            message = f"skip_final_snapshot {told}, and final_snapshot_identifier is missing"
            hint = "set final_snapshot_identifier, or skip_final_snapshot = true where the data may be lost"
            if replica:
                hint = "set skip_final_snapshot = true: the data is the source's"
            place = resource.at("skip_final_snapshot")
            yield self.finding(place, message, hint, address=resource.address)


class TableWithoutRecovery(Rule):
    """A DynamoDB table that cannot be put back to an earlier moment."""

    id = "XYZ524"
    title = "A table without point-in-time recovery"
    why = "What a wrong write or delete took away cannot be had back."
    source = f"{AWS_DOCS}/amazondynamodb/latest/developerguide/Point-in-time-recovery.html"
    bad = changed(TABLE, "enabled = true", "  enabled = false")
    good = TABLE + KEY
    context = PROTECTED

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        severity = by_protection(stack.context, Severity.ERROR, Severity.WARNING)
        for resource in stack.configuration.of_type("aws_dynamodb_table"):
            value = inner(resource, "point_in_time_recovery", "enabled")
            if severity and value is not UNKNOWN and is_off(value):
                place = resource.at("point_in_time_recovery", "enabled")
                hint = "point_in_time_recovery { enabled = true }"
                message = "point-in-time recovery is not on"
                yield self.finding(place, message, hint, address=resource.address, severity=severity)


class CacheWithoutSnapshots(Rule):
    """A cache without automatic snapshots."""

    id = "XYZ525"
    title = "A cache without snapshots"
    why = "When its nodes are lost it starts empty, and all reads fall on the database."
    source = f"{AWS_DOCS}/AmazonElastiCache/latest/dg/backups-automatic.html"
    severity = Severity.WARNING
    bad = changed(CACHE, "snapshot_retention_limit", "snapshot_retention_limit = 0")
    good = CACHE + KEY
    context = PROTECTED

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        severity = by_protection(stack.context, Severity.WARNING, Severity.NOTE)
        for resource in stack.configuration.of_type("aws_elasticache_replication_group"):
            value = setting(resource, "snapshot_retention_limit")
            if severity and (value is None or number(value) == 0):
                place = resource.at("snapshot_retention_limit")
                told = "is 0" if value is not None else "is not set, which means 0"
                message = f"snapshot_retention_limit {told}"
                hint = "set snapshot_retention_limit to days, such as 7"
                yield self.finding(place, message, hint, address=resource.address, severity=severity)


class SnapshotsWithoutTags(Rule):
    """A database whose snapshots have none of its tags."""

    id = "XYZ526"
    title = "Snapshots without tags"
    why = "Nobody can tell later whose they are, what they cost whom, and whether they may go."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/USER_Tagging.html"
    severity = Severity.NOTE
    bad = changed(DATABASE, "copy_tags_to_snapshot", marked='resource "aws_db_instance"')
    good = DATABASE + KEY

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in (*databases(stack), *stack.configuration.of_type("aws_rds_cluster")):
            value = setting(resource, "copy_tags_to_snapshot")
            if value is not UNKNOWN and is_off(value):
                place = resource.at("copy_tags_to_snapshot")
                hint = "set copy_tags_to_snapshot = true"
                yield self.finding(place, "copy_tags_to_snapshot is not on", hint, address=resource.address)


class StreamForgetsAtOnce(Rule):
    """A stream of a protected environment that keeps its records for a day."""

    id = "XYZ527"
    title = "A stream that keeps its records for a day only"
    why = "A consumer that stands still over a weekend loses what came in."
    source = f"{AWS_DOCS}/streams/latest/dev/kinesis-extended-retention.html"
    severity = Severity.WARNING
    bad = changed(STREAM, "retention_period", "retention_period = 24")
    good = STREAM + KEY
    context = PROTECTED

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type("aws_kinesis_stream"):
            value = setting(resource, "retention_period")
            hours = 24 if value is None else number(value)
            if stack.context.protected and hours is not None and hours <= 24:
                place = resource.at("retention_period")
                told = f"{hours} hours" if value is not None else "24 hours, as retention_period is not set"
                yield self.finding(
                    place, f"records are kept {told}", "set retention_period = 72 or more", address=resource.address
                )
