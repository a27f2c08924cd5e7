"""Streams, tables, and the functions between them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from xyztf.checks.fault import Fault
from xyztf.environment.model import Environment
from xyztf.environment.model.streaming import Index, Table
from xyztf.environment.provenance import Path

IMAGES = "NEW_AND_OLD_IMAGES"
SMALL_BATCH = 10
"""Above this, Lambda wants a batch window of at least a second.
Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""


def stream_modes(env: Environment) -> Iterator[Fault]:
    """A provisioned stream has shards, an on-demand one has none to set."""
    for name, stream in env.streams.items():
        if stream.mode == "provisioned" and stream.shards is None:
            yield Fault(("streams", name), f"stream {name} is provisioned and has no shards", "add shards: 1 or more")
        if stream.mode == "on_demand" and stream.shards is not None:
            yield Fault(
                ("streams", name, "shards"),
                f"stream {name} is on demand: AWS chooses its shards",
                "take shards out, or write mode: provisioned",
            )


def processors(env: Environment) -> Iterator[Fault]:
    """A processor writes to a table of this environment; one behind a table needs the images of its items."""
    for name, stream in env.streams.items():
        if stream.processor and stream.processor.table not in env.tables:
            near = difflib.get_close_matches(stream.processor.table, env.tables, n=1)
            hint = f"did you mean {near[0]}?" if near else f"tables: {', '.join(env.tables) or 'none'}"
            path = ("streams", name, "processor", "table")
            yield Fault(path, f"there is no table {stream.processor.table}", hint)
    for name, table in env.tables.items():
        if table.processor and table.stream != IMAGES:
            yield Fault(
                ("tables", name, "processor"),
                f"the processor of {name} compares old and new items, and stream is {table.stream or 'not set'}",
                f"write stream: {IMAGES}",
            )
    for kind, parts in (("streams", env.streams), ("tables", env.tables)):
        for name, part in parts.items():  # type: ignore[attr-defined]
            work = part.processor
            if work and work.batch_size > SMALL_BATCH and not work.batch_window_seconds:
                yield Fault(
                    (kind, name, "processor", "batch_window_seconds"),
                    f"batches of {work.batch_size} need a window of at least 1 second",
                    f"write batch_window_seconds: 1, or batch_size: {SMALL_BATCH} or less",
                )


def capacities(env: Environment) -> Iterator[Fault]:
    """Capacity is for PROVISIONED tables and their indexes, which must have it; an on-demand one must not."""
    for name, table in env.tables.items():
        yield from _capacity(("tables", name), table, table.billing_mode)
        for index_name, index in table.indexes.items():
            yield from _capacity(("tables", name, "indexes", index_name), index, table.billing_mode)


def _capacity(path: Path, part: Table | Index, billing_mode: str) -> Iterator[Fault]:
    for field in ("read_capacity", "write_capacity"):
        value = getattr(part, field)
        if billing_mode == "PROVISIONED" and value is None:
            yield Fault(path, f"{path[-1]} is PROVISIONED and has no {field}", f"add {field}")
        if billing_mode != "PROVISIONED" and value is not None:
            yield Fault((*path, field), f"an on-demand table carries no {field}", "take it out")


def index_shapes(env: Environment) -> Iterator[Fault]:
    """One attribute has one type; INCLUDE says what it includes; a TTL attribute is no key."""
    for name, table in env.tables.items():
        types: dict[str, str] = dict(table.keys)
        for index_name, index in table.indexes.items():
            path = ("tables", name, "indexes", index_name)
            for key in (index.partition_key, index.sort_key):
                if key and types.setdefault(key.name, key.type) != key.type:
                    yield Fault(path, f"{key.name} is of type {types[key.name]} elsewhere in table {name}")
            if (index.projection == "INCLUDE") != bool(index.attributes):
                yield Fault(path, "projection INCLUDE and attributes go together", "give both, or neither")
        if table.ttl and table.ttl.attribute in types:
            yield Fault(("tables", name, "ttl"), f"{table.ttl.attribute} is a key and cannot be the TTL attribute")


def alert_rules(env: Environment) -> Iterator[Fault]:
    """A rule has one bound."""
    for name, table in env.tables.items():
        for index, rule in enumerate(table.processor.alerts if table.processor else []):
            if (rule.above is None) == (rule.below is None):
                path = ("tables", name, "processor", "alerts", index)
                yield Fault(path, "an alert has one bound", "write either above or below")
