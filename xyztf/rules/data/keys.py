"""Keys: data under a key of one's own, and the key turned over each year."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.data.encryption import AWS_DOCS, SWITCHES
from xyztf.rules.data.examples import CACHE, DATABASE, KEY, STREAM, TABLE, changed
from xyztf.rules.data.settings import inner, is_off, is_on, is_replica, setting
from xyztf.rules.rule import Rule, Stack


class TableWithoutKey(Rule):
    """A DynamoDB table under a key that is AWS's."""

    id = "XYZ504"
    title = "A table without a key of its own"
    why = "AWS's own key cannot be watched, restricted or taken away; a key of yours can."
    source = f"{AWS_DOCS}/amazondynamodb/latest/developerguide/encryption.howitworks.html"
    severity = Severity.NOTE
    bad = changed(TABLE, "kms_key_arn", marked="server_side_encryption")
    good = TABLE

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type("aws_dynamodb_table"):
            enabled = inner(resource, "server_side_encryption", "enabled")
            key = inner(resource, "server_side_encryption", "kms_key_arn")
            if enabled is UNKNOWN or key is UNKNOWN or (is_on(enabled) and key is not None):
                continue
            whose = "the key that AWS manages for DynamoDB" if is_on(enabled) else "a key that AWS owns"
            severity = Severity.WARNING if stack.context.protected and is_off(enabled) else Severity.NOTE
            hint = "server_side_encryption { enabled = true, kms_key_arn = ... }, an argument a line"
            place = resource.at("server_side_encryption")
            yield self.finding(place, f"encrypted with {whose}", hint, address=resource.address, severity=severity)


class LogsWithoutKey(Rule):
    """A log group under a key that is AWS's."""

    id = "XYZ505"
    title = "A log group without a key of its own"
    why = "Logs tell who did what; a key of yours decides whether CloudWatch Logs may still read them."
    source = f"{AWS_DOCS}/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"
    severity = Severity.NOTE
    bad = 'resource "aws_cloudwatch_log_group" "this" { # here\n  name = "/shop"\n}\n'
    good = (
        'resource "aws_cloudwatch_log_group" "this" {\n  name       = "/shop"\n  kms_key_id = aws_kms_key.this.arn\n}\n'
    )
    good += f"\n{KEY}"

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type("aws_cloudwatch_log_group"):
            if setting(resource, "kms_key_id") is None:
                hint = "set kms_key_id to a key whose policy lets logs.REGION.amazonaws.com use it"
                yield self.finding(resource.at(), "CloudWatch's own key", hint, address=resource.address)


class StoreWithoutKey(Rule):
    """An encrypted data store under the key that AWS manages for its service."""

    id = "XYZ506"
    title = "A data store without a key of its own"
    why = "Snapshots under AWS's key cannot be shared with another account, and the key cannot be changed later."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html"
    severity = Severity.NOTE
    bad = changed(DATABASE, "kms_key_id", marked="storage_encrypted") + changed(
        STREAM, "kms_key_id", 'kms_key_id = "alias/aws/kinesis"'
    )
    good = DATABASE + CACHE + STREAM + KEY

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type(*SWITCHES, "aws_redshift_cluster", "aws_kinesis_stream"):
            name = "kms_key_arn" if resource.type == "aws_neptune_cluster" else "kms_key_id"
            key = setting(resource, name)
            managed = isinstance(key, str) and key.rpartition(":")[2].startswith("alias/aws/")
            if key is UNKNOWN or not (key is None or managed):
                continue
            if resource.type == "aws_kinesis_stream":
                encrypted, switch = setting(resource, "encryption_type") == "KMS", "encryption_type"
            else:
                switch = SWITCHES.get(resource.type, "encrypted")
                encrypted = is_on(setting(resource, switch))
            if not encrypted or (resource.type == "aws_db_instance" and is_replica(resource)):
                continue
            place = resource.at(name if managed else switch)
            hint = f"set {name} to an aws_kms_key's arn before it is made"
            yield self.finding(place, "encrypted with the key that AWS manages", hint, address=resource.address)


class KeyNotRotated(Rule):
    """A KMS key that stays as it is for ever."""

    id = "XYZ507"
    title = "A key that is not rotated"
    why = "What one key has encrypted only grows. Rotation changes nothing for its users, and old data stays readable."
    source = f"{AWS_DOCS}/kms/latest/developerguide/rotate-keys.html"
    severity = Severity.WARNING
    bad = changed(KEY, "enable_key_rotation", marked='resource "aws_kms_key"')
    good = KEY

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type("aws_kms_key"):
            # KMS rotates no other kind: refused for asymmetric and HMAC keys and those of a custom key store.
            kind = (
                setting(resource, "key_usage") in (None, "ENCRYPT_DECRYPT")
                and setting(resource, "customer_master_key_spec") in (None, "SYMMETRIC_DEFAULT")
                and setting(resource, "custom_key_store_id") is None
            )
            value = setting(resource, "enable_key_rotation")
            if kind and value is not UNKNOWN and is_off(value):
                place = resource.at("enable_key_rotation")
                hint = "set enable_key_rotation = true"
                yield self.finding(place, "enable_key_rotation is not on", hint, address=resource.address)
