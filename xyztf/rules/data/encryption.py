"""Encryption at rest: of databases, volumes, streams, queues and topics."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.resource import Resource
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.data.examples import CACHE, DATABASE, STREAM, changed
from xyztf.rules.data.settings import is_off, setting
from xyztf.rules.rule import Rule, Stack

AWS_DOCS = "https://docs.aws.amazon.com"
PROVIDER_DOCS = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources"

SWITCHES = {
    "aws_db_instance": "storage_encrypted",
    "aws_rds_cluster": "storage_encrypted",
    "aws_docdb_cluster": "storage_encrypted",
    "aws_neptune_cluster": "storage_encrypted",
    "aws_elasticache_replication_group": "at_rest_encryption_enabled",
    "aws_efs_file_system": "encrypted",
}
"""What is not encrypted unless its switch is on."""

DEFAULTS_ON = {"aws_redshift_cluster": "encrypted", "aws_ebs_volume": "encrypted"}
"""What AWS, or a setting of the account, may encrypt by itself: only a plain `false` is told."""


class UnencryptedStorage(Rule):
    """A data store that is not told to encrypt its volumes and snapshots."""

    id = "XYZ501"
    title = "A data store that is not encrypted at rest"
    why = (
        "Its volumes, backups and snapshots may lie there in plain text, and a key of yours can only be had "
        "by making it anew from a copy."
    )
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/Overview.Encryption.html"
    bad = changed(DATABASE, "storage_encrypted", marked='resource "aws_db_instance"') + changed(
        CACHE, "at_rest_encryption_enabled", "at_rest_encryption_enabled = false"
    )
    good = DATABASE + CACHE

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type(*SWITCHES, *DEFAULTS_ON):
            name = SWITCHES.get(resource.type) or DEFAULTS_ON[resource.type]
            value = setting(resource, name)
            if value is UNKNOWN or not is_off(value):
                continue
            if value is None and (resource.type in DEFAULTS_ON or _encrypted_anyway(resource)):
                continue
            told = "is false" if value is not None else "is not set, which means false"
            message = f"{name} {told}"
            if setting(resource, "kms_key_id") is not None:
                message += ", and kms_key_id does nothing without it"
            yield self.finding(resource.at(name), message, f"set {name} = true", address=resource.address)


def _encrypted_anyway(resource: Resource) -> bool:
    """Whether it is as its source or snapshot is, or encrypted by its engine, without the switch."""
    engine = setting(resource, "engine")
    if resource.type == "aws_elasticache_replication_group":
        # The provider's default is true for Valkey; a secondary of a global datastore is as its primary.
        return engine in ("valkey", UNKNOWN) or setting(resource, "global_replication_group_id") is not None
    if resource.type == "aws_db_instance" and isinstance(engine, str) and engine.startswith("aurora"):
        return True
    if resource.type == "aws_rds_cluster" and setting(resource, "engine_mode") in ("serverless", UNKNOWN):
        return True
    copied = ("snapshot_identifier", "snapshot_arn", "global_cluster_identifier", "replication_source_identifier")
    blocks = ("restore_to_point_in_time", "s3_import")
    return any(setting(resource, name) is not None for name in (*copied, *blocks))


class UnencryptedStream(Rule):
    """A Kinesis stream without encryption."""

    id = "XYZ502"
    title = "A stream that is not encrypted"
    why = "Its records lie on disk in plain text for as long as they are kept."
    source = f"{AWS_DOCS}/streams/latest/dev/server-side-encryption.html"
    bad = changed(STREAM, "encryption_type", 'encryption_type  = "NONE"')
    good = STREAM

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type("aws_kinesis_stream"):
            if setting(resource, "encryption_type") in (None, "NONE"):
                place = resource.at("encryption_type")
                hint = 'set encryption_type = "KMS" and kms_key_id'
                yield self.finding(place, "records are not encrypted", hint, address=resource.address)


class UnencryptedMessages(Rule):
    """A queue whose encryption is switched off, or a topic without any of its own."""

    id = "XYZ503"
    title = "Messages that are not encrypted"
    why = "What is in a queue or topic can be read by whoever gets at its storage."
    source = f"{AWS_DOCS}/sns/latest/dg/sns-server-side-encryption.html"
    severity = Severity.WARNING
    bad = (
        'resource "aws_sqs_queue" "orders" {\n  name                    = "orders"\n'
        '  sqs_managed_sse_enabled = false # here\n}\n\nresource "aws_sns_topic" "orders" { # here\n'
        '  name = "orders"\n}\n'
    )
    good = (
        'resource "aws_sqs_queue" "orders" {\n  name = "orders"\n}\n\n'
        'resource "aws_sns_topic" "orders" {\n  name              = "orders"\n'
        '  kms_master_key_id = "alias/orders"\n}\n'
    )

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type("aws_sqs_queue", "aws_sns_topic"):
            if setting(resource, "kms_master_key_id") not in (None, ""):
                continue
            if resource.type == "aws_sns_topic":
                # Its disks are AWS's to encrypt: no more than a note where nobody says that it matters.
                severity = Severity.WARNING if stack.context.protected else Severity.NOTE
                hint = "set kms_master_key_id to a key of your own: alias/aws/sns lets no other service publish"
                yield self.finding(
                    resource.at(), "no key encrypts this topic", hint, address=resource.address, severity=severity
                )
            elif setting(resource, "sqs_managed_sse_enabled") is False:
                place = resource.at("sqs_managed_sse_enabled")
                hint = "leave sqs_managed_sse_enabled out, or set kms_master_key_id"
                yield self.finding(place, "encryption is switched off", hint, address=resource.address)
