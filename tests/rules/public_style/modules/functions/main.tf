terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40"
    }
  }
}

variable "role_arn" {
  type = string
}

variable "environment" {
  type    = map(string)
  default = {}
}

variable "names" {
  type    = list(string)
  default = ["a", "b"]
}

variable "token" {
  type      = string
  sensitive = true
  default   = "none"
}

locals {
  role       = provider::aws::arn_parse(var.role_arn).resource
  trimmed    = provider::aws::trim_iam_role_path(var.role_arn)
  script     = templatefile("${path.module}/start.sh.tftpl", { names = var.names, port = 8080 })
  hosts      = <<-EOT
    # hosts
    %{for index, name in var.names~}
    10.0.0.${index} ${name}
    %{endfor~}
    %{if length(var.names) > 1}
      several: $${HOSTS} %%{x}
    %{else}
      one
    %{endif}
  EOT
  policy     = <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "${var.role_arn}"}}]
}
POLICY
  both       = [for pair in setproduct(var.names, ["x", "y"]) : join("-", pair)]
  first      = var.names[0]
  splat      = var.names[*]
  legacy     = aws_ssm_parameter.each.*.name
  widest     = max([for name in var.names : length(name)]...)
  is_ours    = can(regex("^arn:aws[a-z-]*:iam::", var.role_arn)) && !endswith(var.role_arn, "*")
  token_size = nonsensitive(length(var.token))
  encoded    = base64encode(jsonencode({ "a b" = 1, c : 2, (local.first) = null }))
  range      = cidrsubnets("10.0.0.0/16", 4, 4, 8, 8)
  negative   = -1 * (var.names == null ? 0 : 1) % 2
}

resource "aws_ssm_parameter" "each" {
  count = length(var.names)

  name             = "/shop/${var.names[count.index]}"
  type             = "SecureString"
  value_wo         = var.token
  value_wo_version = 1
}

resource "aws_iam_role" "this" {
  name_prefix        = "shop-"
  assume_role_policy = local.policy
}

resource "aws_lambda_function" "this" {
  function_name = "shop"
  role          = aws_iam_role.this.arn
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1"

  dynamic "environment" {
    for_each = length(var.environment) == 0 ? [] : [true]

    content {
      variables = merge(var.environment, { HOSTS = local.hosts, TOKEN_SIZE = local.token_size })
    }
  }

  dynamic "image_config" {
    for_each = { for key, each in { shop = { command = ["run"] } } : key => each }
    iterator = config

    content {
      command = config.value.command
    }
  }

  lifecycle {
    replace_triggered_by = [aws_iam_role.this.name, terraform_data.version]
  }
}

resource "terraform_data" "version" {
  input            = { names = local.both, legacy = local.legacy, splat = local.splat }
  triggers_replace = [local.role, local.trimmed, local.encoded]

  provisioner "local-exec" {
    command     = "true ${self.id}"
    interpreter = ["/bin/sh", "-c"]
    on_failure  = continue

    environment = {
      SCRIPT = local.script
    }
  }

  provisioner "local-exec" {
    when    = destroy
    command = "echo ${self.output.names[0]}"
  }
}

output "all" {
  value = [local.widest, local.is_ours, local.range, local.negative, terraform_data.version.output]
}

output "token" {
  value     = sensitive(var.token)
  sensitive = true
}

output "workspace" {
  value = "${terraform.workspace}-${path.root}-${abspath(path.cwd)}"
}
