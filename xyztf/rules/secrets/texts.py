"""Every text of a module with the name that it stands under, and what of a module is a secret when it is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xyztf.errors import Location
from xyztf.facts.secrets import names_secret
from xyztf.hcl.module import Module, address_of
from xyztf.hcl.syntax import Body, Call, Conditional, Expression, Literal, ObjectOf, Template, Traversal, TupleOf
from xyztf.hcl.walk import children, traversals

SECRETS = {
    "random_password": {"result", "bcrypt_hash"},
    "tls_private_key": {"private_key_pem", "private_key_openssh", "private_key_pem_pkcs8"},
    "aws_secretsmanager_secret_version": {"secret_string", "secret_binary"},
    "aws_secretsmanager_random_password": {"random_password"},
    "aws_iam_access_key": {"secret", "ses_smtp_password_v4"},
    "aws_db_instance": {"password"},
    "aws_rds_cluster": {"master_password"},
    "aws_docdb_cluster": {"master_password"},
    "aws_redshift_cluster": {"master_password"},
    "aws_elasticache_replication_group": {"auth_token"},
}
"""Attributes that are secrets, by type of resource or data source."""
PASSED_ON = frozenset({"base64encode", "coalesce", "nonsensitive", "sensitive", "tostring", "trimspace", "try"})
"""Functions whose result is the secret that goes in."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text, with `${}` for its interpolations, and the name it stands under."""

    name: str
    text: str
    place: Location
    address: str


def texts(module: Module) -> Iterator[Text]:
    """Every text of a module but those of its providers, whose credentials have a rule of their own."""
    for declared in (*module.resources.values(), *module.calls.values()):
        yield from _of_body(declared.block.body, declared.path, address_of(declared.block))
    for name, local in module.locals.items():
        yield from _of(local.attribute.value, name, local.path, f"local.{name}")
    for kind, argument in ((module.variables, "default"), (module.outputs, "value")):
        for name, declared in kind.items():
            found = declared.block.body.attributes.get(argument)
            if found:
                yield from _of(found.value, name, declared.path, address_of(declared.block))


def _of_body(body: Body, path: str, address: str) -> Iterator[Text]:
    for name, attribute in body.attributes.items():
        under = name
        if name == "value" and "name" in body.attributes:
            under = _plain(body.attributes["name"].value) or name
        yield from _of(attribute.value, under, path, address)
    for block in body.blocks:
        yield from _of_body(block.body, path, address)


def _of(expression: Expression, name: str, path: str, address: str) -> Iterator[Text]:
    place = Location(path, expression.line, expression.column)
    if isinstance(expression, Literal):
        if isinstance(expression.value, str):
            yield Text(name, expression.value, place, address)
    elif isinstance(expression, ObjectOf):
        named = next((_plain(value) for key, value in expression.items if _plain(key) == "name"), None)
        for key, value in expression.items:
            under = _plain(key) or ""
            yield from _of(value, named if named and under == "value" else under, path, address)
    elif isinstance(expression, Template):
        whole = "".join(part if isinstance(part, str) else "${}" for part in expression.parts)
        yield Text(name, whole, place, address)
        for part in expression.parts:
            if not isinstance(part, str):
                yield from _of(part, "", path, address)
    elif isinstance(expression, Conditional):
        yield from _of(expression.condition, "", path, address)
        for each in (expression.yes, expression.no):
            yield from _of(each, name, path, address)
    else:
        passes = isinstance(expression, TupleOf) or (isinstance(expression, Call) and expression.name in PASSED_ON)
        for child, _ in children(expression, frozenset()):
            yield from _of(child, name if passes else "", path, address)


def _plain(expression: Expression) -> str | None:
    value = expression.value if isinstance(expression, Literal) else None
    return value if isinstance(value, str) else None


def secrets_in(expression: Expression) -> Iterator[str]:
    """Names of the secrets that an expression uses, such as `random_password.admin.result` or `var.password`."""
    for found in traversals(expression):
        steps = [each for each in found.steps if isinstance(each, str)]
        root = str(found.root)
        if root == "var" and steps and names_secret(steps[0]):
            yield f"var.{steps[0]}"
        type_, rest = (steps[0], steps[1:]) if root == "data" and steps else (root, steps)
        if len(rest) > 1 and rest[1] in SECRETS.get(type_, ()):
            yield ".".join((root, *steps[: 3 if root == "data" else 2]))


def is_reference_to_place(expression: Expression) -> bool:
    """Whether it is a reference to where a secret is kept: an ARN, a name, an id or a path."""
    if not isinstance(expression, Traversal) or not expression.steps:
        return False
    last = expression.steps[-1]
    return isinstance(last, str) and last.rpartition("_")[2] in ("arn", "arns", "name", "id", "path")
