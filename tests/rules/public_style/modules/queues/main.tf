variable "queues" {
  description = "Queues, by name."
  type = map(object({
    retention_days = optional(number, 4)
    consumers      = optional(list(string), [])
    dead_letters   = optional(bool, true)
  }))
}

variable "prefix" {
  type    = string
  default = ""
}

locals {
  with_dead_letters = toset([for name, queue in var.queues : name if queue.dead_letters])
  consumers = {
    for pair in flatten([
      for name, queue in var.queues : [
        for consumer in queue.consumers : { queue = name, consumer = consumer }
      ]
    ]) : "${pair.queue}/${pair.consumer}" => pair
  }
}

resource "aws_sqs_queue" "this" {
  for_each = var.queues

  name                      = "${var.prefix}${each.key}"
  message_retention_seconds = each.value.retention_days * 24 * 3600
  redrive_policy = (
    contains(local.with_dead_letters, each.key)
    ? jsonencode({
      deadLetterTargetArn = aws_sqs_queue.dead[each.key].arn
      maxReceiveCount     = 5
    })
    : null
  )
}

resource "aws_sqs_queue" "dead" {
  for_each = local.with_dead_letters

  name = "${var.prefix}${each.value}-dead"
}

module "policy" {
  source   = "./policy"
  for_each = local.consumers

  queue    = aws_sqs_queue.this[each.value.queue]
  consumer = each.value.consumer
}

output "urls" {
  value = { for name, queue in aws_sqs_queue.this : name => queue.url }
}

output "documents" {
  value = values(module.policy)[*].document
}

output "by_consumer" {
  value = { for key, each in module.policy : split("/", key)[1] => each.document... }
}
