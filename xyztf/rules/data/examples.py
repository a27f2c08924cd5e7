"""Data stores as they should be: what the examples of the rules are made from, by leaving something out."""

from datetime import date

from xyztf.rules.rule import Context

PROTECTED = Context(date(2026, 11, 28), "prod", protected=True, region="us-east-1")

DATABASE = """\
resource "aws_db_instance" "this" {
  identifier                = "shop"
  engine                    = "mysql"
  engine_version            = "8.4.10"
  instance_class            = "db.t4g.medium"
  storage_type              = "gp3"
  allocated_storage         = 100
  storage_encrypted         = true
  kms_key_id                = aws_kms_key.this.arn
  parameter_group_name      = aws_db_parameter_group.this.name
  multi_az                  = true
  publicly_accessible       = false
  apply_immediately         = false
  backup_retention_period   = 14
  copy_tags_to_snapshot     = true
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "shop-final"

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_db_parameter_group" "this" {
  name   = "shop-mysql84"
  family = "mysql8.4"

  parameter {
    name  = "require_secure_transport"
    value = "1"
  }
}
"""

REPLICA = """\
resource "aws_db_instance" "replica" {
  identifier            = "shop-replica"
  replicate_source_db   = "arn:aws:rds:us-east-1:123456789012:db:shop"
  instance_class        = "db.t4g.medium"
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.this.arn
  parameter_group_name  = "shop-mysql84"
  copy_tags_to_snapshot = true
  deletion_protection   = true
  skip_final_snapshot   = true

  lifecycle {
    prevent_destroy = true
  }
}
"""

CACHE = """\
resource "aws_elasticache_replication_group" "this" {
  replication_group_id       = "shop"
  description                = "Sessions of the shop"
  engine                     = "valkey"
  engine_version             = "8.0"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  at_rest_encryption_enabled = true
  kms_key_id                 = aws_kms_key.this.arn
  transit_encryption_enabled = true
  snapshot_retention_limit   = 7

  lifecycle {
    prevent_destroy = true
  }
}
"""

TABLE = """\
resource "aws_dynamodb_table" "this" {
  name                        = "orders"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.this.arn
  }

  lifecycle {
    prevent_destroy = true
  }
}
"""

STREAM = """\
resource "aws_kinesis_stream" "this" {
  name             = "orders"
  shard_count      = 1
  retention_period = 72
  encryption_type  = "KMS"
  kms_key_id       = aws_kms_key.this.arn

  lifecycle {
    prevent_destroy = true
  }
}
"""

KEY = """\
resource "aws_kms_key" "this" {
  description         = "Data of the shop"
  enable_key_rotation = true

  lifecycle {
    prevent_destroy = true
  }
}
"""


def changed(text: str, line: str, to: str = "", marked: str | None = None) -> str:
    """An example with one line changed or, without `to`, left out; `# here` stands after the line `marked`, or `to`.

    Lines are told by how they begin, spaces aside. Raises ValueError where there is no such line, or no mark.
    """
    lines = text.split("\n")
    at = next((at for at, each in enumerate(lines) if each.strip().startswith(line)), None)
    if at is None:
        raise ValueError(f"the example has no line {line}")
    if to:
        lines[at] = f"  {to}" + ("" if marked else " # here")
    else:
        del lines[at]
    if marked:
        at = next(at for at, each in enumerate(lines) if each.strip().startswith(marked))
        lines[at] += " # here"
    return "\n".join(lines)
