locals {
  this_id = try(coalesce(
    one(aws_security_group.this[*].id),
    one(aws_security_group.named[*].id),
  ), "")

  named = !var.use_name_prefix

  # One entry for each rule and range, as a map: its keys are known before anything is made.
  pairs = merge([
    for rule in var.ingress_rules : {
      for index, range in var.ingress_cidr_blocks :
      # the index, because ranges may be unknown
      "${rule}-${index}" => { rule = rule, range = range }
    }
  ]...)
}

resource "aws_security_group" "this" {
  count = var.create && !local.named ? 1 : 0

  name_prefix = "${var.name}-"
  description = coalesce(var.description, "Managed by Terraform: ${var.name}")
  vpc_id      = var.vpc_id

  dynamic "timeouts" {
    for_each = length(var.timeouts) > 0 ? [var.timeouts] : []

    content {
      create = lookup(timeouts.value, "create", null)
      delete = lookup(timeouts.value, "delete", "10m")
    }
  }

  tags = merge(var.tags, { Name = var.name })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "named" {
  count = (
    var.create
    &&
    !var.use_name_prefix
    ? 1 : 0
  )

  name        = var.name
  description = var.description
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = var.name })
}

resource "aws_security_group_rule" "known" {
  for_each = var.create ? local.pairs : {}

  type              = "ingress"
  security_group_id = local.this_id
  cidr_blocks       = [each.value.range]
  from_port         = var.rules[each.value.rule][0]
  to_port           = element(var.rules[each.value.rule], 1)
  protocol          = var.rules[each.value.rule][2]
  description       = format("%s (%s)", var.rules[each.value.rule][3], each.key)
}

resource "aws_security_group_rule" "own" {
  for_each = { for name, rule in var.ingress : name => rule if var.create }

  type                     = "ingress"
  security_group_id        = local.this_id
  from_port                = each.value.from_port
  to_port                  = coalesce(each.value.to_port, each.value.from_port)
  protocol                 = each.value.protocol
  description              = try(each.value.description, each.key)
  cidr_blocks              = length(each.value.cidr_blocks) > 0 ? each.value.cidr_blocks : null
  source_security_group_id = each.value.source_security_group_id
  self                     = each.value.self
}
