terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = local.region

  default_tags {
    tags = local.tags
  }
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"

  assume_role {
    role_arn = "arn:aws:iam::123456789012:role/deploy"
  }
}

locals {
  region = "us-east-1"
  name   = "ex-${replace(basename(path.cwd), "_", "-")}"

  tags = {
    Example    = local.name
    Repository = "shop"
  }
}

data "aws_availability_zones" "available" {
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

resource "aws_vpc" "this" {
  for_each = { main = "10.0.0.0/16", other = "10.1.0.0/16" }

  cidr_block = each.value
}

resource "aws_subnet" "this" {
  for_each = { for index, zone in slice(data.aws_availability_zones.available.names, 0, 3) : zone => index }

  vpc_id            = aws_vpc.this["main"].id
  availability_zone = each.key
  cidr_block        = cidrsubnet(aws_vpc.this["main"].cidr_block, 8, each.value)
}

module "security_group" {
  source = "../modules/security-group"

  for_each = aws_vpc.this

  name                = each.key
  vpc_id              = each.value.id
  ingress_rules       = ["https-443-tcp"]
  ingress_cidr_blocks = [each.value.cidr_block]

  ingress = {
    self = {
      from_port = 0
      to_port   = 65535
      self      = true
    }
    database = {
      from_port                = 5432
      source_security_group_id = module.other_group.id
    }
  }

  tags = local.tags
}

module "other_group" {
  source = "../modules/security-group"

  name            = "other"
  use_name_prefix = false
  description     = "Another."
  vpc_id          = aws_vpc.this["other"].id
  timeouts        = { create = "1m" }
}

module "database" {
  source = "../modules/database"

  name     = "orders"
  password = ephemeral.aws_secretsmanager_secret_version.master.secret_string
  replicas = ["one", "two"]
  storage  = { size = 200 }

  providers = {
    aws         = aws
    aws.replica = aws.west
  }
}

ephemeral "aws_secretsmanager_secret_version" "master" {
  secret_id = "master"
}

module "queues" {
  source = "../modules/queues"

  prefix = "shop-"
  queues = {
    orders = { consumers = ["lambda", "events"] }
    mails  = { retention_days = 1, dead_letters = false }
  }
}

module "functions" {
  source = "../modules/functions"

  role_arn    = "arn:aws:iam::123456789012:role/a/b/shop"
  environment = { QUEUE = module.queues.urls["orders"] }
}

module "topic" {
  source = "../modules/topic-json"

  name     = "alarms"
  emails   = ["oncall@example.com"]
  delivery = { retries = 5 }
}

module "replicated" {
  source = "../modules/replicated"
  bucket = "shop"

  providers = {
    aws.source = aws
    aws.target = aws.west
  }
}

module "readable" {
  source = "../modules/bucket"

  bucket  = "shop-readable"
  readers = { "the lambda" = module.topic.role }
  cors    = [{ methods = ["GET"] }, { methods = ["PUT"], origins = ["https://example.com"], age = 60 }]
}

resource "terraform_data" "deployed" {
  triggers_replace = {
    database = one(module.database[*].arns)
    groups   = { for name, group in module.security_group : name => group.id }
    subnets  = [for subnet in aws_subnet.this : subnet.id]
  }

  depends_on = [module.functions, module.replicated]

  lifecycle {
    precondition {
      condition     = length(aws_subnet.this) >= 2
      error_message = "Two zones at the least."
    }
  }
}
