"""Read replicas of RDS: what they need of their own, what they must not be told, and what their source must have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.data.encryption import AWS_DOCS, PROVIDER_DOCS
from xyztf.rules.data.examples import DATABASE, KEY, REPLICA, changed
from xyztf.rules.data.settings import databases, is_off, is_on, is_replica, number, setting
from xyztf.rules.data.sources import is_cross_region, source_of, sources_in
from xyztf.rules.rule import Rule, Stack

REPLICAS = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html"
PRIMARY_STACK = {"primary/main.tf": 'provider "aws" {\n  region = "us-east-1"\n}\n\n' + DATABASE + KEY}
REPLICA_STACK = 'provider "aws" {\n  region = "us-west-2"\n}\n\n' + REPLICA + "\n" + KEY


class ReplicaWithoutItsOwn(Rule):
    """A replica in another region without a key or a parameter group of that region."""

    id = "XYZ541"
    title = "A replica in another region without a key or parameter group of its own"
    why = (
        "Keys and parameter groups end at the region. Without a key of its own, an encrypted source is not copied; "
        "without a group, the engine's default is taken, which may let clients in without TLS."
    )
    source = REPLICAS
    bad = changed(changed(REPLICA, "kms_key_id"), "parameter_group_name", marked="replicate_source_db")
    good = REPLICA + KEY

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in databases(stack):
            if not is_cross_region(resource, stack):
                continue
            place = resource.at("replicate_source_db")
            encrypted = setting(resource, "storage_encrypted")
            if setting(resource, "kms_key_id") is None and (encrypted is None or is_on(encrypted)):
                message = "the source is in another region, and kms_key_id is missing"
                hint = "set kms_key_id to a key of the replica's region"
                yield self.finding(place, message, hint, address=resource.address)
            if setting(resource, "parameter_group_name") is None:
                message = "the source is in another region, and parameter_group_name is missing: AWS's default is taken"
                hint = "set parameter_group_name to a group of the replica's region"
                yield self.finding(place, message, hint, address=resource.address)


class ReplicaToldTooMuch(Rule):
    """A replica that is told what it has from its source."""

    id = "XYZ542"
    title = "A replica that is told what it has from its source"
    why = "A replica takes these from its source, and leaves no last snapshot: RDS or the provider refuses them."
    source = f"{PROVIDER_DOCS}/db_instance"
    bad = changed(REPLICA, "skip_final_snapshot", 'username = "admin"')
    good = REPLICA + KEY

    FORBIDDEN = (
        "username",
        "db_name",
        "password",
        "password_wo",
        "manage_master_user_password",
        "final_snapshot_identifier",
    )

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in databases(stack):
            if source_of(resource) is None:
                continue
            for name in self.FORBIDDEN:
                value = setting(resource, name)
                if value is UNKNOWN and name not in ("password", "password_wo"):
                    continue
                if value not in (None, False):
                    hint = f"leave {name} out"
                    if name == "final_snapshot_identifier":
                        hint += " and set skip_final_snapshot = true"
                    place = resource.at(name)
                    yield self.finding(place, f"a replica must not set {name}", hint, address=resource.address)


class ReplicaWithBackups(Rule):
    """A replica with backups of its own from the beginning."""

    id = "XYZ543"
    title = "A replica with a backup retention of its own"
    why = "The source is backed up. A replica is made without backups: they are turned on after that, with an outage."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/USER_ReadRepl.html"
    severity = Severity.NOTE
    bad = changed(REPLICA, "skip_final_snapshot", "backup_retention_period = 7")
    good = REPLICA + KEY

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in databases(stack):
            days = number(setting(resource, "backup_retention_period"))
            if source_of(resource) is not None and days:
                place = resource.at("backup_retention_period")
                hint = "leave it out until the replica is promoted"
                message = f"backup_retention_period is {days} on a replica"
                yield self.finding(place, message, hint, address=resource.address)


class SourceWithoutBackups(Rule):
    """The source of a replica, somewhere in the project, without backups."""

    id = "XYZ544"
    title = "A replica's source without backups"
    why = "RDS makes no replica of a database whose automated backups are off."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/USER_ReadRepl.Create.html"
    files = PRIMARY_STACK
    bad = (
        REPLICA_STACK
        + changed(DATABASE, "backup_retention_period", "backup_retention_period = 0")
        + '\nresource "aws_db_instance" "near" {\n  replicate_source_db = aws_db_instance.this.identifier\n}\n'
    )
    good = REPLICA_STACK

    def project(self, stacks: Sequence[Stack]) -> Iterator[Finding]:
        """See `Rule`."""
        for replica, stack, source, _ in sources_in(stacks):
            value = setting(source, "backup_retention_period")
            if is_replica(source) or not (value is None or number(value) == 0):
                continue
            where = stack.configuration.folder or "."
            told = "is 0" if value is not None else "is not set, which means 0"
            message = f"backup_retention_period {told}, and {replica.address} in {where} replicates it"
            place = source.at("backup_retention_period")
            hint = "set backup_retention_period = 7, and apply that before the replica"
            yield self.finding(place, message, hint, address=source.address)


class SourceNotEncrypted(Rule):
    """An encrypted replica of a source that is not."""

    id = "XYZ545"
    title = "An encrypted replica of a source that is not"
    why = "RDS refuses it: a replica is encrypted when, and only when, its source is."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/Overview.Encryption.html#Overview.Encryption.Limitations"
    files = PRIMARY_STACK
    bad = (
        REPLICA_STACK
        + changed(DATABASE, "storage_encrypted", "storage_encrypted = false")
        + (
            '\nresource "aws_db_instance" "near" {\n  replicate_source_db = aws_db_instance.this.identifier\n'
            "  storage_encrypted   = true\n}\n"
        )
    )
    good = REPLICA_STACK

    def project(self, stacks: Sequence[Stack]) -> Iterator[Finding]:
        """See `Rule`."""
        for replica, stack, source, _ in sources_in(stacks):
            theirs = setting(source, "storage_encrypted")
            copied = any(
                setting(source, name) is not None for name in ("snapshot_identifier", "restore_to_point_in_time")
            )
            if theirs is UNKNOWN or not is_off(theirs) or copied:
                continue
            if is_on(setting(replica, "storage_encrypted")) and not is_replica(source):
                where = stack.configuration.folder or "."
                message = f"it is not encrypted, and {replica.address} in {where} is to be"
                place = source.at("storage_encrypted")
                yield self.finding(place, message, "set storage_encrypted = true", address=source.address)


class SourceWithManagedPassword(Rule):
    """A MySQL source whose password RDS manages."""

    id = "XYZ546"
    title = "A replica of MySQL whose password RDS manages"
    why = "While RDS manages the source's password in Secrets Manager, it makes no replica of MySQL or MariaDB."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations"
    files = PRIMARY_STACK
    bad = (
        REPLICA_STACK
        + changed(DATABASE, "publicly_accessible", "manage_master_user_password = true")
        + ('\nresource "aws_db_instance" "near" {\n  replicate_source_db = aws_db_instance.this.identifier\n}\n')
    )
    good = REPLICA_STACK

    def project(self, stacks: Sequence[Stack]) -> Iterator[Finding]:
        """See `Rule`."""
        for replica, stack, source, _ in sources_in(stacks):
            managed = is_on(setting(source, "manage_master_user_password"))
            if managed and setting(source, "engine") in ("mysql", "mariadb"):
                where = stack.configuration.folder or "."
                message = f"RDS manages its password, and {replica.address} in {where} replicates it"
                place = source.at("manage_master_user_password")
                hint = "set password_wo from a secret of your own"
                yield self.finding(place, message, hint, address=source.address)
