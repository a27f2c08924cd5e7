terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.source, aws.target]
    }
  }
}

variable "bucket" {
  type = string
}

module "source" {
  source = "../bucket"
  bucket = var.bucket

  versioning = { enabled = true }

  providers = {
    aws = aws.source
  }
}

module "target" {
  source = "../bucket"
  count  = 2
  bucket = "${var.bucket}-${count.index}"

  lifecycle_rules = [
    {
      id         = "old"
      expiration = { days = 90 }
      transition = [{ days = 30, storage_class = "GLACIER" }]
      filter     = { prefix = "logs/", tags = { old = "yes" } }
    },
  ]

  providers = {
    aws = aws.target
  }

  depends_on = [module.source]
}

output "arns" {
  value = concat([module.source.arn], module.target[*].arn)
}

output "first" {
  value = module.target[0].arn
}
