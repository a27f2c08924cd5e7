"""Roots in, verdicts out, as JSON.

Reads {"roots": [absolute folders], "processes": how many at once, "versions": those of checkov that may answer} from
stdin and answers on stdout:
    version   checkov's
    watched   paths of all that decides what checkov says: code, checks, folders that they come from
    checks    by id: {"name", "path" within checkov, "wanted", "barred": the attribute's values, where checkov tells}
    roots     in the order given, as `scan` gives them; {"root", "dead": why} for one whose process died
Verdicts are those of `checkov -d ROOT --framework terraform --skip-download --download-external-modules false` under
the same seed for hashes. Each root is scanned in a fork of its own, after one import.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import tempfile
import traceback

from . import closed, evaluated, known, parsed, paths
from .scan import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def main() -> None:
    """Read what to scan, scan it, answer."""
    asked = json.load(sys.stdin)
    answer_to = os.dup(1)
    os.dup2(2, 1)  # whatever else is printed must not get into the answer
    gc.disable()  # what is loaded here stays
    closed.close()
    closed.leave_out()
    with tempfile.TemporaryDirectory(prefix="xyztf-scan-") as folder:
        answer = _answer(asked, folder)
    with os.fdopen(answer_to, "w", encoding="ascii") as out:
        json.dump(answer, out)
    sys.stderr.flush()
    os._exit(0)  # taking apart what was loaded takes longer than a small root


def _answer(asked: dict[str, Any], folder: str) -> dict[str, Any]:
    roots, processes = asked["roots"], max(1, asked["processes"])
    ahead = _fork(lambda: parsed.parse_ahead(roots, folder)) if processes > 1 else None
    try:
        import checkov
        from checkov.version import version

        if version not in asked["versions"]:
            return {"version": version, "watched": [], "checks": {}, "roots": []}
        package = os.path.dirname(os.path.abspath(checkov.__file__))
        graph = known.graph_checks()
        evaluated.remember()
        paths.keep_parser()
        parsed.share(folder)
        # A library may look for a program while it is loaded: it was refused, and went on without.
        closed.attempts.clear()
        gc.freeze()
        gc.enable()
        gc.set_threshold(100_000, 20, 100)
        watched, checks = known.watched(package), known.checks(graph, package)
        return {"version": version, "watched": watched, "checks": checks, "roots": _each(roots, processes, folder)}
    finally:
        if ahead:
            _end(ahead)


def _each(roots: list[str], processes: int, folder: str) -> list[dict[str, Any]]:
    """The roots, so many at once. A fork that dies is told, and is no empty result.

    A single one needs no fork: should this process die of it, there is no answer at all.
    """
    if len(roots) == 1:
        return [_scanned(roots[0])]
    waiting = list(enumerate(roots))[::-1]
    running: dict[int, int] = {}
    results: dict[int, dict[str, Any]] = {}
    while waiting or running:
        while waiting and len(running) < processes:
            number, root = waiting.pop()
            running[_fork(_scanning(root, os.path.join(folder, f"{number}.json")))] = number
        child, status = os.wait()
        if child in running:  # else it was the one that parses ahead
            number = running.pop(child)
            results[number] = _result(roots[number], os.path.join(folder, f"{number}.json"), status)
    return [results[number] for number in range(len(roots))]


def _scanning(root: str, path: str) -> Callable[[], None]:
    def work() -> None:
        result = _scanned(root)
        with open(path, "w", encoding="ascii") as file:
            json.dump(result, file)

    return work


def _scanned(root: str) -> dict[str, Any]:
    try:
        return scan(root)
    except BaseException as error:
        return {"root": root, "dead": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}


def _fork(work: Callable[[], None]) -> int:
    """Do something in a process of its own, whose id is given."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def _end(child: int) -> None:
    try:
        if os.waitpid(child, os.WNOHANG) == (0, 0):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    except ChildProcessError:
        return  # it had ended, and was waited for with the others


def _result(root: str, path: str, status: int) -> dict[str, Any]:
    if os.WIFSIGNALED(status):
        return {"root": root, "dead": f"its process was ended by signal {os.WTERMSIG(status)}"}
    try:
        with open(path, encoding="ascii") as file:
            result: dict[str, Any] = json.load(file)
            return result
    except (OSError, ValueError):
        return {"root": root, "dead": f"its process ended with exit code {os.WEXITSTATUS(status)}"}
