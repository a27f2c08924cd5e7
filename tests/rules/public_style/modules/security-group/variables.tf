variable "create" {
  description = "Whether to create the group and its rules."
  type        = bool
  default     = true
}

variable "name" {
  description = "The group's name, or the beginning of it."
  type        = string
}

variable "use_name_prefix" {
  description = "Whether AWS adds to the name what makes it unique."
  type        = bool
  default     = true
}

variable "description" {
  description = "What the group is for."
  type        = string
  default     = null
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "rules" {
  description = "Known rules: name to from, to, protocol, description."
  type        = map(list(any))

  default = {
    https-443-tcp      = [443, 443, "tcp", "HTTPS"]
    postgresql-tcp     = [5432, 5432, "tcp", "PostgreSQL"]
    all-all            = [-1, -1, "-1", "All protocols"]
    redshift-5439-tcp  = [5439, 5439, "tcp", "Redshift"]
    "with-a dot.and-b" = [1, 2, "udp", "A key with a space and a dot"]
  }
}

variable "ingress_rules" {
  description = "Names of known rules that let in from `ingress_cidr_blocks`."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.ingress_rules : can(var.rules[name])])
    error_message = "Only rules that are known: ${join(", ", keys(var.rules))}."
  }
}

variable "ingress_cidr_blocks" {
  description = "Where the known rules let in from."
  type        = list(string)
  default     = []
}

variable "ingress" {
  description = "Rules of one's own."
  type = map(object({
    from_port                = number
    to_port                  = optional(number)
    protocol                 = optional(string, "tcp")
    description              = optional(string)
    cidr_blocks              = optional(list(string), [])
    source_security_group_id = optional(string)
    self                     = optional(bool)
  }))
  default  = {}
  nullable = false
}

variable "timeouts" {
  description = "How long to wait."
  type        = map(string)
  default     = {}
}

variable "tags" {
  description = "Tags of all that is made."
  type        = map(string)
  default     = {}
}
