locals {
  replaced = "override"
}

resource "terraform_data" "this" {
  triggers_replace = ["override", local.replaced]

  lifecycle {
    prevent_destroy = true
  }
}

variable "names" {
  default = ["a", "b"]
}
