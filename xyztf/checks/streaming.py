"""Streams, tables, and the functions between them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from xyztf.checks.fault import Fault
from xyztf.environment.model import Environment
from xyztf.environment.model.streaming import Index, Processor, Table
from xyztf.environment.provenance import Path

IMAGES = "NEW_AND_OLD_IMAGES"
SMALL_BATCH = 10
"""Above this, Lambda wants a batch window of at least a second.
Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""


def stream_modes(env: Environment) -> Iterator[Fault]:
    """A provisioned stream has shards, an on-demand one has none to set."""
    for name, stream in env.streams.items():
        if stream.mode == "provisioned" and stream.shards is None:
            yield Fault(
                ("streams", name, "mode"), f"stream {name} is provisioned and has no shards", "add shards: 1 or more"
            )
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
            where = ("streams", name, "processor", "table")
            yield Fault(where, f"there is no table {stream.processor.table}", hint)
    for name, table in env.tables.items():
        if table.processor and table.stream != IMAGES:
            yield Fault(
                ("tables", name, "stream" if table.stream else "processor"),
                f"the processor of {name} compares old and new items, and stream is {table.stream or 'not set'}",
                f"write stream: {IMAGES}",
                key=not table.stream,
            )
    for path, work in _workers(env):
        if work.batch_size > SMALL_BATCH and not work.batch_window_seconds:
            yield Fault(
                (*path, "batch_window_seconds"),
                f"batches of {work.batch_size} need a window of at least 1 second",
                f"write batch_window_seconds: 1, or batch_size: {SMALL_BATCH} or less",
            )


def _workers(env: Environment) -> Iterator[tuple[Path, Processor]]:
    for name, stream in env.streams.items():
        if stream.processor:
            yield ("streams", name, "processor"), stream.processor
    for name, table in env.tables.items():
        if table.processor:
            yield ("tables", name, "processor"), table.processor


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
            yield Fault(path, f"{path[-1]} is PROVISIONED and has no {field}", f"add {field}", key=True)
        if billing_mode != "PROVISIONED" and value is not None:
            yield Fault((*path, field), f"an on-demand table carries no {field}", "take it out")


def index_shapes(env: Environment) -> Iterator[Fault]:
    """One attribute has one type; INCLUDE says what it includes; a TTL attribute is no key."""
    for name, table in env.tables.items():
        types: dict[str, str] = dict(table.keys)
        yield from _distinct(("tables", name), table)
        for index_name, index in table.indexes.items():
            path = ("tables", name, "indexes", index_name)
            yield from _distinct(path, index)
            for key in (index.partition_key, index.sort_key):
                if key and types.setdefault(key.name, key.type) != key.type:
                    other = types[key.name]
                    message = f"{key.name} is of type {key.type} here and {other} elsewhere in table {name}"
                    yield Fault(path, message, "give it one type", key=True)
            if index.projection == "INCLUDE" and not index.attributes:
                message = "projection INCLUDE includes nothing"
                yield Fault((*path, "projection"), message, "add attributes: [...], or write KEYS_ONLY")
            if index.projection != "INCLUDE" and index.attributes:
                message = f"attributes are only for projection INCLUDE, and this is {index.projection}"
                yield Fault((*path, "attributes"), message, "take them out, or write projection: INCLUDE")
        if table.ttl and table.ttl.attribute in types:
            message = f"{table.ttl.attribute} is a key and cannot be the TTL attribute"
            yield Fault(("tables", name, "ttl"), message, "name another attribute", key=True)


def _distinct(path: Path, part: Table | Index) -> Iterator[Fault]:
    if part.sort_key and part.sort_key.name == part.partition_key.name:
        yield Fault((*path, "sort_key"), f"the sort key {part.sort_key.name} is the partition key too", key=True)


def alert_rules(env: Environment) -> Iterator[Fault]:
    """A rule has one bound."""
    for name, table in env.tables.items():
        for index, rule in enumerate(table.processor.alerts if table.processor else []):
            if (rule.above is None) == (rule.below is None):
                path = ("tables", name, "processor", "alerts", index)
                yield Fault(path, "an alert has one bound", "write either above or below")
