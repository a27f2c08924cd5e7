terraform {
  required_version = ">= 1.10"

  required_providers {
    aws        = ">= 5.0"
    random     = { source = "hashicorp/random", version = "~> 3.6" }
    tls        = { source = "hashicorp/tls" }
    http       = { source = "hashicorp/http" }
    kubernetes = { source = "hashicorp/kubernetes", version = ">= 2.30" }
    k8s-old    = { source = "hashicorp/kubernetes", version = ">= 2.30" }
  }
}

variable "cluster" {
  description = "The cluster's name."
  type        = string
}

variable "namespaces" {
  description = "Namespaces, with their labels."
  type        = map(object({ labels = optional(map(string), {}) }))
  default     = {}
}

data "aws_eks_cluster" "this" {
  name = var.cluster
}

ephemeral "aws_eks_cluster_auth" "this" {
  name = data.aws_eks_cluster.this.id
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.this.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.this.certificate_authority[0].data)
  token                  = ephemeral.aws_eks_cluster_auth.this.token

  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    command     = "aws"
    args        = ["eks", "get-token", "--cluster-name", var.cluster]
  }
}

ephemeral "random_password" "this" {
  length           = 24
  override_special = "!#$%&*()-_=+[]{}<>:?"
}

resource "random_id" "suffix" {
  byte_length = 4

  keepers = {
    cluster = var.cluster
  }
}

resource "tls_private_key" "this" {
  algorithm = "ED25519"
}

resource "kubernetes_namespace" "this" {
  for_each = var.namespaces
  provider = k8s-old

  metadata {
    name   = "${each.key}-${random_id.suffix.hex}"
    labels = each.value.labels
  }
}

resource "kubernetes_secret_v1" "this" {
  for_each = kubernetes_namespace.this

  metadata {
    name      = "shop"
    namespace = each.value.metadata[0].name
  }

  data_wo = {
    password = ephemeral.random_password.this.result
  }

  data_wo_revision = 1
}

check "health" {
  data "http" "this" {
    url = "https://shop.example.com/health"
  }

  assert {
    condition     = data.http.this.status_code == 200
    error_message = "${data.http.this.url} answers ${data.http.this.status_code}."
  }
}

output "public_key" {
  value = trimspace(tls_private_key.this.public_key_openssh)
}

output "namespaces" {
  value = values(kubernetes_namespace.this)[*].metadata[0].name
}
