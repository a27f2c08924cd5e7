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
        yield ("database", "admin_username"), "rds_user", env.database.admin_username
        for region in env.database.replicas:
            yield ("database", "replicas", region), "rds_instance", names.replica(region)
    if env.cache:
        yield ("project",), "elasticache_replication_group", names.cache
        for thing, kind in (("cache-default", "elasticache_user"), ("cache-users", "elasticache_user_group")):
            yield ("project",), kind, names.thing(thing)
        user = names.cache_user(env.cache.application_username)
        yield ("cache", "application_username"), "elasticache_user", user
    for name, stream in env.streams.items():
        yield ("streams", name), "kinesis_stream", names.thing(name)
        if stream.processor:
            yield from _processor(("streams", name), names, name)
    for name, table in env.tables.items():
        yield ("tables", name), "dynamodb_table", names.thing(name)
        if table.processor:
            yield from _processor(("tables", name), names, name)


def _processor(path: Path, names: Names, name: str) -> Iterator[tuple[Path, str, str]]:
    yield path, "lambda_function", names.processor(name)
    yield path, "iam_role", names.processor(name)
    yield path, "sqs_queue", names.dead_letters(name)


def names_that_fit(env: Environment) -> Iterator[Fault]:
    """Each name within its service's limit; one fault for each value to blame, with the name that fits least."""
    blamed: dict[Path, tuple[int, Fault]] = {}
    for path, kind, name in _named(env):
        if refusal := limit(kind).why_not(name):
            excess = len(name) - limit(kind).longest
            if path not in blamed or excess > blamed[path][0]:
                blamed[path] = (excess, Fault.of(path, refusal, key=path[0] in ("streams", "tables")))
    if ("project",) in blamed:
        # Project and environment stand in all names: once they are shorter, the others may well fit.
        yield blamed[("project",)][1]
    else:
        yield from (fault for _, fault in blamed.values())


def colliding_names(env: Environment) -> Iterator[Fault]:
    """A stream and a table of one name would share their processor's; a-b and a_b their Terraform identifier."""
    processed = {_label(name): name for name, stream in env.streams.items() if stream.processor}
    for name, table in env.tables.items():
        if table.processor and (other := processed.get(_label(name))):
            processors = "their processors would have the same name"
            message = f"stream {other} and table {name} both have a processor, and {processors}"
            yield Fault(("tables", name), message, "rename one of them", key=True)
    for kind in ("streams", "tables"):
        labels: dict[str, str] = {}
        for name in getattr(env, kind):
            other = labels.setdefault(_label(name), name)
            if other != name:
                message = f"{name} and {other} are the same name to Terraform"
                yield Fault((kind, name), message, "rename one of them", key=True)


def _label(name: str) -> str:
    """`name` as a Terraform identifier."""
    return name.replace("-", "_")
