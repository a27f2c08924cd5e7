"""Alarms, protection, the project's own modules, and entries that stand twice."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from xyztf.checks.fault import Fault
from xyztf.environment.model import Environment
from xyztf.environment.provenance import Path
from xyztf.facts.alarms import catalogue
from xyztf.stacks.registry import MODULES
from xyztf.stacks.stack import calls, stacks


def alarm_ids(env: Environment) -> Iterator[Fault]:
    """Only alarms of the catalogue can be set."""
    known = [alarm.id for alarm in catalogue()]
    for name in env.alarms:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            yield Fault(("alarms", name), f"there is no alarm {name}", hint)


def protection(env: Environment) -> Iterator[Fault]:
    """In a protected environment nothing that keeps data safe can be off."""
    if not env.protected:
        return
    off: list[Path] = []
    if env.database:
        off += [("database", name) for name in ("deletion_protection", "final_snapshot") if not getattr(env.database, name)]
        off += [("database", "backup_retention_days")] if not env.database.backup_retention_days else []
    off += [("tables", name, "deletion_protection") for name, table in env.tables.items() if not table.deletion_protection]
    for path in off:
        yield Fault(path, f"{env.name} is protected, and {path[-1]} is off", "take the line out, or protected: true")


def project_modules(env: Environment) -> Iterator[Fault]:
    """A module of the project's own has a name of its own, and connects to modules of the same stacks."""
    ours = {module.name for module in MODULES}
    for name, module in env.modules.items():
        if name in ours:
            yield Fault(("modules", name), f"{name} is a module of xyztf", "give yours another name")
        for variable in set(module.inputs) & set(module.connect):
            yield Fault(("modules", name, "connect", variable), f"{variable} is given by inputs already")
        for variable, output in module.connect.items():
            source = output.split(".")[0]
            for stack in stacks(env):
                present = [call.name for call in calls(env, stack.region)] if stack.kind == "region" else []
                if name in present and source not in present:
                    yield Fault(
                        ("modules", name, "connect", variable),
                        f"the stack {stack.name} has no module {source}",
                        f"it has {', '.join(present)}",
                    )


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
