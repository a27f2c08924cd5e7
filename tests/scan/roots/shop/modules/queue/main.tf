variable "name" {}

variable "days" {
  default = 4
}

variable "secret" {
  default = null
}

resource "aws_sqs_queue" "this" {
  name                      = var.name
  message_retention_seconds = var.days * 86400
  sqs_managed_sse_enabled   = var.days > 4
}

module "inner" {
  source = "./inner"
  name   = "${var.name}-log"
}

data "aws_iam_policy_document" "open" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}
