terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "names" {
  default = { orders = 5, returns = 9 }
}

variable "open_ports" {
  type    = list(number)
  default = [22, 443]
}

variable "unset" {}

locals {
  encrypted = var.open_ports[0] == 22 ? true : false
  tags      = merge({ Owner = "shop" }, { Stage = upper("prod") })
}

module "queue" {
  source   = "./modules/queue"
  for_each = var.names

  name   = each.key
  days   = each.value
  secret = var.unset
}

module "plain" {
  source = "./modules/queue"
  name   = "plain"
}

module "elsewhere" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.0.0"
}

resource "aws_security_group" "web" {
  name = "web"

  dynamic "ingress" {
    for_each = var.open_ports
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_ebs_volume" "data" {
  count             = 2
  availability_zone = "eu-west-1a"
  size              = 10
  encrypted         = local.encrypted
  tags              = local.tags
}

resource "aws_db_instance" "this" {
  # checkov:skip=CKV_AWS_157:one zone is enough for a shop
  identifier          = format("%s-%s", "shop", lower("DB"))
  instance_class      = "db.t4g.micro"
  engine              = "mysql"
  publicly_accessible = var.public
  storage_encrypted   = false
}
