"""Starts the driver in the interpreter that has checkov, and takes its answer for one only when nothing went wrong.

A file that does not parse, a root in which nothing was read, a check that crashed, an attempt to reach a network, a
version of checkov that was not tried: each is a problem, never a scan without findings.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xyztf.errors import Location, Problem, XyztfError
from xyztf.scan.checks import TRIED
from xyztf.scan.roots import unread_kinds
from xyztf.side_by_side import processors

SETTING = "XYZTF_CHECKOV_PYTHON"
SEED = "0"
"""Without a fixed one, checkov gives other verdicts from run to run."""
TIMEOUT_SECONDS = 1800.0
INSTALL = f'pip install "checkov=={TRIED[-1]}", or set {SETTING} to a Python that has it'

_FOLDER = Path(__file__).parent
# checkov imports only from the folders of its own installation: not from the one that we stand in, and not from the
# repository of an editable package, where each new file would end what is kept.
_START = (
    "import site, sys; own = (sys.prefix, sys.base_prefix, site.getuserbase()); "
    "sys.path[:] = [path for path in sys.path if path.startswith(own)]; sys.path.append(sys.argv[1]); "
    "from driver.main import main; sys.path.remove(sys.argv[1]); main()"
)


class ScanFailed(XyztfError):
    """There is no verdict."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the driver said: the version of checkov, its checks by id, the paths that decide what it says, each root."""

    version: str
    checks: dict[str, dict[str, Any]]
    watched: tuple[str, ...]
    roots: tuple[dict[str, Any], ...]


def interpreter() -> str:
    """The Python that has checkov: what XYZTF_CHECKOV_PYTHON names, else the one that we run in. Raises ScanFailed."""
    setting = os.environ.get(SETTING)
    if not setting:
        return sys.executable
    found = shutil.which(setting)
    if found is None:
        raise ScanFailed(Problem(f"{SETTING} names {setting}, which is not an executable", hint=INSTALL))
    return os.path.abspath(found)


def scan(
    roots: Sequence[Path],
    python: str,
    shown_from: Path,
    timeout_seconds: float = TIMEOUT_SECONDS,
    meanwhile: Callable[[], object] = lambda: None,
) -> Answer:
    """Scan root modules, each by itself, as many at once as there are processors.

    `shown_from` is the folder that files are told relative to; `meanwhile` is called while the driver works.

    Raises ScanFailed with all that is wrong, KeyboardInterrupt on Ctrl-C; the driver and its children are gone then.
    """
    asked = {
        "roots": [str(root) for root in roots],
        "processes": min(processors(), 16),
        "versions": TRIED,
    }
    said = _ask(python, json.dumps(asked), timeout_seconds, meanwhile)
    if said["version"] not in TRIED:
        tried = ", ".join(TRIED)
        raise ScanFailed(Problem(f"checkov {said['version']} was not tried: supported is {tried}", hint=INSTALL))
    problems = [problem for root in said["roots"] for problem in _problems(root, shown_from)]
    if problems:
        raise ScanFailed(*dict.fromkeys(problems))
    return Answer(said["version"], said["checks"], tuple(said["watched"]), tuple(said["roots"]))


def environment() -> dict[str, str]:
    """The driver's variables: what could change a verdict or reach a server is left out.

    TF_VAR_* would be read as values, CHECKOV_* and BC_* change what is checked; below the home folder lie policies and
    credentials that libraries look for.
    """
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "TMPDIR", "PYTHONUSERBASE") if name in os.environ}
    return {
        "PYTHONUSERBASE": os.path.expanduser("~/.local"),
        **kept,
        "PYTHONHASHSEED": SEED,
        "HOME": "/nonexistent",
        "PATH": "",
        "LC_ALL": "C.UTF-8",
        "GIT_PYTHON_REFRESH": "quiet",
        "OPENBLAS_NUM_THREADS": "1",
        "HCL_PARSE_TIMEOUT_SEC": "0",  # by the clock: a slow machine would have other verdicts
    }


def _ask(python: str, asked: str, timeout_seconds: float, meanwhile: Callable[[], object]) -> dict[str, Any]:
    command = [python, "-c", _START, str(_FOLDER)]
    with tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(
                command,
                cwd="/",
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=err,
                start_new_session=True,
            )
        except OSError as error:
            raise ScanFailed(Problem(f"{python} cannot be run: {error.strerror}", hint=INSTALL)) from error
        try:
            assert process.stdin is not None
            with suppress(BrokenPipeError):  # what it died of is in its exit code
                process.stdin.write(asked.encode())
                process.stdin.close()
            process.stdin = None
            meanwhile()
            out, _ = process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            hint = "scan fewer folders at once, by naming them"
            raise ScanFailed(Problem(f"checkov took longer than {timeout_seconds:g} seconds", hint=hint)) from None
        except BaseException:
            _end(process)
            raise
        err.seek(0)
        talk = err.read().decode("utf-8", "replace").strip()
    if process.returncode == 0:
        with suppress(ValueError):
            said: dict[str, Any] = json.loads(out)
            return said
    raise ScanFailed(_failure(python, process.returncode, talk))


def _end(process: subprocess.Popen[bytes]) -> None:
    """The driver with its children: they are a group of their own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failure(python: str, code: int, talk: str) -> Problem:
    if code < 0:
        return Problem(f"checkov failed: its process was ended by signal {-code}", hint="the folder has no verdict")
    last = talk.splitlines()[-1] if talk else f"exit code {code}"
    if "No module named 'checkov'" in last:
        return Problem(f"{python} has no checkov", hint=INSTALL)
    if last.startswith("ImportError") and ("hcl2" in talk or "START_LINE" in last):
        hint = "two packages bring a module hcl2: pip uninstall python-hcl2, then pip install --force-reinstall "
        return Problem(f"checkov cannot be loaded: {last}", hint=f"{hint}bc-python-hcl2==0.4.3; or {INSTALL}")
    return Problem(f"checkov failed: {last}", hint=INSTALL)


def _problems(root: dict[str, Any], shown_from: Path) -> Iterator[Problem]:
    """Why what was said of a root is not to be relied on."""
    folder = Path(root["root"])
    place = Location(os.path.relpath(folder, shown_from))
    if root["dead"]:
        yield Problem(f"checkov failed: {root['dead']}", place, "the folder has no verdict")
        return
    for file in root["unread"]:
        yield _unread(Path(file), shown_from)
    for name in unread_kinds(folder):
        where = Location(os.path.relpath(folder / name, shown_from))
        yield Problem("checkov does not read such files", where, "write it as .tf, or scan another folder")
    for crash in root["crashes"]:
        yield Problem(crash, place, "its verdict is not known; suppressing the check does not help")
    for level, text in root["talk"]:
        if level != "warning" or text.startswith(("Failed to", "Unable to load module")):
            yield _left_out(text, place, shown_from)
    if not root["files"] and not root["unread"]:
        yield Problem("nothing was read here", place, "name a folder with Terraform files")


def _left_out(text: str, place: Location, shown_from: Path) -> Problem:
    hint = "what checkov leaves out has no verdict"
    missing = re.match(r"Unable to load module - source: (/[^,]*),", text)
    if missing and not os.path.exists(missing[1]):
        return Problem(
            f"there is no module {os.path.relpath(missing[1], shown_from)}, which is called here", place, hint
        )
    return Problem(f"checkov says: {text.splitlines()[0][:300]}", place, hint)


def _unread(file: Path, shown_from: Path) -> Problem:
    """Where a file is wrong, which checkov does not tell."""
    from xyztf.hcl.parse import parse

    shown = os.path.relpath(file, shown_from)
    try:
        if file.suffix == ".tf":
            parse(file.read_text("utf-8-sig"), shown)
    except XyztfError as error:
        if error.problems:
            return error.problems[0]
    except (OSError, UnicodeDecodeError):
        pass
    return Problem("checkov cannot read this file", Location(shown), "terraform fmt -check tells whether Terraform can")
