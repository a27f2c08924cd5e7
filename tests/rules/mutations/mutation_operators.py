"""What is spoilt, and the rules that must tell: their ids, or the first characters of a family's ids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from mutation_places import (
    Edit,
    Mutate,
    Place,
    block_of,
    line_in,
    misspelt,
    misspelt_resource,
    value_of,
    whole,
)

from xyztf.hcl.configuration import META
from xyztf.hcl.syntax import Literal, ObjectOf, Traversal


@dataclass(frozen=True)
class Operator:
    """A kind of fault. `environments` are those in which it is one; None for all."""

    name: str
    expected: tuple[str, ...]
    mutate: Mutate
    environments: tuple[str, ...] | None = None


# References ----------------------------------------------------------------------------------------------------------


def _argument_removed(place: Place) -> Iterator[Edit]:
    for block in place.of("module"):
        variables = place.called(block).variables
        for name, attribute in block.body.attributes.items():
            if name not in META and "default" not in variables[name].block.body.attributes:
                yield attribute.line, place.without(attribute)


def _argument_added(place: Place) -> Iterator[Edit]:
    for block in place.of("module"):
        yield block.line + 1, place.with_line(block, "  multi_asz = true")


def _argument_of_wrong_type(place: Place) -> Iterator[Edit]:
    for block in place.of("module"):
        variables = place.called(block).variables
        for name, attribute in block.body.attributes.items():
            kind = variables[name].block.body.attributes["type"].value if name not in META else None
            if isinstance(kind, Traversal) and kind.root == "string":
                yield attribute.line, place.with_value(attribute, '["a", "b"]')
            elif kind is not None:
                yield attribute.line, place.with_value(attribute, '"a"')


def _source_misspelt(place: Place) -> Iterator[Edit]:
    for block in place.of("module"):
        source = block.body.attributes["source"]
        assert isinstance(source.value, Literal)
        yield source.line, place.with_value(source, f'"{source.value.value}x"')


def _source_from_elsewhere(place: Place) -> Iterator[Edit]:
    for block in place.of("module"):
        yield block.line, place.with_value(block.body.attributes["source"], '"terraform-aws-modules/vpc/aws"')


def _duplicated(place: Place) -> Iterator[Edit]:
    for block in place.blocks:
        if block.labels and block.type != "provider":
            yield block.line, place.copied(block)


def _function_misspelt(place: Place) -> Iterator[Edit]:
    for call in place.calls():
        text = place.replaced(call.line, f"{call.name}(", f"{call.name}_of(", call.column)
        if text and call.name not in ("optional", "object", "list", "map", "set", "tuple"):
            yield call.line, text


def _true_misspelt(place: Place) -> Iterator[Edit]:
    for block in place.of("resource"):
        for attribute in block.body.attributes.values():
            if isinstance(attribute.value, Literal) and attribute.value.value is True:
                yield attribute.line, place.with_value(attribute, "ture")


def _variable_removed(place: Place) -> Iterator[Edit]:
    for block in place.of("variable"):
        yield block.line, place.without(block)


def _variable_of_no_type(place: Place) -> Iterator[Edit]:
    for block in place.of("variable"):
        yield block.line, place.with_value(block.body.attributes["type"], "strng")


def _brace_unclosed(place: Place) -> Iterator[Edit]:
    for block in place.blocks:
        lines = place.text.split("\n")
        if lines[block.end_line - 1] == "}":
            yield block.end_line, "\n".join(lines[: block.end_line - 1] + lines[block.end_line :])


def _quote_unclosed(place: Place) -> Iterator[Edit]:
    for block in place.blocks:
        for attribute in block.body.attributes.values():
            line = place.text.split("\n")[attribute.line - 1]
            if line.endswith('"') and line.count('"') == 2:
                text = place.replaced(attribute.line, line, line[:-1])
                if text:
                    yield attribute.line, text


def _block_misspelt(place: Place) -> Iterator[Edit]:
    for block in place.blocks:
        text = place.replaced(block.line, block.type, f"{block.type}s" if block.type != "locals" else "local")
        if text:
            yield block.line, text


def _argument_twice(place: Place) -> Iterator[Edit]:
    for block in place.blocks:
        first = next(iter(block.body.attributes.values()), None)
        if first is not None and block.labels:
            line = place.text.split("\n")[first.line - 1]
            if first.line == first.end_line:
                yield first.line, place.with_line(block, line)


def _added(text: str, stacks: bool | None = None) -> Mutate:
    def mutate(place: Place) -> Iterator[Edit]:
        if place.file.path.endswith("/outputs.tf") and stacks in (None, place.is_stack):
            yield place.text.count("\n") + 1, place.with_block(text)

    return mutate


REFERENCES = [
    Operator("a variable misspelt", ("XYZ101",), misspelt("var", 0, 1)),
    Operator("a local value misspelt", ("XYZ102",), misspelt("local", 0, 1)),
    Operator("a module misspelt", ("XYZ103",), misspelt("module", 0, 2)),
    Operator("a resource misspelt", ("XYZ104",), misspelt_resource),
    Operator("a data source misspelt", ("XYZ104",), misspelt("data", 1, 2)),
    Operator("an output misspelt", ("XYZ105",), misspelt("module", 1, 2)),
    Operator("a module's argument removed", ("XYZ112",), _argument_removed),
    Operator("a module's argument added", ("XYZ111",), _argument_added),
    Operator("a module's argument of another type", ("XYZ113",), _argument_of_wrong_type),
    Operator("a type misspelt", ("XYZ114",), _variable_of_no_type),
    Operator("a module's source misspelt", ("XYZ115",), _source_misspelt),
    Operator("a variable that nothing uses", ("XYZ121",), _added('variable "spare" {\n  default = 1\n}')),
    Operator("a local value that nothing uses", ("XYZ122",), _added("locals {\n  spare = 1\n}")),
    Operator("a data source that nothing uses", ("XYZ123",), _added('data "aws_caller_identity" "spare" {}')),
    Operator("a block twice", ("XYZ124",), _duplicated),
    Operator("a cycle", ("XYZ125",), _added("locals {\n  first  = local.second\n  second = local.first\n}")),
    Operator("true misspelt", ("XYZ106",), _true_misspelt),
    Operator("a function misspelt", ("XYZ131",), _function_misspelt),
    Operator("a kind of block misspelt", ("XYZ132",), _block_misspelt),
    Operator("an argument twice", ("XYZ133",), _argument_twice),
    Operator("a variable removed", ("XYZ101", "XYZ111"), _variable_removed),
    Operator("a brace not closed", ("XYZ010",), _brace_unclosed),
    Operator("a quote not closed", ("XYZ010",), _quote_unclosed),
]

# Versions, state and provider ----------------------------------------------------------------------------------------


def _setting_removed(name: str, *, stacks: bool) -> Mutate:
    def mutate(place: Place) -> Iterator[Edit]:
        for block in place.of("terraform"):
            found = block.body.attributes.get(name) or next(block.body.of_type(name), None)
            if found is not None and (place.is_stack or not stacks):
                yield found.line, place.without(found)

    return mutate


def _provider_pin(new: str | None, *, stacks: bool) -> Mutate:
    def mutate(place: Place) -> Iterator[Edit]:
        for block in place.of("terraform"):
            for required in block.body.of_type("required_providers"):
                value = required.body.attributes["aws"].value
                assert isinstance(value, ObjectOf)
                line = next(v.line for k, v in value.items if isinstance(k, Literal) and k.value == "version")
                old = place.text.split("\n")[line - 1]
                text = place.replaced(line, old, f"      version = {new}" if new else "")
                if text and (place.is_stack or not stacks):
                    yield line, text

    return mutate


def _backend(name: str, new: str | None) -> Mutate:
    def mutate(place: Place) -> Iterator[Edit]:
        for block in place.of("terraform"):
            for backend in block.body.of_type("backend"):
                attribute = backend.body.attributes[name]
                yield attribute.line, place.without(attribute) if new is None else place.with_value(attribute, new)

    return mutate


def _state_of_another(place: Place) -> Iterator[Edit]:
    for block in place.of("terraform"):
        for backend in block.body.of_type("backend"):
            other = "global" if not place.folder.endswith("/global") else "us-east-1"
            theirs = place.sources.text(f"environments/{place.environment}/{other}/versions.tf").split("\n")
            lines = place.text.split("\n")
            lines[backend.line - 1 : backend.end_line] = theirs[backend.line - 1 : backend.end_line]
            yield backend.line, "\n".join(lines)


def _in_provider(line: str) -> Mutate:
    def mutate(place: Place) -> Iterator[Edit]:
        for block in place.of("provider"):
            yield block.line + 1, place.with_line(block, line)

    return mutate


KEY = "AKIA" + "Q3EGRZ7XW2LMPT5V"
"""Looks like an access key's id and is none; in two parts, so that no scanner of this repository takes it for one."""
SECRET = "wJalrXUtnFEMI" + "K7MDENGbPxRfiCYzq9EkT0aHsLo"

VERSIONS = [
    Operator("required_version removed", ("XYZ301",), _setting_removed("required_version", stacks=True)),
    Operator("a provider's version removed", ("XYZ302",), _provider_pin(None, stacks=False)),
    Operator("a provider's version loosened", ("XYZ302",), _provider_pin('">= 5.100.0"', stacks=True)),
    Operator("required_providers removed", ("XYZ303",), _setting_removed("required_providers", stacks=False)),
    Operator("a module from elsewhere", ("XYZ304",), _source_from_elsewhere),
    Operator("an access key in the provider", ("XYZ311",), _in_provider(f'  access_key = "{KEY}"')),
    Operator("a secret key in the provider", ("XYZ311",), _in_provider(f'  secret_key = "{SECRET}"')),
    Operator("a provider for an emulator", ("XYZ312",), _in_provider("  skip_credentials_validation = true")),
    Operator("endpoints in the provider", ("XYZ312",), _in_provider('  endpoints {\n    s3 = "http://localhost"\n  }')),
    Operator(
        "a provider in a module", ("XYZ313",), _added('provider "aws" {\n  region = "us-east-1"\n}', stacks=False)
    ),
    Operator("the backend removed", ("XYZ321",), _setting_removed("backend", stacks=True)),
    Operator("use_lockfile removed", ("XYZ322",), _backend("use_lockfile", None)),
    Operator("use_lockfile false", ("XYZ322",), _backend("use_lockfile", "false")),
    Operator("encrypt removed", ("XYZ323",), _backend("encrypt", None)),
    Operator("encrypt false", ("XYZ323",), _backend("encrypt", "false")),
    Operator("the state in another region", ("XYZ324",), _backend("region", '"eu-central-1"')),
    Operator("the state of another stack", ("XYZ325",), _state_of_another),
]

# Provider schema -----------------------------------------------------------------------------------------------------


def _type_misspelt(place: Place) -> Iterator[Edit]:
    for block in place.of("resource"):
        text = place.replaced(block.line, f'"{block.labels[0]}"', f'"{block.labels[0]}x"')
        if text:
            yield block.line, text


def _unknown_argument(place: Place) -> Iterator[Edit]:
    for block in place.of("resource"):
        yield block.line + 1, place.with_line(block, "  multi_asz = true")


def _argument_misspelt(place: Place) -> Iterator[Edit]:
    for block in place.of("resource"):
        for name, attribute in block.body.attributes.items():
            if name not in ("count", "for_each", "depends_on", "provider"):
                text = place.replaced(attribute.line, name, f"{name}x")
                if text:
                    yield attribute.line, text


def _inner_block_misspelt(place: Place) -> Iterator[Edit]:
    for block in place.of("resource"):
        for inner in block.body.blocks:
            text = place.replaced(inner.line, inner.type, f"{inner.type}x")
            if text and inner.type != "dynamic":
                yield inner.line, text


SCHEMA = [
    Operator("a resource's type misspelt", ("XYZ2",), _type_misspelt),
    Operator("an unknown argument", ("XYZ2",), _unknown_argument),
    Operator("an argument misspelt", ("XYZ2",), _argument_misspelt),
    Operator("a block in a resource misspelt", ("XYZ2",), _inner_block_misspelt),
    Operator(
        "what only the provider sets",
        ("XYZ2",),
        line_in(("aws_db_instance", "aws_kms_key", "aws_sns_topic", "aws_dynamodb_table"), '  arn = "arn:aws:x"'),
    ),
    Operator("a required argument removed", ("XYZ2",), value_of(("aws_db_instance",), "instance_class", None)),
    Operator("a required argument removed (role)", ("XYZ2",), value_of(("aws_lambda_function",), "role", None)),
]

# Secrets, data, network, operation, life cycle, consistency ----------------------------------------------------------

DATABASE = ("aws_db_instance",)
CACHE = ("aws_elasticache_replication_group",)
TABLE = ("aws_dynamodb_table",)
STREAM = ("aws_kinesis_stream",)
FUNCTION = ("aws_lambda_function",)
ALARM = ("aws_cloudwatch_metric_alarm",)
LOGS = ("aws_cloudwatch_log_group",)
CRITICAL = '"critical"'
"""What marks an alarm that a composite alarm names: that one tells, where the alarm itself does not."""
REPLICA = "replicate_source_db"
"""What marks a replica: its source has a second zone and the last snapshot."""
INGRESS = ("aws_vpc_security_group_ingress_rule",)
GUARDED = (*DATABASE, *CACHE, *TABLE, *STREAM, "aws_kms_key", "aws_secretsmanager_secret")


def _open_port(place: Place) -> Iterator[Edit]:
    for block in place.of_type(*INGRESS):
        source = block.body.attributes["referenced_security_group_id"]
        text = place.replaced(source.line, place.text.split("\n")[source.line - 1], '  cidr_ipv4 = "0.0.0.0/0"')
        port = block.body.attributes["from_port"].value
        if text and isinstance(port, Literal) and port.value in (3306, 5432, 6379):
            yield source.line, text


def _open_rule(port: int) -> Mutate:
    rule = (
        f'resource "aws_vpc_security_group_ingress_rule" "open" {{\n'
        f"  security_group_id = aws_security_group.database.id\n"
        f'  description = "Open"\n  cidr_ipv4 = "0.0.0.0/0"\n  ip_protocol = "tcp"\n'
        f"  from_port = {port}\n  to_port = {port}\n}}"
    )

    def mutate(place: Place) -> Iterator[Edit]:
        if place.file.path.endswith("/security_groups.tf"):
            yield place.text.count("\n") + 1, place.with_block(rule)

    return mutate


def _subnet_overlaps(place: Place) -> Iterator[Edit]:
    for block in place.of("module"):
        groups = [name for name in block.body.attributes if name.endswith("_subnets")]
        for name, other in pairwise(groups):
            first, second = (block.body.attributes[each] for each in (name, other))
            lines = place.text.split("\n")
            text = place.with_value(
                second, "\n".join([lines[first.line - 1].split("= ")[1], *lines[first.line : first.end_line]])
            )
            yield second.line, text


def _subnet_outside(place: Place) -> Iterator[Edit]:
    for block in place.of("module"):
        if "cidr_block" in block.body.attributes:
            attribute = block.body.attributes["cidr_block"]
            yield attribute.line, place.with_value(attribute, '"172.16.0.0/16"')


def _in_stack(name: str, new: str) -> Mutate:
    """A part of a quoted text in a stack's call of a module misspelt."""

    def mutate(place: Place) -> Iterator[Edit]:
        for block in place.of("module"):
            for attribute in block.body.attributes.values():
                line = place.text.split("\n")[attribute.line - 1]
                text = place.replaced(attribute.line, name, new)
                if text and attribute.name.endswith("_arn") and name in line:
                    yield attribute.line, text

    return mutate


def _dimension_misspelt(place: Place) -> Iterator[Edit]:
    for block in place.of_type(*ALARM):
        dimensions = block.body.attributes.get("dimensions")
        if dimensions is not None and isinstance(dimensions.value, ObjectOf):
            key = dimensions.value.items[0][0]
            if isinstance(key, Literal):
                text = place.replaced(key.line, str(key.value), f"{key.value}x")
                if text:
                    yield key.line, text


def _watched_misspelt(place: Place) -> Iterator[Edit]:
    for block in place.of("module"):
        for name, attribute in block.body.attributes.items():
            if name.endswith("_names") and attribute.line == attribute.end_line:
                text = place.replaced(attribute.line, '["', '["x')
                if text:
                    yield attribute.line, text


def _unwatched(place: Place) -> Iterator[Edit]:
    for block in place.of("module"):
        for name, attribute in block.body.attributes.items():
            if name.endswith("_names"):
                yield attribute.line, place.with_value(attribute, "[]")


SECRETS = [
    Operator("a password in the database", ("XYZ4",), line_in(DATABASE, '  password = "Tr0ub4dor-3xK9q"')),
    Operator(
        "a secret's text",
        ("XYZ4",),
        line_in(("aws_secretsmanager_secret_version",), '  secret_string = "Tr0ub4dor-3xK9q"'),
    ),
    Operator(
        "an access key among a function's variables", ("XYZ4",), _added(f'output "key" {{\n  value = "{KEY}"\n}}')
    ),
]
DATA = [
    Operator("the database is not encrypted", ("XYZ5",), value_of(DATABASE, "storage_encrypted", "false")),
    Operator("the database's encryption removed", ("XYZ5",), value_of(DATABASE, "storage_encrypted", None)),
    Operator("the cache is not encrypted", ("XYZ5",), value_of(CACHE, "at_rest_encryption_enabled", "false")),
    Operator("the cache without TLS", ("XYZ5",), value_of(CACHE, "transit_encryption_enabled", "false")),
    Operator("the stream is not encrypted", ("XYZ5",), value_of(STREAM, "encryption_type", '"NONE"')),
    Operator("the table without its key", ("XYZ5",), block_of(TABLE, "server_side_encryption")),
    Operator("logs without a key", ("XYZ5",), value_of(LOGS, "kms_key_id", None)),
    Operator("a topic without a key", ("XYZ5",), value_of(("aws_sns_topic",), "kms_master_key_id", None)),
    Operator("a key is not rotated", ("XYZ5",), value_of(("aws_kms_key",), "enable_key_rotation", "false")),
    Operator(
        "no backups",
        ("XYZ5",),
        value_of(DATABASE, "backup_retention_period", "0", unless="replicate_source_db"),
        ("prod", "staging"),
    ),
    Operator("no snapshots of the cache", ("XYZ5",), value_of(CACHE, "snapshot_retention_limit", "0"), ("prod",)),
    Operator(
        "no point-in-time recovery", ("XYZ5",), value_of(TABLE, "enabled", "false", "point_in_time_recovery"), ("prod",)
    ),
    Operator("the database may be deleted", ("XYZ5",), value_of(DATABASE, "deletion_protection", "false"), ("prod",)),
    Operator("the table may be deleted", ("XYZ5",), value_of(TABLE, "deletion_protection_enabled", "false"), ("prod",)),
    Operator(
        "no last snapshot", ("XYZ5",), value_of(DATABASE, "skip_final_snapshot", "true", unless=REPLICA), ("prod",)
    ),
    Operator("prevent_destroy removed", ("XYZ5",), block_of((*DATABASE, *CACHE, *TABLE), "lifecycle"), ("prod",)),
    Operator("one zone", ("XYZ5",), value_of(DATABASE, "multi_az", "false", unless=REPLICA), ("prod",)),
    Operator("public access", ("XYZ5",), value_of(DATABASE, "publicly_accessible", "true")),
]
NETWORK = [
    Operator("a database's port opened", ("XYZ6",), _open_port),
    *(Operator(f"a rule opens {port}", ("XYZ6",), _open_rule(port)) for port in (3306, 5432, 6379, 22)),
    Operator("subnets overlap", ("XYZ6",), _subnet_overlaps),
    Operator("subnets outside of their VPC", ("XYZ6",), _subnet_outside),
    Operator("no flow logs", ("XYZ6",), whole(("aws_flow_log",))),
    Operator("a security group without description", ("XYZ6",), value_of(("aws_security_group",), "description", None)),
]
OPERATION = [
    Operator("an alarm removed", ("XYZ7", "XYZ1"), whole(ALARM)),
    Operator("alarms tell nobody", ("XYZ7",), value_of(ALARM, "alarm_actions", None, unless=CRITICAL)),
    Operator("alarms tell an empty list", ("XYZ7",), value_of(ALARM, "alarm_actions", "[]", unless=CRITICAL)),
    Operator("a dimension misspelt", ("XYZ7", "XYZ9"), _dimension_misspelt),
    Operator("logs kept for ever", ("XYZ7",), value_of(LOGS, "retention_in_days", None)),
    Operator("logs kept for 0 days", ("XYZ7",), value_of(LOGS, "retention_in_days", "0")),
    Operator("nothing is watched", ("XYZ7",), _unwatched),
    Operator("what is watched misspelt", ("XYZ7", "XYZ9"), _watched_misspelt),
    Operator(
        "a name over its limit",
        ("XYZ7",),
        value_of(("aws_iam_role", "aws_sqs_queue", *FUNCTION), "name", f'"{"n" * 90}"'),
    ),
    Operator("a function's name over its limit", ("XYZ7",), value_of(FUNCTION, "function_name", f'"{"n" * 90}"')),
]
LIFE_CYCLE = [
    Operator("MySQL 8.0", ("XYZ8",), value_of(DATABASE, "engine_version", '"8.0.36"')),
    Operator("MySQL 5.7", ("XYZ8",), value_of(DATABASE, "engine_version", '"5.7.44"')),
    Operator("Python 3.9", ("XYZ8",), value_of(FUNCTION, "runtime", '"python3.9"')),
    Operator("a class of a generation that went", ("XYZ804",), value_of(DATABASE, "instance_class", '"db.t2.medium"')),
    Operator("Redis 5", ("XYZ8",), value_of(CACHE, "engine_version", '"5.0.6"'), ("staging", "prod")),
]
CONSISTENCY = [
    Operator("an account misspelt in an ARN", ("XYZ9",), _in_stack("123456789012", "210987654321")),
    Operator("a role misspelt in an ARN", ("XYZ9",), _in_stack("role/", "role/x")),
    Operator("a database misspelt in an ARN", ("XYZ9",), _in_stack(":db:", ":db:x")),
]

OPERATORS = [
    *REFERENCES,
    *VERSIONS,
    *SCHEMA,
    *SECRETS,
    *DATA,
    *NETWORK,
    *OPERATION,
    *LIFE_CYCLE,
    *CONSISTENCY,
]
