"""Secrets that stand in the text, or that whoever sees an output, a plan or an instance reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xyztf.facts.secrets import find_secret, names_secret
from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.instance import Instance
from xyztf.hcl.module import Declared, address_of, constant
from xyztf.hcl.syntax import Expression, Literal, Template, Traversal
from xyztf.hcl.walk import traversals
from xyztf.rules.rule import Rule
from xyztf.rules.secrets.texts import is_reference_to_place, secrets_in, texts

LANGUAGE = "https://developer.hashicorp.com/terraform/language"


class SecretInText(Rule):
    """A secret in the text of a module."""

    id = "XYZ401"
    title = "A secret in the text"
    why = "It is in every clone and in the history for good, in each plan and in the state."
    source = f"{LANGUAGE}/manage-sensitive-data"
    bad = (
        'resource "aws_db_instance" "this" {\n  username = "admin"\n  password = "correct-horse-battery" # here\n}\n\n'
        'locals {\n  queue = "amqps://shop:hunter22@mq.shop.internal:5671" # here\n}\n'
    )
    good = (
        'resource "aws_db_instance" "this" {\n  username            = "admin"\n'
        "  password_wo         = ephemeral.aws_secretsmanager_secret_version.this.secret_string\n"
        "  password_wo_version = 1\n}\n\n"
        'ephemeral "aws_secretsmanager_secret_version" "this" {\n  secret_id = "shop/database"\n}\n'
    )

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for each in texts(instance.module):
            secret = find_secret(each.name, each.text)
            if secret:
                hint = "take it out, make a new one, and read that from Secrets Manager by an ephemeral resource"
                yield self.finding(each.place, secret.reason, hint, address=each.address)


class SecretShown(Rule):
    """An output that shows a secret."""

    id = "XYZ406"
    title = "An output that shows a secret"
    why = "Terraform prints it on screens and into logs; where it knows it as sensitive, it refuses the root module."
    source = f"{LANGUAGE}/values/outputs#sensitive-values-in-outputs"
    bad = (
        'variable "password" {\n  type      = string\n  sensitive = true\n}\n\n'
        'output "database" { # here\n  value = "mysql://admin:${var.password}@db"\n}\n'
    )
    good = bad.replace(" # here", "").replace('@db"', '@db"\n  sensitive = true')

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for name, declared in instance.module.outputs.items():
            value = declared.block.body.attributes.get("value")
            if value is None or _is_marked(declared):
                continue
            used = next(secrets_in(value.value), None)
            named = names_secret(name) and _is_computed(value.value) and not is_reference_to_place(value.value)
            if used or named:
                message = f"it shows {used}" if used else "it is named like a secret"
                hint = "set sensitive = true, or give out the secret's ARN instead"
                severity = Severity.ERROR if used else Severity.WARNING
                address = address_of(declared.block)
                yield self.finding(declared.place, message, hint, address=address, severity=severity)


class SecretVariable(Rule):
    """A variable for a secret that Terraform takes for any text."""

    id = "XYZ407"
    title = "A variable for a secret that is not marked as one"
    why = "Its value is printed in plans and in errors, wherever those go."
    source = f"{LANGUAGE}/values/variables#sensitive-values-in-variables"
    severity = Severity.WARNING
    bad = 'variable "admin_password" { # here\n  type = string\n}\n'
    good = 'variable "admin_password" {\n  type      = string\n  ephemeral = true\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for name, declared in instance.module.variables.items():
            if not names_secret(name) or _is_marked(declared) or _is_about(declared):
                continue
            hint = "set ephemeral = true (not kept in plan or state), or sensitive = true"
            message = f"var.{name} is neither sensitive nor ephemeral"
            yield self.finding(declared.place, message, hint, address=f"var.{name}")


def _is_marked(declared: Declared) -> bool:
    """Whether it is sensitive or ephemeral, or may be."""
    attributes = declared.block.body.attributes
    return any(
        name in attributes and constant(declared.block.body, name) is not False for name in ("sensitive", "ephemeral")
    )


ABOUT = re.compile(r"\bARNs?\b|\b(?:name|id|path) of\b|\bwhether\b", re.IGNORECASE)


def _is_about(declared: Declared) -> bool:
    """Whether its type, default or description says that it is a switch, a number, or where a secret is kept."""
    body = declared.block.body
    type_ = body.attributes.get("type")
    if type_ and any(found.root in ("bool", "number") for found in traversals(type_.value)):
        return True
    default, description = constant(body, "default"), constant(body, "description")
    if isinstance(default, (bool, int)) or (isinstance(default, str) and default.startswith("arn:")):
        return True
    return isinstance(description, str) and bool(ABOUT.search(description))


def _is_computed(expression: Expression) -> bool:
    """Whether it is more than a constant."""
    return not isinstance(expression, Literal) and (
        isinstance(expression, (Traversal, Template)) or any(True for _ in traversals(expression))
    )
