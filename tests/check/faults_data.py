"""Faults of databases, caches, streams, tables, queues, logs and keys."""

from __future__ import annotations

from planting import Fault, given, gone, header, replaced

_DATABASE, _CACHE, _STREAM = "aws_db_instance.this", "aws_elasticache_replication_group.this", "aws_kinesis_stream"
_PRIMARY, _REPLICA = "modules/{}/rds-primary/main.tf", "modules/{}/rds-replica/main.tf"
_ELASTICACHE, _STREAMING = "modules/{}/elasticache/main.tf", "modules/{}/kinesis-dynamo/"
_TLS = 'name         = "require_secure_transport"'
_DEVICES, _ANALYTICS = "aws_kinesis_stream.device_data_stream", "aws_dynamodb_table.realtime_analytics"


def set_to(file: str, address: str, name: str, value: str, rule: str, *inside: str) -> Fault:
    """An argument has a wrong value, and is told at its own line."""
    where = (header(address), *inside, f"{name} ")
    return Fault(f"{file}: {name} = {value}", file, given(address, name, value, *inside), where, (rule,))


def without(file: str, address: str, name: str, rule: str, *line: str) -> Fault:
    """An argument or a block is missing, and is told at the resource's first line, or at one of what it belongs to."""
    return Fault(f"{file}: no {name}", file, gone(address, name), (header(address), *line), (rule,))


DATA = [
    # The database
    set_to(_PRIMARY.format("prod"), _DATABASE, "storage_encrypted", "false", "CKV_AWS_16"),
    set_to(_PRIMARY.format("prod"), _DATABASE, "publicly_accessible", "true", "CKV_AWS_17"),
    set_to(_PRIMARY.format("prod"), _DATABASE, "deletion_protection", "false", "CKV_AWS_293"),
    set_to(_PRIMARY.format("prod"), _DATABASE, "backup_retention_period", "0", "CKV_AWS_133"),
    set_to(_PRIMARY.format("prod"), _DATABASE, "skip_final_snapshot", "true", "XYZ522"),
    set_to(_PRIMARY.format("prod"), _DATABASE, "multi_az", "false", "CKV_AWS_157"),
    set_to(_PRIMARY.format("staging"), _DATABASE, "iam_database_authentication_enabled", "false", "CKV_AWS_161"),
    set_to(_PRIMARY.format("staging"), _DATABASE, "auto_minor_version_upgrade", "false", "CKV_AWS_226"),
    set_to(_PRIMARY.format("staging"), _DATABASE, "copy_tags_to_snapshot", "false", "CKV2_AWS_60"),
    set_to(_PRIMARY.format("staging"), _DATABASE, "storage_type", '"gp2"', "XYZ538"),
    without(_PRIMARY.format("prod"), _DATABASE, "lifecycle", "XYZ532"),
    without(_PRIMARY.format("staging"), _DATABASE, "performance_insights_kms_key_id", "CKV_AWS_354"),
    without(_PRIMARY.format("staging"), _DATABASE, "kms_key_id", "XYZ506", "storage_encrypted "),
    without(_PRIMARY.format("staging"), _DATABASE, "enabled_cloudwatch_logs_exports", "CKV_AWS_129"),
    Fault(
        "the database takes connections without TLS",
        "modules/dev/rds-primary/groups.tf",
        replaced(f'{_TLS}\n    value        = "1"', f'{_TLS}\n    value        = "0"'),
        (header("aws_db_parameter_group.this"), _TLS, "value "),
        ("XYZ512",),
    ),
    Fault(
        "a replica takes connections without TLS",
        "modules/prod/rds-replica/groups.tf",
        replaced(_TLS, 'name         = "sql_require_primary_key"'),
        (header("aws_db_instance.this"),),
        ("CKV2_AWS_69",),
        "modules/prod/rds-replica/main.tf",
    ),
    # Its replicas
    without(_REPLICA.format("prod"), _DATABASE, "storage_encrypted", "CKV_AWS_16"),
    without(_REPLICA.format("staging"), _DATABASE, "kms_key_id", "XYZ541", "replicate_source_db "),
    set_to(_REPLICA.format("staging"), _DATABASE, "publicly_accessible", "true", "CKV_AWS_17"),
    # Its password
    without("modules/staging/rds-primary/password.tf", "aws_secretsmanager_secret.admin", "kms_key_id", "CKV_AWS_149"),
    # The cache
    set_to(_ELASTICACHE.format("prod"), _CACHE, "at_rest_encryption_enabled", "false", "CKV_AWS_29"),
    set_to(_ELASTICACHE.format("staging"), _CACHE, "transit_encryption_enabled", "false", "CKV_AWS_30"),
    set_to(_ELASTICACHE.format("prod"), _CACHE, "automatic_failover_enabled", "false", "CKV2_AWS_50"),
    set_to(_ELASTICACHE.format("prod"), _CACHE, "snapshot_retention_limit", "0", "XYZ525"),
    without(_ELASTICACHE.format("dev"), _CACHE, "kms_key_id", "CKV_AWS_191"),
    without(_ELASTICACHE.format("dev"), _CACHE, "user_group_ids", "CKV_AWS_31", "transit_encryption_enabled "),
    # Streams, tables, queues
    set_to(_STREAMING.format("prod") + "streams.tf", _DEVICES, "encryption_type", '"NONE"', "CKV_AWS_43"),
    without(_STREAMING.format("staging") + "streams.tf", _DEVICES, "kms_key_id", "CKV_AWS_185"),
    set_to(
        _STREAMING.format("prod") + "tables.tf", _ANALYTICS, "enabled", "false", "CKV_AWS_28", "point_in_time_recovery"
    ),
    without(_STREAMING.format("staging") + "tables.tf", _ANALYTICS, "point_in_time_recovery", "CKV_AWS_28"),
    without(_STREAMING.format("staging") + "tables.tf", _ANALYTICS, "server_side_encryption", "CKV_AWS_119"),
    set_to(_STREAMING.format("prod") + "tables.tf", _ANALYTICS, "deletion_protection_enabled", "false", "XYZ531"),
    without(
        _STREAMING.format("prod") + "queues.tf", "aws_sqs_queue.realtime_analytics", "kms_master_key_id", "CKV_AWS_27"
    ),
    without("modules/dev/monitoring/main.tf", "aws_sns_topic.alarms", "kms_master_key_id", "CKV_AWS_26"),
    # Logs
    without("modules/prod/rds-primary/logs.tf", "aws_cloudwatch_log_group.this", "kms_key_id", "CKV_AWS_158"),
    without("modules/staging/rds-primary/logs.tf", "aws_cloudwatch_log_group.this", "retention_in_days", "CKV_AWS_66"),
    set_to("modules/dev/elasticache/main.tf", "aws_cloudwatch_log_group.slow_log", "retention_in_days", "0", "XYZ711"),
    # Keys
    set_to("modules/dev/vpc/flow_logs.tf", "aws_kms_key.flow_logs", "enable_key_rotation", "false", "CKV_AWS_7"),
    without("modules/staging/vpc/flow_logs.tf", "aws_kms_key.flow_logs", "enable_key_rotation", "CKV_AWS_7"),
    without("modules/prod/vpc/flow_logs.tf", "aws_kms_key.flow_logs", "policy", "CKV2_AWS_64"),
    without("modules/prod/kinesis-dynamo/main.tf", "aws_kms_key.streaming", "lifecycle", "XYZ532"),
]
