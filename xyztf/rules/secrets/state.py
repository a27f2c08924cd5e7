"""Secrets that reach the state, which whoever plans can read."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.resource import Resource
from xyztf.hcl.syntax import Conditional, Expression, Literal
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.rule import Rule, Stack

PROVIDER_DOCS = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs"
LANGUAGE = "https://developer.hashicorp.com/terraform/language"

WRITE_ONLY = {
    "aws_db_instance": ("password", "password_wo"),
    "aws_rds_cluster": ("master_password", "master_password_wo"),
    "aws_docdb_cluster": ("master_password", "master_password_wo"),
    "aws_redshift_cluster": ("master_password", "master_password_wo"),
    "aws_redshiftserverless_namespace": ("admin_user_password", "admin_user_password_wo"),
    "aws_secretsmanager_secret_version": ("secret_string", "secret_string_wo"),
    "aws_ssm_parameter": ("value", "value_wo"),
}
"""Arguments that reach the state, with the write-only ones beside them, as the provider's pages name them."""

MADE = {
    "random_password": 'ephemeral "random_password", or ephemeral "aws_secretsmanager_random_password"',
    "tls_private_key": 'ephemeral "tls_private_key"',
    "aws_iam_access_key": "a role; a key made here is in the state for good",
}
"""Resources that make a secret and keep it in the state, and what to use instead."""

READ = ("aws_secretsmanager_secret_version", "aws_secretsmanager_random_password")
"""Data sources that bring a secret into the state, each with an ephemeral twin of the same name."""


class SecretInState(Rule):
    """A secret in an argument that has a write-only twin."""

    id = "XYZ402"
    title = "A secret that reaches the state"
    why = "The state holds it in plain text, sensitive or not; a write-only argument is sent and forgotten."
    source = f"{LANGUAGE}/manage-sensitive-data/write-only"
    severity = Severity.WARNING
    bad = (
        'variable "password" {\n  type      = string\n  sensitive = true\n}\n\n'
        'resource "aws_db_instance" "this" {\n  username = "admin"\n  password = var.password # here\n}\n'
    )
    good = (
        'variable "password" {\n  type      = string\n  ephemeral = true\n}\n\n'
        'resource "aws_db_instance" "this" {\n  username            = "admin"\n'
        "  password_wo         = var.password\n  password_wo_version = 1\n}\n"
    )

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type(*WRITE_ONLY):
            name, twin = WRITE_ONLY[resource.type]
            if resource.type == "aws_ssm_parameter" and resource.values.get("type") != "SecureString":
                continue
            if _is_given(resource, name):
                hint = f"set {twin} and {twin}_version instead (Terraform 1.11), from an ephemeral resource or variable"
                message = f"{name} is kept in the state"
                yield self.finding(resource.at(name), message, hint, address=resource.address)


class TokenInState(Rule):
    """A cache's password, for which there is no write-only argument."""

    id = "XYZ403"
    title = "A cache's token in the state"
    why = "The state holds it in plain text, and all clients share it; users with IAM need no password."
    source = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html"
    severity = Severity.NOTE
    bad = (
        'variable "token" {\n  type      = string\n  sensitive = true\n}\n\n'
        'resource "aws_elasticache_replication_group" "this" {\n  auth_token = var.token # here\n}\n'
    )
    good = 'resource "aws_elasticache_replication_group" "this" {\n  user_group_ids = ["shop-cache-users"]\n}\n'

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type("aws_elasticache_replication_group"):
            if _is_given(resource, "auth_token"):
                hint = "use users with IAM (user_group_ids) instead"
                place = resource.at("auth_token")
                yield self.finding(place, "auth_token is kept in the state", hint, address=resource.address)


class SecretMade(Rule):
    """A resource that makes a secret, and keeps it in the state."""

    id = "XYZ404"
    title = "A secret made within the state"
    why = "Whoever can read the state, or a plan's file, has it."
    source = f"{LANGUAGE}/block/ephemeral"
    severity = Severity.WARNING
    bad = 'resource "random_password" "admin" { # here\n  length = 40\n}\n'
    good = 'ephemeral "aws_secretsmanager_random_password" "admin" {\n  password_length = 40\n}\n'

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type(*MADE):
            if resource.type == "aws_iam_access_key" and resource.values.get("pgp_key") is not None:
                continue
            message = f"{resource.type} keeps what it makes in the state"
            yield self.finding(resource.at(), message, f"use {MADE[resource.type]}", address=resource.address)


class SecretRead(Rule):
    """A data source that brings a secret into the state."""

    id = "XYZ405"
    title = "A secret read into the state"
    why = "The secret is kept safe elsewhere, and lies in the state all the same."
    source = f"{PROVIDER_DOCS}/ephemeral-resources/secretsmanager_secret_version"
    severity = Severity.WARNING
    bad = 'data "aws_secretsmanager_secret_version" "this" { # here\n  secret_id = "shop/database"\n}\n'
    good = 'ephemeral "aws_secretsmanager_secret_version" "this" {\n  secret_id = "shop/database"\n}\n'

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.resources:
            if resource.mode == "data" and resource.type in READ:
                hint = f'use ephemeral "{resource.type}", and hand it to a write-only argument'
                yield self.finding(resource.at(), "the state keeps what is read", hint, address=resource.address)


def _is_given(resource: Resource, name: str) -> bool:
    """Whether an argument plainly has a value that is not in the text: one in the text is XYZ401's."""
    attribute = resource.body.attributes.get(name)
    if attribute is None or isinstance(attribute.value, Literal):
        return False
    value = resource.values.get(name)
    return value is not None and not (value is UNKNOWN and may_be_null(attribute.value))


def may_be_null(expression: Expression) -> bool:
    """Whether it says itself that it is null in some cases."""
    if isinstance(expression, Conditional):
        return may_be_null(expression.yes) or may_be_null(expression.no)
    return isinstance(expression, Literal) and expression.value is None
