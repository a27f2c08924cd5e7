output "id" {
  description = "The group's id; empty where it is not made."
  value       = local.this_id
}

output "arn" {
  description = "The group's ARN."
  value       = try(aws_security_group.this[0].arn, aws_security_group.named[0].arn, null)
}

output "rule_ids" {
  description = "The ids of all rules, by name."
  value       = merge({ for key, rule in aws_security_group_rule.known : key => rule.id }, local.own_ids)
}

locals {
  own_ids = { for key, rule in aws_security_group_rule.own : key => rule.id }
}
