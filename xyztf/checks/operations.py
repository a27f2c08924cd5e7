"""Alarms, protection, the project's own modules, and entries that stand twice."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from xyztf.checks.fault import Fault
from xyztf.environment.model import Environment
from xyztf.environment.problems import did_you_mean
from xyztf.environment.provenance import Path
from xyztf.stacks.alarms import alarm_ids as catalogued
from xyztf.stacks.registry import MODULES
from xyztf.stacks.stack import calls

RESERVED = ("source", "version", "providers", "count", "for_each", "depends_on", "lifecycle", "locals")
"""Source: https://developer.hashicorp.com/terraform/language/values/variables"""


def alarm_ids(env: Environment) -> Iterator[Fault]:
    """Only alarms of the catalogue can be set."""
    known = sorted(catalogued())
    for name in env.alarms:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            yield Fault(("alarms", name), f"there is no alarm {name}", hint, key=True)


def protection(env: Environment) -> Iterator[Fault]:
    """In a protected environment nothing that keeps data safe can be off."""
    if not env.protected:
        return
    off: list[Path] = []
    if env.database:
        off += [
            ("database", name) for name in ("deletion_protection", "final_snapshot") if not getattr(env.database, name)
        ]
        off += [("database", "backup_retention_days")] if not env.database.backup_retention_days else []
    off += [
        ("tables", name, "deletion_protection") for name, table in env.tables.items() if not table.deletion_protection
    ]
    for path in off:
        yield Fault(
            path, f"{env.name} is protected, and {path[-1]} is off", "take this line out, or the one that protects"
        )


def project_modules(env: Environment) -> Iterator[Fault]:
    """A module of the project's own has a name of its own, and connects to modules of the same stacks."""
    ours = {module.name for module in MODULES}
    for name, module in env.modules.items():
        if name in ours:
            yield Fault(("modules", name), f"{name} is a module of xyztf", "give yours another name", key=True)
        for part, given in (("inputs", module.inputs), ("connect", module.connect)):
            for variable in given:
                path: Path = ("modules", name, part, variable)
                if variable in RESERVED:
                    yield Fault(path, f"{variable} is Terraform's own word and no variable", "rename it", key=True)
        for variable, output in module.connect.items():
            path = ("modules", name, "connect", variable)
            if variable in module.inputs:
                yield Fault(path, f"{variable} is given by inputs already", "take one of the two out", key=True)
            yield from _connection(env, name, output.split(".")[0], path)


def _connection(env: Environment, name: str, source: str, path: Path) -> Iterator[Fault]:
    """A module takes from another one, which is in each stack that it is in itself."""
    called = {region: [call.name for call in calls(env, region)] for region in env.regions}
    without = [region for region, present in called.items() if name in present and source not in present]
    if source == name:
        yield Fault(path, f"{name} cannot take from itself")
    elif without and source not in {present for all_of in called.values() for present in all_of}:
        known = {present for all_of in called.values() for present in all_of} - {name}
        yield Fault(path, f"no stack has a module {source}", did_you_mean(source, known, "there are: "))
    elif without:
        hint = f"name the regions for {name} that have it: modules.{name}.regions"
        yield Fault(path, f"there is no module {source} in {', '.join(without)}", hint)


def reserved_tags(env: Environment) -> Iterator[Fault]:
    """Keys that start with aws: are AWS's: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"""
    for key in env.tags:
        if key.lower().startswith("aws:"):
            yield Fault(("tags", key), f"tag keys that start with aws: are AWS's own, and {key} does", key=True)


def repeated_entries(env: Environment) -> Iterator[Fault]:
    """A list that names a thing twice is a slip."""
    lists: list[tuple[Path, Sequence[object]]] = [
        (("network", "interface_endpoints"), env.network.interface_endpoints),
        (("notify", "emails"), env.notify.emails),
    ]
    if env.cache and env.cache.regions:
        lists.append((("cache", "regions"), env.cache.regions))
    if env.budget:
        lists.append((("budget", "alert_at_percent"), env.budget.alert_at_percent))
    lists += [(("modules", name, "regions"), module.regions or []) for name, module in env.modules.items()]
    for path, values in lists:
        for index, value in enumerate(values):
            if value in values[:index]:
                yield Fault((*path, index), f"{value} stands twice in {path[-1]}", "take one out")
