"""The computed names: none too long for its service, no two things with one name."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.checks.fault import Fault
from xyztf.environment.model import Environment
from xyztf.environment.provenance import Path
from xyztf.facts.names import limit
from xyztf.stacks.names import Names


def _named(env: Environment) -> Iterator[tuple[Path, str, str]]:
    """Every name that could grow too long: the value it comes from, the kind of thing, the name."""
    names = Names.of(env)
    for region in env.regions:
        yield ("project",), "s3_bucket", names.state_bucket(region)
    if env.database:
        yield ("project",), "rds_instance", names.database
        yield from ((("database", "replicas", region), "rds_instance", names.replica(region)) for region in env.database.replicas)
    if env.cache:
        yield ("project",), "elasticache_replication_group", names.cache
        yield ("cache", "application_username"), "elasticache_user", names.thing(env.cache.application_username)
    for kind, parts, limit_name in (("streams", env.streams, "kinesis_stream"), ("tables", env.tables, "dynamodb_table")):
        for name, part in parts.items():  # type: ignore[attr-defined]
            yield (kind, name), limit_name, names.thing(name)
            if part.processor:
                yield (kind, name), "lambda_function", names.processor(name)
                yield (kind, name), "iam_role", names.processor(name)
                yield (kind, name), "sqs_queue", names.dead_letters(name)


def names_that_fit(env: Environment) -> Iterator[Fault]:
    """Each name within its service's limit; one fault for each value that is to blame."""
    blamed: set[Path] = set()
    for path, kind, name in _named(env):
        refusal = limit(kind).why_not(name)
        if refusal and path not in blamed:
            blamed.add(path)
            yield Fault.of(path, refusal)


def colliding_names(env: Environment) -> Iterator[Fault]:
    """A stream and a table of one name would share their processor's; a-b and a_b their Terraform identifier."""
    for name, table in env.tables.items():
        if table.processor and name in env.streams and env.streams[name].processor:
            yield Fault(
                ("tables", name),
                f"stream and table {name} both have a processor, and both would be called {Names.of(env).processor(name)}",
                "rename one of them",
            )
    for kind in ("streams", "tables"):
        labels: dict[str, str] = {}
        for name in getattr(env, kind):
            label = name.replace("-", "_")
            if label in labels:
                yield Fault((kind, name), f"{name} and {labels[label]} are the same name to Terraform")
            labels[label] = name
    labels = {}
    for name in env.modules:
        label = name.replace("-", "_")
        if label in labels:
            yield Fault(("modules", name), f"{name} and {labels[label]} are the same name to Terraform")
        labels[label] = name
