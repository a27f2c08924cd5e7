terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source                = "hashicorp/aws"
      version               = ">= 5.90, < 7.0"
      configuration_aliases = [aws.replica]
    }
  }
}

variable "name" {
  description = "The database's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,62}$", var.name))
    error_message = "\"${var.name}\" is no name of a database."
  }
}

variable "storage" {
  description = "Its storage, and how far it may grow."
  type = object({
    type = optional(string, "gp3")
    size = optional(number, 100)
    autoscaling = optional(object({
      max = optional(number, 1000)
    }), {})
    iops = optional(number)
  })
  default = {}

  validation {
    condition     = var.storage.iops == null ? true : var.storage.iops >= 3000
    error_message = "At least 3000."
  }
}

variable "password" {
  description = "The password, which no state keeps."
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
}

variable "password_version" {
  description = "To be counted up when the password changes."
  type        = number
  default     = 1
}

variable "replicas" {
  description = "Replicas in the other region, by name."
  type        = set(string)
  default     = []
}

ephemeral "aws_secretsmanager_random_password" "this" {
  password_length     = 30
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "this" {
  name_prefix = "${var.name}-"
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo_version = var.password_version
  secret_string_wo         = local.password
}

locals {
  password = coalesce(var.password, ephemeral.aws_secretsmanager_random_password.this.random_password)
  settings = {
    "rds.force_ssl"              = 1
    log_min_duration_statement   = "1000"
    shared_preload_libraries     = join(",", compact(["pg_stat_statements", ""]))
    (local.performance_insights) = 5000
  }
  performance_insights = "track_activity_query_size"
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres17"

  dynamic "parameter" {
    for_each = local.settings

    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = contains(["shared_preload_libraries"], parameter.key) ? "pending-reboot" : "immediate"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "this" {
  identifier            = var.name
  engine                = "postgres"
  engine_version        = "17"
  instance_class        = "db.m7g.large"
  username              = "root_user"
  password_wo           = local.password
  password_wo_version   = var.password_version
  allocated_storage     = var.storage.size
  max_allocated_storage = var.storage.autoscaling.max
  storage_type          = var.storage.type
  iops                  = var.storage.iops
  parameter_group_name  = aws_db_parameter_group.this.name

  lifecycle {
    ignore_changes = [engine_version, tags["LastTouched"]]

    precondition {
      condition     = var.storage.autoscaling.max > var.storage.size
      error_message = "It must have room to grow."
    }

    postcondition {
      condition     = self.storage_encrypted || !startswith(self.engine, "postgres")
      error_message = "${self.identifier} is not encrypted."
    }
  }
}

resource "aws_db_instance" "replica" {
  for_each = var.replicas
  provider = aws.replica

  identifier          = "${var.name}-${each.value}"
  instance_class      = aws_db_instance.this.instance_class
  replicate_source_db = aws_db_instance.this.arn
  skip_final_snapshot = true
}

output "arns" {
  description = "All ARNs: the primary's first."
  value       = concat([aws_db_instance.this.arn], values(aws_db_instance.replica)[*].arn)
}

output "endpoint" {
  description = "Where it listens."
  value       = { host = aws_db_instance.this.address, port = tonumber(aws_db_instance.this.port) }
}

output "password" {
  description = "The password, for others that keep none."
  value       = local.password
  ephemeral   = true
  sensitive   = true
}

output "secret" {
  description = "The secret as a whole."
  value       = aws_secretsmanager_secret.this
}
