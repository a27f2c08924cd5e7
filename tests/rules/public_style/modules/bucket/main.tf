terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40"
    }
  }
}

variable "bucket" {
  description = "The name."
  type        = string
}

variable "lifecycle_rules" {
  description = "Life cycle rules, as loose as callers write them."
  type        = any
  default     = []
}

variable "cors" {
  description = "CORS rules."
  type = list(object({
    methods = set(string)
    origins = optional(set(string), ["*"])
    age     = optional(number)
  }))
  default = []
}

variable "versioning" {
  description = "Versioning: `enabled`, `mfa_delete`."
  type        = map(string)
  default     = {}
}

variable "readers" {
  description = "Who may read: name to ARN."
  type        = map(string)
  default     = {}
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  arn   = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket}"
  rules = try(jsondecode(var.lifecycle_rules), var.lifecycle_rules)
}

resource "aws_s3_bucket" "this" {
  bucket        = var.bucket
  force_destroy = false
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = length(keys(var.versioning)) > 0 ? toset(["this"]) : toset([])

  bucket = aws_s3_bucket.this.id
  mfa    = try(var.versioning["mfa"], null)

  versioning_configuration {
    status     = try(var.versioning["enabled"] ? "Enabled" : "Suspended", tobool(var.versioning["status"]) ? "Enabled" : "Suspended", title(lower(var.versioning["status"])))
    mfa_delete = try(tobool(var.versioning["mfa_delete"]) ? "Enabled" : "Disabled", null)
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count = length(local.rules) > 0 ? 1 : 0

  bucket = aws_s3_bucket.this.id

  dynamic "rule" {
    for_each = local.rules

    content {
      id     = try(rule.value.id, null)
      status = try(rule.value.enabled ? "Enabled" : "Disabled", "Enabled")

      dynamic "expiration" {
        for_each = try(flatten([rule.value.expiration]), [])

        content {
          days = try(expiration.value.days, null)
        }
      }

      dynamic "transition" {
        for_each = try(flatten([rule.value.transition]), [])
        iterator = step

        content {
          days          = try(step.value.days, null)
          storage_class = step.value.storage_class
        }
      }

      dynamic "filter" {
        for_each = [for filter in try(flatten([rule.value.filter]), [{}]) : filter]

        content {
          prefix = try(filter.value.tags, null) == null ? try(filter.value.prefix, "") : null

          dynamic "and" {
            for_each = try([filter.value.tags], [])
            iterator = both

            content {
              prefix = try(filter.value.prefix, null)
              tags   = both.value
            }
          }
        }
      }
    }
  }

  # It must be versioned first.
  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_cors_configuration" "this" {
  count = length(var.cors) > 0 ? 1 : 0

  bucket                = aws_s3_bucket.this.id
  expected_bucket_owner = data.aws_caller_identity.current.account_id

  dynamic "cors_rule" {
    for_each = { for index, rule in var.cors : tostring(index) => rule }

    content {
      id              = cors_rule.key
      allowed_methods = cors_rule.value.methods
      allowed_origins = cors_rule.value.origins
      max_age_seconds = cors_rule.value["age"]
    }
  }
}

data "aws_iam_policy_document" "this" {
  dynamic "statement" {
    for_each = var.readers

    content {
      sid       = replace(title(statement.key), "/[^A-Za-z]/", "")
      actions   = ["s3:GetObject", "s3:ListBucket"]
      resources = [local.arn, "${local.arn}/*"]

      principals {
        type        = "AWS"
        identifiers = [statement.value]
      }

      condition {
        test     = "Bool"
        variable = "aws:SecureTransport"
        values   = ["true"]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  count = length(var.readers) > 0 ? 1 : 0

  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.this.json
}

output "arn" {
  description = "The ARN, known before the bucket is there."
  value       = local.arn
}

output "policy" {
  description = "The policy's text, if there is one."
  value       = one(aws_s3_bucket_policy.this[*].policy)

  depends_on = [aws_s3_bucket_policy.this]
}
