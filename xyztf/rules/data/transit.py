"""Encryption in transit: of caches, and of databases by their parameter groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.module import constant
from xyztf.hcl.resource import Resource
from xyztf.hcl.values import UNKNOWN, Value
from xyztf.rules.data.encryption import AWS_DOCS
from xyztf.rules.data.examples import CACHE, DATABASE, KEY, changed
from xyztf.rules.data.settings import databases, is_off, is_replica, referred, setting
from xyztf.rules.rule import Rule, Stack


class CacheInPlainText(Rule):
    """A replication group that talks without TLS."""

    id = "XYZ511"
    title = "A cache without encryption in transit"
    why = "What clients send and get, passwords included, can be read on the way."
    source = f"{AWS_DOCS}/AmazonElastiCache/latest/dg/in-transit-encryption.html"
    bad = changed(CACHE, "transit_encryption_enabled", "transit_encryption_enabled = false")
    good = CACHE + KEY

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type("aws_elasticache_replication_group"):
            value = setting(resource, "transit_encryption_enabled")
            place = resource.at("transit_encryption_enabled")
            if value is None and setting(resource, "global_replication_group_id") is not None:
                continue
            if value is not UNKNOWN and is_off(value):
                told = "is not set" if value is None else "is false"
                hint = "set transit_encryption_enabled = true"
                yield self.finding(place, f"transit_encryption_enabled {told}", hint, address=resource.address)
            elif setting(resource, "transit_encryption_mode") == "preferred":
                place = resource.at("transit_encryption_mode")
                message = "clients may still talk without TLS"
                hint = 'set transit_encryption_mode = "required" once all clients use TLS'
                yield self.finding(place, message, hint, address=resource.address, severity=Severity.WARNING)


class DatabaseInPlainText(Rule):
    """A database that lets clients in without TLS."""

    id = "XYZ512"
    title = "A database that does not ask for TLS"
    why = "A client that forgets TLS is let in, and its password and data go over the network in plain text."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html"
    severity = Severity.WARNING
    bad = changed(DATABASE, "value", '  value = "0"')
    good = DATABASE + KEY

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for group, family in _groups_in_use(stack):
            told = required(family)
            parameters = setting(group, "parameter")
            if told is None or parameters is UNKNOWN:
                continue
            name, by_default = told
            value = _parameter(parameters or [], name)
            if value is UNKNOWN or (value is None and by_default):
                continue
            if value is None or str(value).upper() in ("0", "OFF", "FALSE"):
                word = "is not set" if value is None else f"is {value}"
                yield self.finding(_place(group, name), f"{name} {word}", f"set {name} = 1", address=group.address)
        for resource in databases(stack):
            engine, version = setting(resource, "engine"), setting(resource, "engine_version")
            if is_replica(resource) or not (isinstance(engine, str) and isinstance(version, str)):
                continue
            told = required(f"{engine}{version}")
            if told and not told[1] and setting(resource, "parameter_group_name") is None:
                message = f"without parameter_group_name it takes AWS's own group, where {told[0]} is 0"
                hint = f"set parameter_group_name to a group with {told[0]} = 1"
                yield self.finding(resource.at(), message, hint, address=resource.address)


def required(family: str) -> tuple[str, bool] | None:
    """The parameter by which a family asks for TLS, and whether it does so by default. None where there is none.

    PostgreSQL from 15 (Aurora's from 17), MariaDB from 11.8 and MySQL from 9 ask by default: AWS's page on requiring
    TLS of each engine, as of November 2026.
    """
    engine = family.rstrip("0123456789.")
    version = tuple(int(part) for part in family[len(engine) :].split(".") if part)
    if not version:
        return None
    if engine in ("postgres", "aurora-postgresql"):
        return "rds.force_ssl", version >= ((15,) if engine == "postgres" else (17,))
    if engine == "mariadb" and version >= (10, 5):
        return "require_secure_transport", version >= (11, 8)
    if engine == "mysql" and version >= (5, 7):
        return "require_secure_transport", version >= (9,)
    if engine == "aurora-mysql" and version >= (5, 7):
        return "require_secure_transport", version >= (8, 4)
    return None


def _parameter(parameters: list[Any], name: str) -> Value:
    """A parameter's value; None where it is not in the list, UNKNOWN where that cannot be told."""
    found: Value = None
    for each in parameters:
        if not isinstance(each, Mapping) or each.get("name") is UNKNOWN:
            found = UNKNOWN
        elif each.get("name") == name:
            return each.get("value")
    return found


def _place(group: Resource, name: str) -> Location:
    """Where a parameter's value is written; the group's own place where it is not, or not as a plain block."""
    for block in group.body.of_type("parameter"):
        if constant(block.body, "name") == name:
            found = block.body.attributes.get("value", block)
            return Location(group.declared.path, found.line, found.column)
    return group.at()


def _groups_in_use(stack: Stack) -> Iterator[tuple[Resource, str]]:
    """The parameter groups that a database here takes, with their families."""
    by_kind = {
        "aws_db_parameter_group": (list(databases(stack)), "parameter_group_name"),
        "aws_rds_cluster_parameter_group": (
            list(stack.configuration.of_type("aws_rds_cluster")),
            "db_cluster_parameter_group_name",
        ),
    }
    for kind, (users, argument) in by_kind.items():
        for group in stack.configuration.of_type(kind):
            family = setting(group, "family")
            if isinstance(family, str) and any(_takes(user, argument, group) for user in users):
                yield group, family


def _takes(user: Resource, argument: str, group: Resource) -> bool:
    reference = referred(user, argument)
    if reference and user.instance is group.instance and reference.root == group.type:
        return reference.steps[:1] == (group.name,)
    name = setting(user, argument)
    return isinstance(name, str) and name == setting(group, "name")
