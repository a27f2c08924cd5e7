"""Within reach of the internet; and settings that surprise: upgrades, changes at noon, old volumes."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.rules.data.encryption import AWS_DOCS
from xyztf.rules.data.examples import DATABASE, KEY, PROTECTED, changed
from xyztf.rules.data.settings import databases, setting
from xyztf.rules.rule import Rule, Stack

REACHABLE = (
    "aws_db_instance",
    "aws_rds_cluster_instance",
    "aws_redshift_cluster",
    "aws_redshiftserverless_workgroup",
    "aws_dms_replication_instance",
)
"""What no type means. The API takes gp3 for a database, says its reference as of 2025; the provider's page, gp2."""


class Public(Rule):
    """A data store with an address of the internet."""

    id = "XYZ535"
    title = "A data store with a public address"
    why = "Only its security group stands between the data and the whole internet."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"
    bad = changed(DATABASE, "publicly_accessible", "publicly_accessible = true")
    good = DATABASE + KEY

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type(*REACHABLE):
            value = setting(resource, "publicly_accessible")
            place = resource.at("publicly_accessible")
            hint = "set publicly_accessible = false, and reach it from within the VPC"
            if value is True:
                yield self.finding(place, "publicly_accessible is true", hint, address=resource.address)
            elif value is None and resource.type == "aws_redshift_cluster":
                message = "publicly_accessible is not set: version 5 of the provider makes the cluster public"
                yield self.finding(place, message, hint, address=resource.address, severity=Severity.WARNING)


class NoMinorUpgrades(Rule):
    """A data store that does not take minor versions by itself."""

    id = "XYZ536"
    title = "Minor versions are not taken"
    why = "Minor versions carry the repairs of security holes; somebody has to take them by hand, and in time."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html"
    severity = Severity.NOTE
    bad = changed(DATABASE, "publicly_accessible", "auto_minor_version_upgrade = false")
    good = DATABASE + KEY

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        types = ("aws_db_instance", "aws_rds_cluster_instance", "aws_elasticache_replication_group")
        for resource in stack.configuration.of_type(*types, "aws_dms_replication_instance"):
            if setting(resource, "auto_minor_version_upgrade") in (False, "false"):
                place = resource.at("auto_minor_version_upgrade")
                hint = "leave it out, or set it to true: upgrades wait for the maintenance window"
                yield self.finding(place, "auto_minor_version_upgrade is false", hint, address=resource.address)


class AppliedAtOnce(Rule):
    """Changes of a protected environment that do not wait for the maintenance window."""

    id = "XYZ537"
    title = "Changes do not wait for the maintenance window"
    why = "A new class or version restarts the database in the middle of the day, and so does what waited already."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/USER_ModifyInstance.ApplyImmediately.html"
    severity = Severity.WARNING
    bad = changed(DATABASE, "apply_immediately", "apply_immediately = true")
    good = DATABASE + KEY
    context = PROTECTED

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        types = ("aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance", "aws_elasticache_replication_group")
        for resource in stack.configuration.of_type(*types, "aws_elasticache_cluster", "aws_redshift_cluster"):
            if stack.context.protected and setting(resource, "apply_immediately") is True:
                place = resource.at("apply_immediately")
                hint = "set apply_immediately = false"
                yield self.finding(place, "apply_immediately is true", hint, address=resource.address)


class OldVolume(Rule):
    """A volume of the type before gp3."""

    id = "XYZ538"
    title = "A gp2 volume"
    why = "gp2 is only as fast as it is large, with credits for bursts; gp3 has 3,000 IOPS or more at any size."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/CHAP_Storage.html"
    severity = Severity.NOTE
    bad = changed(DATABASE, "storage_type", 'storage_type = "gp2"')
    good = DATABASE + KEY

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        volumes = [(each, "type") for each in stack.configuration.of_type("aws_ebs_volume")]
        for resource, name in (*((each, "storage_type") for each in databases(stack)), *volumes):
            value = setting(resource, name)
            # What RDS takes for a storage type that is not named has changed over the years; EBS takes gp2.
            by_default = name == "type" and value is None and setting(resource, "iops") is None
            if value == "gp2" or by_default:
                told = "is gp2" if value else "is not set, which means gp2"
                place = resource.at(name)
                yield self.finding(place, f"{name} {told}", f'set {name} = "gp3"', address=resource.address)
