moved {
  from = aws_vpc.main
  to   = aws_vpc.this["main"]
}

moved {
  from = module.groups["a"].aws_security_group.this
  to   = module.security_group["main"].aws_security_group.this
}

removed {
  from = aws_sqs_queue.gone

  lifecycle {
    destroy = false
  }
}

removed {
  from = module.old.aws_sns_topic.this

  lifecycle {
    destroy = true
  }
}

import {
  to = module.queues.aws_sqs_queue.this["mails"]
  id = "https://sqs.us-east-1.amazonaws.com/123456789012/shop-mails"
}

locals {
  imported = { "us-east-1a" = "subnet-1", "us-east-1b" = "subnet-2" }
}

import {
  for_each = local.imported
  to       = aws_subnet.this[each.key]
  id       = each.value
}

check "database" {
  data "aws_db_instance" "orders" {
    db_instance_identifier = "orders"

    depends_on = [module.database]
  }

  assert {
    condition     = data.aws_db_instance.orders.multi_az
    error_message = "${data.aws_db_instance.orders.id} stands in ${data.aws_db_instance.orders.availability_zone} alone."
  }

  assert {
    condition     = length(module.database.arns) == 3
    error_message = "A replica is missing."
  }
}

output "database" {
  description = "Where it listens."
  value       = "${module.database.endpoint.host}:${module.database.endpoint["port"]}"
}

output "groups" {
  value = {
    for name, group in module.security_group : name => {
      id    = group.id
      arn   = group.arn
      rules = keys(group.rule_ids)
    }
  }
}

output "readable" {
  value = try(module.readable.policy, null)
}

output "first" {
  value = module.replicated.first
}

output "consumers" {
  value = merge(module.queues.by_consumer, { all = module.queues.documents })
}

output "all" {
  value     = module.functions
  sensitive = true
}

output "topic" {
  value = module.topic.arn
}
