"""What checkov knows: its checks, and the files that decide what they say."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def graph_checks() -> Any:
    """The registry of checks over several resources, loaded."""
    from checkov.common.checks_infra.registry import get_graph_checks_registry
    from checkov.terraform.runner import Runner

    registry = get_graph_checks_registry(Runner.check_type)
    registry.load_checks()
    return registry


def checks(graph: Any, package: str) -> dict[str, dict[str, Any]]:
    """By id: name, the file within checkov, and the values that the attribute must or must not have where it tells."""
    from checkov.terraform.runner import Runner

    known: dict[str, dict[str, Any]] = {}
    for registry in Runner.block_type_registries.values():
        for _, check in registry.all_checks():
            if check.id not in known:
                known[check.id] = {
                    "name": check.name,
                    "path": _path(getattr(sys.modules[type(check).__module__], "__file__", None), package),
                    "wanted": _values(check, "get_expected_values"),
                    "barred": _values(check, "get_forbidden_values"),
                }
    for check in graph.checks:
        known[check.id] = {"name": check.name, "path": _path(check.check_path, package), "wanted": None, "barred": None}
    return known


def _path(file: str | None, package: str) -> str | None:
    return file[len(package) + 1 :] if file and file.startswith(package + os.sep) else None


def _values(check: Any, method: str) -> list[Any] | None:
    """The values, where all are plain. checkov's word for "any" is "CKV_ANY"."""
    try:
        values = list(getattr(check, method)())
    except Exception:
        return None
    return values if values and all(isinstance(each, (str, int, float, bool)) for each in values) else None


def watched(package: str) -> list[str]:
    """All code that was loaded, the folders that it came from, the checks that are no code, and the interpreter."""
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    found = {file for file in files if isinstance(file, str)}
    found |= {os.path.dirname(file) for file in found}
    for folder, _, names in os.walk(os.path.join(package, "terraform", "checks", "graph_checks")):
        found |= {os.path.join(folder, name) for name in names} | {folder}
    found |= {entry for entry in sys.path if entry}
    found |= {sys.executable, os.path.realpath(sys.executable), os.path.join(sys.prefix, "pyvenv.cfg")}
    return sorted(os.path.abspath(each) for each in found)
