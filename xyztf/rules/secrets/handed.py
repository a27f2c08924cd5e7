"""Secrets handed to what runs: to functions by their environment, to machines by their user data."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.errors import Location
from xyztf.facts.secrets import find_assigned, names_secret
from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.instance import Instance
from xyztf.hcl.module import Declared, address_of
from xyztf.hcl.syntax import Expression, Literal, ObjectOf, Template, Traversal
from xyztf.hcl.walk import children
from xyztf.rules.rule import Rule
from xyztf.rules.secrets.texts import is_reference_to_place, secrets_in

MACHINES = ("aws_instance", "aws_launch_template", "aws_launch_configuration", "aws_spot_instance_request")


class SecretInEnvironment(Rule):
    """A secret in the environment of a Lambda function."""

    id = "XYZ408"
    title = "A secret in a function's environment"
    why = "Whoever may look at the function's configuration reads it, and the state holds it."
    source = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
    severity = Severity.WARNING
    bad = (
        'variable "password" {\n  type      = string\n  sensitive = true\n}\n\n'
        'resource "aws_lambda_function" "this" {\n  environment {\n    variables = {\n'
        "      DB_PASSWORD = var.password # here\n    }\n  }\n}\n"
    )
    good = (
        'resource "aws_lambda_function" "this" {\n  environment {\n    variables = {\n'
        '      DB_PASSWORD_SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-AbCdEf"\n'
        "    }\n  }\n}\n"
    )

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for declared in _of_types(instance, "aws_lambda_function"):
            for block in declared.block.body.of_type("environment"):
                variables = block.body.attributes.get("variables")
                for key, value in _pairs(variables.value) if variables else ():
                    name = key.value if isinstance(key, Literal) and isinstance(key.value, str) else "a variable"
                    used = next(secrets_in(value), None)
                    named = names_secret(name) and isinstance(value, Traversal) and not is_reference_to_place(value)
                    if used or named:
                        place = Location(declared.path, key.line, key.column)
                        message = f"{name} is {used}" if used else f"{name} holds a secret"
                        hint = "hand over the secret's ARN, and read it within the function"
                        yield self.finding(place, message, hint, address=address_of(declared.block))


class SecretInUserData(Rule):
    """A secret in the script that a machine starts with."""

    id = "XYZ409"
    title = "A secret in user data"
    why = "Every process on the machine can ask for its user data, and so can whoever may describe the instance."
    source = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html"
    bad = 'resource "aws_instance" "this" {\n  user_data = "export DB_PASSWORD=hunter22" # here\n}\n'
    good = 'resource "aws_instance" "this" {\n  user_data = "export DB_SECRET_NAME=shop/database"\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for declared in _of_types(instance, *MACHINES):
            for argument in ("user_data", "user_data_base64"):
                attribute = declared.block.body.attributes.get(argument)
                if attribute is None:
                    continue
                used = next(secrets_in(attribute.value), None)
                name = next((found for text in _texts(attribute.value) if (found := find_assigned(text))), None)
                if used or name:
                    message = f"{argument} holds {used}" if used else f"{argument} sets {name} to a secret"
                    hint = "let the machine read it from Secrets Manager by its instance profile"
                    place = declared.at(argument)
                    yield self.finding(place, message, hint, address=address_of(declared.block))


def _of_types(instance: Instance, *types: str) -> Iterator[Declared]:
    for declared in instance.module.resources.values():
        if declared.block.type == "resource" and declared.block.labels[0] in types:
            yield declared


def _pairs(expression: Expression) -> Iterator[tuple[Expression, Expression]]:
    """The pairs of an object, also where it is one part of a `merge`."""
    if isinstance(expression, ObjectOf):
        yield from expression.items
        return
    for child, _ in children(expression, frozenset()):
        yield from _pairs(child)


def _texts(expression: Expression) -> Iterator[str]:
    if isinstance(expression, Literal):
        if isinstance(expression.value, str):
            yield expression.value
    elif isinstance(expression, Template):
        yield "".join(part if isinstance(part, str) else "${}" for part in expression.parts)
    else:
        for child, _ in children(expression, frozenset()):
            yield from _texts(child)
